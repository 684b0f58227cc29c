"""The model, its vendor's client imported when the first call needs it: that takes over a second."""

import asyncio
from collections.abc import Mapping

from aurora.drivers.model import request_bound
from aurora.ports import Model, ModelCard, ModelReply, ModelRequest
from aurora.settings.worker import Provider


class ModelOnDemand:
    """Port `Model`."""

    def __init__(self, providers: Mapping[str, Provider]) -> None:
        self._providers = providers
        self._model: Model | None = None
        self._loading = asyncio.Lock()

    async def reply(self, request: ModelRequest, *, provider: str) -> ModelReply:
        return await (await self._loaded()).reply(request, provider=provider)

    async def count(self, request: ModelRequest, *, provider: str) -> int:
        return await (await self._loaded()).count(request, provider=provider)

    async def describe(self, model: str, *, provider: str) -> ModelCard:
        return await (await self._loaded()).describe(model, provider=provider)

    def upper_bound(self, request: ModelRequest, input_tokens: int) -> int:
        return request_bound.upper_bound(request, input_tokens)

    async def _loaded(self) -> Model:
        async with self._loading:
            if self._model is None:
                # in a thread: heartbeats of other calls go on meanwhile
                self._model = await asyncio.to_thread(_made, self._providers)
            return self._model


def _made(providers: Mapping[str, Provider]) -> Model:
    from aurora.drivers.model.anthropic_model import AnthropicModel

    return AnthropicModel(providers)
