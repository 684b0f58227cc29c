"""The description of a model: one GET, for which importing a vendor's client would take longer than the answer."""

from typing import Any, Final
from urllib.parse import quote

import httpx2

from aurora.drivers.model.status_errors import named, of_status, of_transport
from aurora.errors import AuroraError, CredentialsRefused, EndpointError
from aurora.ports import ModelCard
from aurora.settings.models import ENDINGS
from aurora.settings.worker import Provider

SERVICE: Final = "https://api.anthropic.com"
VERSION: Final = "2023-06-01"
SECONDS: Final = 10.0
ASSUMED_CONTEXT_TOKENS: Final = 200_000
ASSUMED_OUTPUT_TOKENS: Final = 8_192
"""Assumed output tokens for an endpoint that does not say: low, so that no request is refused for its size."""


async def described(model: str, provider: Provider, *, name: str) -> ModelCard:
    """Return what the provider of that name says of the model. Raises as the port `Model` says."""
    who = f"model endpoint {name!r}"
    headers = {"x-api-key": key_of(provider, name), "anthropic-version": VERSION}
    url = f"{(provider.base_url or SERVICE).rstrip('/')}/v1/models/{quote(model, safe='')}"
    try:
        async with httpx2.AsyncClient(timeout=SECONDS, follow_redirects=True) as client:
            answer = await client.get(url, headers=headers)
        info = _object(answer)
    except (httpx2.TransportError, httpx2.InvalidURL) as error:
        raise of_transport(error, who) or EndpointError(f"{who} broke the connection: {named(error)}") from error
    if answer.status_code >= 300:
        raise _refused(answer, info, who, model)
    if not isinstance(info.get("id"), str):
        raise EndpointError(f"{who} sent something that is no description of a model: {answer.text[:200]}")
    ending = ENDINGS.get(info["id"])
    return ModelCard(
        id=info["id"],
        context_tokens=info.get("max_input_tokens") or ASSUMED_CONTEXT_TOKENS,
        max_output_tokens=info.get("max_tokens") or ASSUMED_OUTPUT_TOKENS,
        # a compatible endpoint may not know the field: then it is there, so it is in use
        retired=info.get("lifecycle", "active") == "retired",
        successor=ending.successor if ending else None,
        takes_temperature=provider.takes_temperature,
    )


def key_of(provider: Provider, name: str) -> str:
    """Raises `CredentialsRefused` where there is none."""
    key = provider.key()
    if key is None:
        # never left to a client: it would send the environment's key to whatever endpoint is configured
        where = f"the variable {provider.api_key_env}" if provider.api_key_env else "its api_key"
        raise CredentialsRefused(f"model endpoint {name!r} has no key: set {where} for the worker.")
    return key.get_secret_value()


def _object(answer: httpx2.Response) -> dict[str, Any]:
    try:
        value = answer.json()
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _refused(answer: httpx2.Response, value: dict[str, Any], who: str, model: str) -> AuroraError:
    error = value.get("error")
    reported: dict[str, Any] = error if isinstance(error, dict) else {}
    said = str(reported.get("message") or answer.text)[:400]
    kind = reported.get("type")
    return of_status(
        answer.status_code, kind if isinstance(kind, str) else None, said, answer.headers, who=who, model=model
    )
