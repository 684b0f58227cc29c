"""Signals that are no word to a task: sealed by nobody, altered, or with more or fewer than their one argument."""

from typing import Any

from temporalio.worker import HandleSignalInput, Interceptor, WorkflowInboundInterceptor, WorkflowInterceptorClassInput

from aurora.payloads.unreadable import Unreadable


class UnreadableSignals(Interceptor):
    """Our handlers take one argument. Called with none or two they would raise, and end the run that was spoken to."""

    def workflow_interceptor_class(
        self,
        input: WorkflowInterceptorClassInput,  # noqa: ARG002  the signature is the library's
    ) -> type[WorkflowInboundInterceptor] | None:
        return _Inbound


class _Inbound(WorkflowInboundInterceptor):
    async def handle_signal(self, input: HandleSignalInput) -> None:
        if len(input.args) != 1:
            input.args = [Unreadable(f"it has {len(input.args)} arguments, not one")]
        await super().handle_signal(input)


def why_refused(given: Any, expected: str) -> str:
    """The reason why a signal is refused."""
    if isinstance(given, Unreadable):
        return f"a signal was refused: {given.why}"
    return f"a signal was {expected}"
