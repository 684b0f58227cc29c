"""Waiting with people kept in the picture: they are told, reminded, and the next one is asked, a rung an interval."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ActivityError

from aurora.domain.notices import Notified
from aurora.domain.outcome import OutcomeKind
from aurora.domain.steps import Auxiliary
from workflows import activity_calls, projection
from workflows.architect import Due
from workflows.clock import now
from workflows.ending import Continued, Ended
from workflows.run_length import RunLength
from workflows.state import State

SHOWN_ESCALATION = "escalation-shown"

Sending = tuple[Due, workflow.ActivityHandle[Any]]


class Reminders:
    def __init__(self, state: State, run_length: RunLength, show: Callable[[], None]) -> None:
        """`show`: brings up to date what others see of the task."""
        self._state = state
        self._architect = state.architect
        self._run_length = run_length
        self._show = show
        self._sending: Sending | None = None

    async def until(self, settled: Callable[[], bool], moment: float | None) -> bool:
        """The same as `TaskContext.wait`. Raises `Continued` when the history has become long."""
        architect, state = self._architect, self._state
        began = state.waits_since = state.waits_since or now()
        while not settled():
            if architect.escalate() and workflow.patched(SHOWN_ESCALATION):
                self._show()  # the next person finds the question by whom it waits for
            if settled():
                break
            self._start_sending()
            idle = self._idle_end(began)
            moments = [m for m in (moment, architect.next_rung, idle) if m is not None]
            await self._wake(settled, min(moments) if moments else None)
            self._finish_sending()
            if settled():
                break
            if moment is not None and now() >= moment:
                state.waits_since = 0
                return False
            if idle is not None and now() >= idle:
                days = (now() - began) / 86_400
                raise Ended(OutcomeKind.ABANDONED, f"nobody answered for {days:.1f} days, the limit set in aurora.yaml")
            if self._run_length.exceeded:
                raise Continued
        self._stop_if_obsolete()
        state.waits_since = 0
        return True

    def stop(self) -> None:
        """Whatever is being sent is sent again, under its key, by the run that continues this one."""
        if self._sending is not None:
            self._sending[1].cancel()
            self._sending = None

    async def _wake(self, settled: Callable[[], bool], moment: float | None) -> None:
        sending = self._sending
        run_length = self._run_length

        def called() -> bool:
            return settled() or run_length.exceeded_by_message or (sending is not None and sending[1].done())

        timeout = None if moment is None else timedelta(seconds=max(0.0, moment - now()))
        try:
            await workflow.wait_condition(called, timeout=timeout, timeout_summary="waits for the Architect")
        except TimeoutError:
            return

    def _idle_end(self, began: int) -> float | None:
        bounds = self._state.bounds
        return None if bounds is None or bounds.idle_seconds is None else began + bounds.idle_seconds

    # ── telling ──

    def _start_sending(self) -> None:
        """One message at a time, the oldest first; what is no longer so is not said."""
        architect = self._architect
        self._stop_if_obsolete()
        for due in architect.due:
            if architect.is_obsolete(due):
                architect.drop(due)
        if self._sending is not None or not architect.due:
            return
        due = architect.due[0]
        who = f" {due.to}" if due.to else ""
        summary = f"tells{who} of {', '.join(due.questions)}"
        handle = activity_calls.start(Auxiliary.NOTIFY, projection.notice(self._state, due), Notified, summary)
        handle.add_done_callback(
            lambda done: done.cancelled() or done.exception()
        )  # given up: nobody asks how it ended
        self._sending = (due, handle)

    def _finish_sending(self) -> None:
        if self._sending is None or not self._sending[1].done():
            return
        due, handle = self._sending
        self._sending = None
        try:
            how = handle.result().summary
        except (ActivityError, asyncio.CancelledError) as error:
            cause = getattr(error, "cause", None) or error
            self._architect.note_undelivered(due, str(cause))
            how = "could not be determined"
        self._architect.mark_notified(due, how)

    def _stop_if_obsolete(self) -> None:
        if self._sending is not None and self._architect.is_obsolete(self._sending[0]):
            self.stop()
