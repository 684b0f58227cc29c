"""The requirements of this machine's worker, checked before a task is submitted to it: disk, key, Docker engine,
models."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from aurora.bootstrap import engine
from aurora.bootstrap.state_folder import StateFolder
from aurora.drivers.model.model_card import described
from aurora.errors import CredentialsRefused, ModelGone, QuotaExhausted, Refusal, TransientError
from aurora.settings.repository import BackendSettings
from aurora.settings.worker import WorkerSettings
from aurora.text import clip

NEEDED_BYTES = 1_000_000_000


@dataclass(frozen=True)
class MachinePreflight:
    """A `Preflight` of the machine that runs the embedded server and its worker."""

    settings: WorkerSettings
    folder: StateFolder

    async def check(self, settings: BackendSettings | None) -> Sequence[str]:
        """An unreachable model endpoint is only a note. Without settings neither key nor models are asked about."""
        self._check_disk()
        if settings is not None:
            self.check_key(settings)
        await asyncio.to_thread(engine.check)
        return () if settings is None else await self.check_models(settings)

    def _check_disk(self) -> None:
        free = self.folder.prepared().free_bytes()
        if free < NEEDED_BYTES:
            raise Refusal(
                f"only {free // 10**6} MB are free in {str(self.folder.home)!r}; a task needs {NEEDED_BYTES // 10**6}",
                "free some space, or set AURORA_HOME to a folder on another disk",
            )

    def check_key(self, settings: BackendSettings) -> None:
        """Raises `Refusal` for a provider that this worker does not have, and for one without a key."""
        provider = self.settings.provider(settings.provider)
        if provider.key() is None:
            variable = provider.api_key_env or f"AURORA_PROVIDERS__{settings.provider.upper()}__API_KEY"
            raise Refusal(
                "there is no key for the model's service, so nothing was started",
                f"set {variable}, for example: export {variable}=...  (ANTHROPIC_BASE_URL names another endpoint)",
            )

    async def check_models(self, settings: BackendSettings) -> Sequence[str]:
        """A note when the service can't be asked. Raises `Refusal` for a key, or a model, that it does not take."""
        provider = self.settings.provider(settings.provider)
        for name in sorted({settings.model, *settings.models.values()}):
            try:
                card = await asyncio.wait_for(described(name, provider, name=settings.provider), 10)
            except CredentialsRefused as refused:
                raise Refusal(str(refused), "set ANTHROPIC_API_KEY to a key the service takes") from refused
            except ModelGone as gone:
                raise Refusal(str(gone), "name another `model` in aurora.yaml, and commit it") from gone
            except (TransientError, QuotaExhausted, TimeoutError) as error:
                why = str(error) or "no answer within 10 s"
                return [f"the model's service can't be reached ({clip(why, 200)}); the task waits until it can"]
            if card.retired:
                named = f"`model: {card.successor}`" if card.successor else "another `model`"
                raise Refusal(f"model {name!r} was retired", f"name {named} in aurora.yaml, and commit it")
        return []
