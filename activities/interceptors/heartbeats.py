"""The interceptor of every activity: it heartbeats from its first line to its last, its log lines say whose they are,
and what it raises is told to Temporal in Temporal's terms."""

import asyncio
import contextlib
import traceback
from collections.abc import Iterator
from datetime import timedelta
from types import TracebackType
from typing import Any

import structlog
from temporalio import activity
from temporalio.exceptions import ApplicationError, FailureError
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from activities.messages import ActivityResult
from activities.turns.reservations import RESERVED, Reservation
from aurora import progress
from aurora.errors import (
    ArtifactError,
    AuroraError,
    ImageBuildFailed,
    PersistentError,
    Refusal,
    RequestRefused,
    TransientError,
)
from aurora.text import fit

log = structlog.get_logger("aurora.activity")

MESSAGE_BYTES = 2_000
CAUSE_BYTES = 400
FRAMES = 40
CAUSES = 3
"""The number of causes that a failure names."""
BEAT_SECONDS = 1.0
"""The worker must not throttle beats to less: see `max_heartbeat_throttle_interval` there."""
LONGEST_DELAY = timedelta(minutes=15)
"""A service may name any delay; a longer one than this is taken as this."""


class Heartbeats(Interceptor):
    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        return _Around(next)


class _Around(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        info = activity.info()
        with structlog.contextvars.bound_contextvars(**_whose(info, input.args)):
            running = Reservation(seconds_before=max(map(progress.worked, info.heartbeat_details), default=0.0))
            RESERVED.set(running)
            progress.CURRENT.set(progress.Progress())
            beat = asyncio.create_task(_beat(info.heartbeat_timeout or timedelta(seconds=10)))
            try:
                with translated():
                    return _timed(await self.next.execute_activity(input), running.seconds)
            finally:
                beat.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await beat


def _timed(result: Any, seconds: float) -> Any:
    return result.model_copy(update={"seconds": seconds}) if isinstance(result, ActivityResult) else result


async def _beat(allowed: timedelta) -> None:
    """At least three beats in each timeout, so that one may be lost; and often enough that a cancel is heard at once:
    Temporal answers a beat with it, and until then the call costs money and the container stands."""
    reserved = RESERVED.get() or Reservation()
    while True:
        reserved.beat()
        await asyncio.sleep(min(BEAT_SECONDS, allowed.total_seconds() / 3))


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """Turn every exception into an `ApplicationError` that says whether, and when, a retry makes sense.

    Small, whatever raised it: a failure that is too large for Temporal would be a failure of another kind."""
    try:
        yield
    except FailureError:
        raise
    except TransientError as error:
        delay = None if error.retry_after is None else min(timedelta(seconds=error.retry_after), LONGEST_DELAY)
        log.warning("external_error", **_logged(error), retry_after=error.retry_after)
        raise _application_error(error, delay=delay) from _cause(error)
    except ImageBuildFailed as error:
        log.warning("not_retried", **_logged(error))
        tail = fit(error.log_tail[-4 * MESSAGE_BYTES :], 4 * MESSAGE_BYTES)
        raise _application_error(error, more=f"\n{tail}", lasting=True) from None
    except (PersistentError, Refusal, RequestRefused, ArtifactError) as error:
        log.warning("not_retried", **_logged(error))
        raise _application_error(error, lasting=True) from _cause(error)
    except AuroraError as error:
        log.error("unexpected", **_logged(error))
        raise _application_error(error, lasting=True) from _cause(error)
    except Exception as error:  # noqa: BLE001  nothing is swallowed: what nobody foresaw must be small, too
        # whether this one is worth a second try stands in the policies, by its type
        log.error("unforeseen", **_logged(error), trace="".join(traceback.format_tb(_last(error.__traceback__))))
        raise _application_error(error) from _cause(error)


def _application_error(
    error: Exception, *, more: str = "", lasting: bool = False, delay: timedelta | None = None
) -> ApplicationError:
    message = (fit(str(error), MESSAGE_BYTES) or type(error).__name__) + more
    raised = ApplicationError(message, type=_kind(error), non_retryable=lasting, next_retry_delay=delay)
    # where it was raised, not where it was translated
    return raised.with_traceback(_last(error.__traceback__))


def _last(trace: TracebackType | None) -> TracebackType | None:
    """The innermost frames: an endless recursion has thousands."""
    frames = [trace]
    while frames[-1] is not None:
        frames.append(frames[-1].tb_next)
    return frames[max(0, len(frames) - 1 - FRAMES)]


def _cause(error: BaseException, depth: int = CAUSES) -> ApplicationError | None:
    """The chain behind an error, each link by its head."""
    behind = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if behind is None or depth == 0:
        return None
    raised = ApplicationError(fit(str(behind), CAUSE_BYTES), type=_kind(behind))
    raised.__cause__ = _cause(behind, depth - 1)
    return raised


def _kind(error: BaseException) -> str:
    return fit(type(error).__name__, 100)


def _logged(error: Exception) -> dict[str, str]:
    return {"error": type(error).__name__, "message": fit(str(error), 4 * MESSAGE_BYTES)}


def _whose(info: activity.Info, args: Any) -> dict[str, object]:
    facts: dict[str, object] = {"task": info.workflow_id, "step": info.activity_type, "try": info.attempt}
    turn = getattr(args[0], "turn", None) if args else None
    return facts if turn is None else {**facts, "turn": turn}
