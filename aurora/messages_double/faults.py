"""Deliberate faults: answers with an error status, and streams that break in mid-course."""

import asyncio
from collections.abc import AsyncGenerator, Iterable
from typing import Any, Final

from starlette.responses import JSONResponse

from aurora.messages_double import protocol
from aurora.messages_double.event_stream import CutShort
from aurora.messages_double.refusal import TYPE_OF, error_body
from aurora.messages_double.scenario import Fault

_GARBAGE: Final = b'event: content_block_delta\ndata: {"type": "content_block_delta", "index": \n\n'


def error_answer(fault: Fault) -> JSONResponse:
    """The answer for a fault with a `status`; nothing was generated, so nothing is billed."""
    status = fault.status or 500
    headers = {"request-id": "req_double"}
    if fault.retry_after is not None:
        headers["retry-after"] = str(fault.retry_after)
    if fault.retry_after_ms is not None:
        headers["retry-after-ms"] = str(fault.retry_after_ms)
    if fault.should_retry is not None:
        headers["x-should-retry"] = str(fault.should_retry).lower()
    kind = TYPE_OF.get(status, "api_error" if status >= 500 else "invalid_request_error")
    message = fault.message or {429: "This request would exceed the rate limit", 529: "Overloaded"}.get(status, kind)
    return JSONResponse(error_body(kind, message), status_code=status, headers=headers)


def sent(fault: Fault, start: protocol.Event, whole: dict[str, Any]) -> list[protocol.Event]:
    """The part of the reply that arrives before its stream breaks: what is billed is what was made by then."""
    if fault.cut_after_events is not None:
        return [start, *protocol.remainder(whole)][: fault.cut_after_events]
    return [start]


async def broken(fault: Fault, events: Iterable[protocol.Event]) -> AsyncGenerator[bytes, None]:
    """The stream of a reply that does not arrive."""
    for event in events:
        yield protocol.encode(event)
    if fault.cut_after_events is not None:
        raise CutShort
    if fault.hang:
        await asyncio.Event().wait()
    elif fault.malformed:
        yield _GARBAGE
    else:
        kind = fault.error_event or "api_error"
        yield protocol.encode(error_body(kind, fault.message or kind))
