"""Failures of the outside world, told apart from bad code and from internal errors."""

from typing import Any

from temporalio.exceptions import ActivityError, ApplicationError
from temporalio.exceptions import TimeoutError as TimedOut

from aurora.domain.questions import QuestionDraft, QuestionKind
from aurora.text import clip
from workflows.policies import OUTAGE_FIRST_PROBE, OUTAGE_LONGEST_PROBE, OUTAGES


def outage_reason(error: ActivityError) -> str | None:
    """The outage, or none when it is something else."""
    cause: Any = error.cause
    if isinstance(cause, TimedOut):
        return f"{error.activity_type} did not finish in time on any worker"
    if isinstance(cause, ApplicationError) and cause.type in OUTAGES:
        return cause.message
    return None


def outage_question(activity: str, reason: str) -> QuestionDraft:
    return QuestionDraft(
        kind=QuestionKind.OUTAGE,
        text=clip(
            f"{activity} can't continue: {reason}\n\nAurora keeps trying, at growing intervals. "
            "Answer `retry` once the cause is fixed, to try at once, or `abandon`.",
            4_000,
        ),
        options=("retry", "abandon"),
        assumed="the task waits and tries again by itself",
    )


def probe_pause(probes: int, chance: float) -> float:
    """Seconds before the next try: doubled each time, and jittered by a fifth, so that the tasks that wait for one
    engine or endpoint do not come back all at once. `chance`: 0 to 1, the workflow's own."""
    pause = min(OUTAGE_FIRST_PROBE * float(2 ** min(probes, 16)), OUTAGE_LONGEST_PROBE)
    return pause.total_seconds() * (0.8 + 0.4 * chance)
