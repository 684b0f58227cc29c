"""The settings a task runs with: what aurora.yaml asks for, its models resolved, within the worker's policy."""

from datetime import date
from typing import NamedTuple

from aurora.settings.models import settle
from aurora.settings.policy import Policy, cap
from aurora.settings.repository import BackendSettings
from aurora.settings.repository_file import Loaded


class EffectiveSettings(NamedTuple):
    settings: BackendSettings
    warnings: tuple[str, ...]
    """Settings that were read, replaced or lowered, a sentence each."""


def effective_settings(loaded: Loaded, policy: Policy, today: date, submitter: str | None) -> EffectiveSettings:
    """The settings that client and worker both go by; one order of steps, so that neither refuses what the other takes.

    Successors of retired models come first: the policy's list of models is about what will be called. `submitter` is
    whoever handed the task in; None when there is no task.

    Raises `Refusal` for a retired model under `model_policy: exact`, and for one that the policy does not permit."""
    settings, replaced = settle(loaded.settings, today)
    settings, lowered = cap(settings, policy, submitter)
    return EffectiveSettings(settings, (*loaded.warnings, *replaced, *lowered))
