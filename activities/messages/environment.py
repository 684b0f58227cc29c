"""An environment that does not work: what an answer sets, and what a change of it came to."""

from activities.messages.result import ActivityResult
from aurora.domain.environment_problem import EnvironmentProblem
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
    """The reason why what it would set can't be set."""
    summary: Short = ""


class ChangeEnvironmentInput(Value):
    """Changes that a person allowed in a draft's environment; one of the two."""

    draft: Draft
    overrides: tuple[SettingsOverride, ...] = ()
    """All of the task's: the baseline is taken again with them."""
    packages: tuple[Short, ...] = ()
    """To be added to the project's manifest and lock: `redis>=5`, `zod@^4`."""
    by: Short = ""
    """The person who said so, for the commit's message."""


class ChangeEnvironmentResult(ActivityResult):
    draft: Draft
    """Draft with the new workspace; unchanged where there is trouble."""
    trouble: EnvironmentProblem | None = None
    """The reason why nothing was changed."""
    changed: tuple[Short, ...] = ()
    """Files of the repository that were written."""
    said: Short = ""
    """For the model and the warnings: what was changed."""
    summary: Short = ""
