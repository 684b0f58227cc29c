"""Errors of the Anthropic SDK, told apart by what may be done about them."""

import re
from typing import Final

import anthropic
import httpx2

from aurora.drivers.retry_after import MAX_RETRY_AFTER, retry_after
from aurora.errors import (
    AuroraError,
    CredentialsRefused,
    EndpointTrouble,
    ModelGone,
    QuotaExhausted,
    RequestRefused,
)

_TRANSIENT: Final = frozenset({408, 409, 429})
_NO_WORK: Final = frozenset({429, 529})
"""Refused before any work was done: such a try is not billed."""
_SAID_TO_BE_TRANSIENT: Final = frozenset({"overloaded_error", "api_error", "rate_limit_error", "timeout_error"})
_MONEY: Final = re.compile(r"credit balance|billing|purchase credits|spend(ing)? limit", re.IGNORECASE)


def explained(error: Exception, *, provider: str, model: str) -> AuroraError:
    """The error of ours that says what `error` means; never carries a header or a key."""
    who = f"model endpoint {provider!r}"
    if isinstance(error, anthropic.APIStatusError):
        meant = _by_status(error, who, model)
        # whatever an error event says, its stream began: the input was read
        meant.may_be_billed = meant.may_be_billed or error.status_code < 400
        return meant
    if isinstance(error, anthropic.CredentialsError):
        return CredentialsRefused(f"{who} has no usable credentials: {error}")
    cause = error.__cause__ if isinstance(error, anthropic.APIConnectionError) else error
    if isinstance(cause, httpx2.ConnectError | httpx2.ConnectTimeout):
        return EndpointTrouble(f"{who} can't be reached: {_kind(cause)}", may_be_billed=False)
    if isinstance(cause, httpx2.TimeoutException):
        return EndpointTrouble(f"{who} fell silent: {_kind(cause)}; the connection was cut.")
    if isinstance(error, anthropic.APIConnectionError | httpx2.TransportError):
        return EndpointTrouble(f"{who} broke the connection: {_kind(cause or error)}")
    return EndpointTrouble(f"{who} sent something that is no reply: {_kind(error)}")


def _by_status(error: anthropic.APIStatusError, who: str, model: str) -> AuroraError:
    status, said = error.status_code, error.api_message or str(error.body or error.message)[:400]
    headers = error.response.headers
    what = f"{who} said {status} {error.type or ''}".rstrip() + f" for model {model!r}: {said}"
    began = status < 400
    if began:
        # an error event inside a stream that began well: its type is all there is
        status = 500 if error.type is None or error.type in _SAID_TO_BE_TRANSIENT else 400
    if status == 402 or error.type == "billing_error" or (status in (400, 403, 429) and _MONEY.search(said)):
        return QuotaExhausted(what)
    if status in (401, 403):
        return CredentialsRefused(what)
    if status == 404:
        return ModelGone(what)
    retry = {"true": True, "false": False}.get(headers.get("x-should-retry", ""))
    if retry is None:
        retry = status in _TRANSIENT or status >= 500
    if retry:
        return EndpointTrouble(what, retry_after=retry_after(headers), may_be_billed=began or status not in _NO_WORK)
    if status == 429:
        return QuotaExhausted(what)
    if status in _TRANSIENT or status >= 500:
        # the request is not at fault, so the task must not fail by it; but soon is no use, says the service
        return EndpointTrouble(what, retry_after=MAX_RETRY_AFTER, may_be_billed=began or status not in _NO_WORK)
    return RequestRefused(what)


def _kind(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}".rstrip(": ")
