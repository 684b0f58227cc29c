"""Errors of the Anthropic SDK, told apart by what may be done about them."""

import anthropic
import httpx2

from aurora.drivers.model.status_errors import named, of_status, of_transport
from aurora.errors import AuroraError, CredentialsRefused, EndpointError
from aurora.network_errors import connection_error


def explained(error: Exception, *, provider: str, model: str) -> AuroraError:
    """The error of ours that says what `error` means; never carries a header or a key."""
    who = f"model endpoint {provider!r}"
    if isinstance(error, anthropic.APIStatusError):
        said = error.api_message or str(error.body or error.message)[:400]
        headers = error.response.headers
        meant = of_status(error.status_code, error.type, said, headers, who=who, model=model)
        # whatever an error event says, its stream began: the input was read
        meant.may_be_billed = meant.may_be_billed or error.status_code < 400
        return meant
    if isinstance(error, anthropic.CredentialsError):
        return CredentialsRefused(f"{who} has no usable credentials: {error}")
    cause = error.__cause__ if isinstance(error, anthropic.APIConnectionError) else error
    if (trouble := of_transport(cause, who)) is not None:
        return trouble
    if isinstance(error, anthropic.APIConnectionError | httpx2.TransportError):
        return EndpointError(f"{who} broke the connection: {connection_error(cause or error)}")
    return EndpointError(f"{who} sent a reply that can't be read: {named(error)}")
