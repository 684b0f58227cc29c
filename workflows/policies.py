"""Every timeout, heartbeat and retry policy, named. The one retry layer there is."""

from datetime import timedelta
from typing import Final, TypedDict

from temporalio.common import RetryPolicy
from temporalio.workflow import ActivityCancellationType

# Never worth a second try by itself: the task asks (Lasting), or it is our bug, or the input is wrong.
NEVER_RETRIED: Final = [
    "CredentialsRefused", "QuotaExhausted", "ModelGone", "EngineForbidden", "DiskFull",
    "RequestRefused", "ImageBuildFailed", "Refusal", "ArtifactMissing", "ArtifactCorrupt",
    "AssertionError", "TypeError", "KeyError", "AttributeError", "ValidationError",
]  # fmt: skip

OUTAGES: Final = frozenset(
    {
        "EndpointTrouble", "EngineTrouble", "SandboxLost", "Transient",
        "CredentialsRefused", "QuotaExhausted", "ModelGone", "EngineForbidden", "DiskFull",
    }
)  # fmt: skip
"""Error types that, once a policy is used up, become a question of kind `outage` instead of a failure."""


class Policy(TypedDict):
    start_to_close_timeout: timedelta
    heartbeat_timeout: timedelta
    retry_policy: RetryPolicy
    cancellation_type: ActivityCancellationType


HEARTBEAT: Final = timedelta(seconds=10)

# A stream may think for minutes; a silent one is cut by the driver after 60 s, so the bound is for the work as a whole.
REPLY: Final = Policy(
    start_to_close_timeout=timedelta(minutes=20),
    heartbeat_timeout=HEARTBEAT,
    retry_policy=RetryPolicy(
        initial_interval=timedelta(seconds=1),
        maximum_interval=timedelta(seconds=30),
        maximum_attempts=6,
        non_retryable_error_types=NEVER_RETRIED,
    ),
    # the caller of a cancelled call must not go on before the stream is closed: it costs money until then
    cancellation_type=ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
)

# One exec has its own bound inside the container; this one is for a batch of them.
SANDBOX: Final = Policy(
    start_to_close_timeout=timedelta(hours=3),
    heartbeat_timeout=HEARTBEAT,
    retry_policy=RetryPolicy(
        initial_interval=timedelta(milliseconds=200),
        maximum_interval=timedelta(seconds=10),
        maximum_attempts=5,
        non_retryable_error_types=NEVER_RETRIED,
    ),
    cancellation_type=ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
)

# Records and clean-up: short, and tried for as long as it takes an engine or a disk to come back.
KEEPING: Final = Policy(
    start_to_close_timeout=timedelta(minutes=2),
    heartbeat_timeout=HEARTBEAT,
    retry_policy=RetryPolicy(
        initial_interval=timedelta(milliseconds=200),
        maximum_interval=timedelta(seconds=10),
        maximum_attempts=10,
        non_retryable_error_types=NEVER_RETRIED,
    ),
    cancellation_type=ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
)

# The record, the texts that move to artifacts, the closing: nothing else can happen until they are done, so they are
# tried for as long as the disk or the engine is away. Only bugs of ours end them.
FOREVER: Final = Policy(
    start_to_close_timeout=timedelta(minutes=5),
    heartbeat_timeout=HEARTBEAT,
    retry_policy=RetryPolicy(
        initial_interval=timedelta(milliseconds=200),
        maximum_interval=timedelta(seconds=30),
        maximum_attempts=0,
        non_retryable_error_types=["AssertionError", "TypeError", "KeyError", "AttributeError", "ValidationError"],
    ),
    cancellation_type=ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
)

# A message to people: tried until it is taken, at intervals that the activity names and jitters; given up only when
# what it says is no longer so.
TELLING: Final = Policy(
    start_to_close_timeout=timedelta(minutes=2),
    heartbeat_timeout=HEARTBEAT,
    retry_policy=RetryPolicy(
        initial_interval=timedelta(seconds=1),
        maximum_interval=timedelta(minutes=15),
        maximum_attempts=0,
        non_retryable_error_types=["AssertionError", "TypeError", "KeyError", "AttributeError", "ValidationError"],
    ),
    cancellation_type=ActivityCancellationType.TRY_CANCEL,
)

OUTAGE_FIRST_PROBE: Final = timedelta(seconds=20)
OUTAGE_LONGEST_PROBE: Final = timedelta(minutes=15)

EVENTS_PER_RUN: Final = 2_000
