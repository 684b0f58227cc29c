"""Errors by the status of the service's answer and by the end of a connection: without a vendor's client."""

import re
from collections.abc import Mapping
from typing import Final

import httpx2

from aurora.drivers.retry_after import MAX_RETRY_AFTER, retry_after
from aurora.errors import (
    AuroraError,
    CredentialsRefused,
    EndpointError,
    ModelGone,
    QuotaExhausted,
    RequestRefused,
)
from aurora.network_errors import connection_error

_TRANSIENT: Final = frozenset({408, 409, 429})
_NO_WORK: Final = frozenset({429, 529})
"""Refused before any work was done: such a try is not billed."""
_SAID_TO_BE_TRANSIENT: Final = frozenset({"overloaded_error", "api_error", "rate_limit_error", "timeout_error"})
_MONEY: Final = re.compile(r"credit balance|billing|purchase credits|spend(ing)? limit", re.IGNORECASE)


def of_status(
    status: int, kind: str | None, said: str, headers: Mapping[str, str], *, who: str, model: str
) -> AuroraError:
    """The error of ours for an answer of the service; `kind` is the type that its error object names."""
    what = f"{who} said {status} {kind or ''}".rstrip() + f" for model {model!r}: {said}"
    began = status < 400
    if began:
        # an error event inside a stream that began well: its type is all there is
        status = 500 if kind is None or kind in _SAID_TO_BE_TRANSIENT else 400
    if status == 402 or kind == "billing_error" or (status in (400, 403, 429) and _MONEY.search(said)):
        return QuotaExhausted(what)
    if status in (401, 403):
        return CredentialsRefused(what)
    if status == 404:
        return ModelGone(what)
    retry = {"true": True, "false": False}.get(headers.get("x-should-retry", ""))
    if retry is None:
        retry = status in _TRANSIENT or status >= 500
    if retry:
        return EndpointError(what, retry_after=retry_after(headers), may_be_billed=began or status not in _NO_WORK)
    if status == 429:
        return QuotaExhausted(what)
    if status in _TRANSIENT or status >= 500:
        # the request is not at fault, so the task must not fail by it; but soon is no use, says the service
        return EndpointError(what, retry_after=MAX_RETRY_AFTER, may_be_billed=began or status not in _NO_WORK)
    return RequestRefused(what)


def of_transport(cause: BaseException | None, who: str) -> AuroraError | None:
    """The error of ours for a connection that was not made, or fell silent; none for another end of it."""
    if isinstance(cause, httpx2.ConnectError | httpx2.ConnectTimeout):
        return EndpointError(f"{who} can't be reached: {connection_error(cause)}", may_be_billed=False)
    if isinstance(cause, httpx2.TimeoutException):
        return EndpointError(f"{who} stopped answering, so the connection was closed")
    return None


def named(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}".rstrip(": ")
