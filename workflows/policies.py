"""Every timeout, heartbeat and retry policy, named. The one retry layer there is."""

from datetime import timedelta
from typing import Final, TypedDict

from temporalio.common import RetryPolicy
from temporalio.workflow import ActivityCancellationType

from aurora.domain.steps import Activity, ActivityKind, Step

INTERNAL_ERRORS: Final = ["AssertionError", "TypeError", "KeyError", "AttributeError", "ValidationError"]

_PERSISTENT: Final = [
    "CredentialsRefused", "QuotaExhausted", "ModelGone", "EngineForbidden", "EngineUnbounded", "RuntimeUnknown",
    "DiskFull",
]  # fmt: skip

# Not worth a second try: the task asks (PersistentError), it is an internal error, or the input is wrong.
NEVER_RETRIED: Final = [
    *_PERSISTENT, "RequestRefused", "ImageBuildFailed", "Refusal", "ArtifactMissing", "ArtifactCorrupt",
    *INTERNAL_ERRORS,
]  # fmt: skip

_FORMER: Final = ["EndpointTrouble", "EngineTrouble", "CheckerTrouble", "Transient"]
# names that failures in the histories of waiting tasks carry

OUTAGES: Final = frozenset(
    {
        "EndpointError", "EngineError", "SandboxLost", "ServiceNotStarted", "CheckerError", "TransientError",
        *_PERSISTENT, *_FORMER,
    }
)  # fmt: skip
"""Error types that, once a policy is used up, become a question of kind `outage` instead of a failure."""


class Policy(TypedDict):
    start_to_close_timeout: timedelta
    heartbeat_timeout: timedelta
    retry_policy: RetryPolicy
    cancellation_type: ActivityCancellationType


HEARTBEAT: Final = timedelta(seconds=10)
UNLIMITED: Final = 0
"""As Temporal counts attempts."""


def _policy(
    *,
    bound: timedelta,
    first: float,
    longest: float,
    attempts: int,
    never: list[str] = NEVER_RETRIED,
    # the caller of a cancelled activity must not go on before it is over: a call costs money until then
    cancelling: ActivityCancellationType = ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
) -> Policy:
    """`bound` is for one try; `first` and `longest` are the seconds between tries."""
    return Policy(
        start_to_close_timeout=bound,
        heartbeat_timeout=HEARTBEAT,
        retry_policy=RetryPolicy(
            initial_interval=timedelta(seconds=first),
            maximum_interval=timedelta(seconds=longest),
            maximum_attempts=attempts,
            non_retryable_error_types=never,
        ),
        cancellation_type=cancelling,
    )


# A stream may think for minutes; a silent one is cut by the driver after 60 s, so the bound is for the work as a whole.
REPLY: Final = _policy(bound=timedelta(minutes=20), first=1, longest=30, attempts=6)

# One exec has its own bound inside the container; this one is for a batch of them.
SANDBOX: Final = _policy(bound=timedelta(hours=3), first=0.2, longest=10, attempts=5)

# Several runs of the application for each of two documents (the draft, its replay, the base commit), each bounded by
# `contract.exercise.seconds`, which is two hours at most.
EXERCISE: Final = _policy(bound=timedelta(hours=12), first=0.2, longest=10, attempts=5)

# Records and clean-up: short, and tried for as long as it takes an engine or a disk to come back.
RECORD: Final = _policy(bound=timedelta(minutes=2), first=0.2, longest=10, attempts=10)

# The record, the texts that move to artifacts, the closing: nothing else can happen until they are done, so they are
# tried for as long as the disk or the engine is away. Only internal errors end them.
CHECKPOINT: Final = _policy(
    bound=timedelta(minutes=5), first=0.2, longest=30, attempts=UNLIMITED, never=INTERNAL_ERRORS
)

# A message to people: tried until it is taken, at intervals that the activity names and jitters; given up only when
# what it says is no longer so.
NOTICE: Final = _policy(
    bound=timedelta(minutes=2),
    first=1,
    longest=900,
    attempts=UNLIMITED,
    never=INTERNAL_ERRORS,
    cancelling=ActivityCancellationType.TRY_CANCEL,
)

ACTIVITY_POLICIES: Final = {
    ActivityKind.MODEL: REPLY,
    ActivityKind.SANDBOX: SANDBOX,
    ActivityKind.RECORD: RECORD,
    ActivityKind.CHECKPOINT: CHECKPOINT,
    ActivityKind.NOTICE: NOTICE,
}

STEP_POLICIES: Final[dict[Activity, Policy]] = {Step.EXERCISE_CONTRACT: EXERCISE}
"""Step policies of activities that the policy of their kind does not fit."""

OUTAGE_FIRST_PROBE: Final = timedelta(seconds=20)
OUTAGE_LONGEST_PROBE: Final = timedelta(minutes=15)

REWRITES_UNASKED: Final = 2
"""Frozen tests that a task may rewrite on the judge's word; each further one is the Architect's to say."""
REFUSALS_UNASKED: Final = 3
"""Every so many refused reports the Architect is asked how it goes on."""
REWRITE_VISITS: Final = 3
"""Attempts at rewriting one test before the Architect is asked."""

EVENTS_PER_RUN: Final = 2_000
