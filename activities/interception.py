"""Around every activity: it heartbeats from its first line to its last, its log lines say whose they are, and what it
raises is told to Temporal in Temporal's terms."""

import asyncio
import contextlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import structlog
from temporalio import activity
from temporalio.exceptions import ApplicationError
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from activities.reserving import RESERVED, Reserved
from aurora.errors import ArtifactTrouble, AuroraError, ImageBuildFailed, Lasting, Refusal, RequestRefused, Transient

log = structlog.get_logger("aurora.activity")

LONGEST_DELAY = timedelta(minutes=15)
"""A service may name any delay; a longer one than this is taken as this."""


class Heartbeats(Interceptor):
    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        return _Around(next)


class _Around(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        info = activity.info()
        with structlog.contextvars.bound_contextvars(**_whose(info, input.args)):
            RESERVED.set(Reserved())
            beat = asyncio.create_task(_beat(info.heartbeat_timeout or timedelta(seconds=10)))
            try:
                with translated():
                    return await self.next.execute_activity(input)
            finally:
                beat.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await beat


async def _beat(allowed: timedelta) -> None:
    """Three beats in each timeout: one may be lost, and a cancel is heard soon."""
    reserved = RESERVED.get() or Reserved()
    while True:
        reserved.beat()
        await asyncio.sleep(allowed.total_seconds() / 3)


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """An `AuroraError` becomes an `ApplicationError` that says whether, and when, a retry makes sense."""
    try:
        yield
    except Transient as error:
        delay = None if error.retry_after is None else min(timedelta(seconds=error.retry_after), LONGEST_DELAY)
        log.warning("world_trouble", trouble=type(error).__name__, message=str(error), retry_after=error.retry_after)
        raise ApplicationError(str(error), type=type(error).__name__, next_retry_delay=delay) from error
    except ImageBuildFailed as error:
        raise ApplicationError(f"{error}\n{error.log_tail}", type="ImageBuildFailed", non_retryable=True) from error
    except (Lasting, Refusal, RequestRefused, ArtifactTrouble) as error:
        log.warning("not_retried", trouble=type(error).__name__, message=str(error))
        raise ApplicationError(str(error), type=type(error).__name__, non_retryable=True) from error
    except AuroraError as error:
        log.error("unexpected", trouble=type(error).__name__, message=str(error))
        raise ApplicationError(str(error), type=type(error).__name__, non_retryable=True) from error


def _whose(info: activity.Info, args: Any) -> dict[str, object]:
    facts: dict[str, object] = {"task": info.workflow_id, "step": info.activity_type, "try": info.attempt}
    turn = getattr(args[0], "turn", None) if args else None
    return facts if turn is None else {**facts, "turn": turn}
