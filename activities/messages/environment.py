"""An environment that does not work: what an answer sets, and what a change of it came to."""

from activities.messages.result import ActivityResult
from aurora.domain.environment_trouble import EnvironmentTrouble
from aurora.domain.questions import Exchange
from aurora.domain.task import Draft, SettingsOverride, TaskRef
from aurora.domain.value import Short, Value


class ReadSettingsInput(Value):
    task: TaskRef
    exchange: Exchange


class ReadSettingsResult(ActivityResult):
    override: SettingsOverride | None = None
    """None where the answer sets nothing."""
    refused: Short = ""
    """Why what it would set can't be set."""
    summary: Short = ""


class ChangeEnvironmentInput(Value):
    """What a person allowed to be changed of a draft's environment; one of the two."""

    draft: Draft
    overrides: tuple[SettingsOverride, ...] = ()
    """All of the task's: the baseline is taken again with them."""
    packages: tuple[Short, ...] = ()
    """To be added to the project's manifest and lock: `redis>=5`, `zod@^4`."""
    by: Short = ""
    """Who said so, for the commit's message."""


class ChangeEnvironmentResult(ActivityResult):
    draft: Draft
    """With the new workspace; unchanged where there is trouble."""
    trouble: EnvironmentTrouble | None = None
    """Why nothing was changed."""
    changed: tuple[Short, ...] = ()
    """Files of the repository that were written."""
    said: Short = ""
    """For the model and the warnings: what was changed."""
    summary: Short = ""
