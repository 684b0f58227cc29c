"""The model by the Anthropic SDK: async, streamed, one request a call. Temporal retries, so nothing here does."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

import anthropic
import httpx2

from aurora.domain.outcome import Usage
from aurora.drivers.model import prices, request_bound
from aurora.drivers.model.errors import explained
from aurora.drivers.model.model_card import described, key_of
from aurora.drivers.model.reply_assembly import MalformedStream, ReplyAssembly
from aurora.errors import EndpointError, Refusal
from aurora.ports import ModelCard, ModelReply, ModelRequest
from aurora.settings.worker import Provider

SILENCE_SECONDS: Final = 60.0
CONNECT_SECONDS: Final = 10.0

_EXPECTED = (anthropic.AnthropicError, httpx2.TransportError, MalformedStream, ValueError)
"""ValueError: a stream whose JSON or UTF-8 does not decode, pydantic's errors among them."""


class AnthropicModel:
    """Port `Model`. Clients are made on first use, one a provider; `aclose` closes them.

    `silence_seconds` bounds the time without a single byte from the endpoint, pings counted as bytes.
    """

    def __init__(self, providers: Mapping[str, Provider], *, silence_seconds: float = SILENCE_SECONDS) -> None:
        self._providers = dict(providers)
        self._timeout = httpx2.Timeout(silence_seconds, connect=min(CONNECT_SECONDS, silence_seconds))
        self._clients: dict[str, anthropic.AsyncAnthropic] = {}

    async def reply(self, request: ModelRequest, *, provider: str) -> ModelReply:
        assembly = ReplyAssembly()
        async with self._asking(provider, request.model) as client:
            stream: anthropic.AsyncStream[Any] = await client.messages.create(
                **_inputs(request), **self._outputs(request, provider), stream=True
            )
            # leaving the block closes the connection, which is what stops the service: on cancellation too
            async with stream:
                async for event in stream:
                    assembly.feed(event.to_dict())
            message, content = assembly.finish()
            return ModelReply(
                id=message["id"],
                model=message["model"],
                content=content,
                stop_reason=message["stop_reason"],
                usage=usage_of(message["model"], message["usage"]),
                refusal=_refusal(message),
            )

    async def count(self, request: ModelRequest, *, provider: str) -> int:
        async with self._asking(provider, request.model) as client:
            counted = await client.messages.count_tokens(**_inputs(request), **_output_config(request))
            return counted.input_tokens

    async def describe(self, model: str, *, provider: str) -> ModelCard:
        return await described(model, self._provider(provider), name=provider)

    def upper_bound(self, request: ModelRequest, input_tokens: int) -> int:
        return request_bound.upper_bound(request, input_tokens)

    async def aclose(self) -> None:
        for client in self._clients.values():
            await client.close()
        self._clients.clear()

    def _outputs(self, request: ModelRequest, provider: str) -> dict[str, Any]:
        # no `thinking`: the models' own default is right for all of them (Opus refuses the switch); effort steers it
        outputs: dict[str, Any] = {"max_tokens": request.max_tokens, **_output_config(request)}
        if request.temperature is not None and self._provider(provider).takes_temperature:
            outputs["extra_body"] = {"temperature": request.temperature}
        return outputs

    def _provider(self, name: str) -> Provider:
        """Raises `Refusal` for a name that is not in the worker's settings."""
        if name not in self._providers:
            known = ", ".join(sorted(self._providers)) or "none"
            raise Refusal(
                f"provider {name!r} is not known to this worker (known: {known}).",
                "Name one of them in aurora.yaml, or add it to the worker's settings.",
            )
        return self._providers[name]

    @asynccontextmanager
    async def _asking(self, name: str, model: str) -> AsyncIterator[anthropic.AsyncAnthropic]:
        """A client of the provider; inside, what the SDK raises becomes an error of ours."""
        provider = self._provider(name)
        try:
            client = self._clients.get(name)
            if client is None:
                client = self._clients[name] = self._connect(name, provider)
            yield client
        except _EXPECTED as error:
            raise explained(error, provider=name, model=model) from error

    def _connect(self, name: str, provider: Provider) -> anthropic.AsyncAnthropic:
        key = key_of(provider, name)
        return anthropic.AsyncAnthropic(api_key=key, base_url=provider.base_url, timeout=self._timeout, max_retries=0)


def usage_of(model: str, usage: Mapping[str, Any]) -> Usage:
    """Tokens and cost of one call, from the `usage` object of a reply.

    Cache writes whose lifetime the endpoint does not break down are priced as one-hour writes, the dearer ones.
    Raises `EndpointError` when the counts are missing."""
    try:
        written = int(usage.get("cache_creation_input_tokens") or 0)
        short = int((usage.get("cache_creation") or {}).get("ephemeral_5m_input_tokens") or 0)
        tokens = prices.Tokens(
            input=int(usage["input_tokens"]),
            output=int(usage["output_tokens"]),
            read=int(usage.get("cache_read_input_tokens") or 0),
            write_5m=min(short, written),
            write_1h=max(written - short, 0),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise EndpointError(f"the reply of model {model!r} says no usable usage: {error!r}") from error
    return Usage(
        input_tokens=tokens.input,
        output_tokens=tokens.output,
        cache_read_tokens=tokens.read,
        cache_write_tokens=written,
        microdollars=prices.cost(model, tokens),
        calls=1,
    )


def _inputs(request: ModelRequest) -> dict[str, Any]:
    """The tokens counted as input; an absent part is left out, since an empty list is not the same to every
    endpoint."""
    inputs: dict[str, Any] = {"model": request.model, "messages": list(request.messages)}
    if request.system:
        inputs["system"] = list(request.system)
    if request.tools:
        inputs["tools"] = list(request.tools)
    return inputs


def _output_config(request: ModelRequest) -> dict[str, Any]:
    config: dict[str, Any] = {}
    if request.effort is not None:
        config["effort"] = request.effort
    if request.output_schema is not None:
        config["format"] = {"type": "json_schema", "schema": request.output_schema}
    return {"output_config": config} if config else {}


def _refusal(message: Mapping[str, Any]) -> str:
    details = message.get("stop_details") or {}
    if message["stop_reason"] != "refusal":
        return ""
    return str(details.get("explanation") or details.get("category") or "no reason given")
