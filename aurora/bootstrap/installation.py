"""A client for this process: the named cluster, else the daemon's server, and the artifacts beside it."""

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from temporalio.runtime import LoggingConfig, Runtime, TelemetryConfig, TelemetryFilter

from aurora.bootstrap.daemon import Daemon
from aurora.bootstrap.endpoint import Endpoint
from aurora.bootstrap.sealing import keys_of
from aurora.bootstrap.state_folder import StateFolder
from aurora.client.client import AuroraClient
from aurora.client.connection import cluster, connect
from aurora.drivers.artifacts.store import ObjectArtifacts
from aurora.settings import worker
from aurora.settings.worker import WorkerSettings

if TYPE_CHECKING:
    from aurora.client.submit import Validator


@dataclass(frozen=True)
class Installation:
    """The installation that the environment describes, before anything is started."""

    settings: WorkerSettings
    folder: StateFolder

    @classmethod
    def found(cls) -> "Installation":
        """Raises `Refusal` for settings that can't be used."""
        settings = worker.load()
        if settings.policy.mandatory_gates:
            from aurora.gates import choice  # with every toolchain: most commands need neither

            choice.check_names(settings.policy.mandatory_gates)
        return cls(settings, StateFolder(settings.home.expanduser().absolute()))

    @property
    def embedded(self) -> bool:
        """True if the daemon's own server is meant, and not a cluster."""
        return cluster(self.settings) is None

    @property
    def daemon(self) -> Daemon:
        return Daemon(self.folder, dict(os.environ), idle_seconds=self.settings.idle_minutes * 60)

    def artifacts(self) -> ObjectArtifacts:
        return ObjectArtifacts(self.settings.artifacts)

    def validator(self) -> "Validator":
        """Needs no server: a request can be refused before anything is started."""
        # only what submits a task reads a repository
        from aurora.bootstrap.preflight import MachinePreflight
        from aurora.client.submit import Validator
        from aurora.drivers.git.local_repository import LocalRepository

        preflight = MachinePreflight(self.settings, self.folder) if self.embedded else None
        return Validator(LocalRepository.open, self.settings.policy, preflight)

    async def client(self) -> AuroraClient:
        """Starts the daemon when it is needed and not there. Raises `Refusal`, code `unreachable`."""
        endpoint = await self.daemon.ensure() if self.embedded else None
        _quiet()
        if endpoint is None:
            connected = await connect(self.settings)
        else:
            connected = await connect(self.settings, endpoint.address, keys_of(self.folder))
        return AuroraClient(connected, self.artifacts(), validator_of=self.validator)

    def endpoint(self) -> Endpoint | None:
        return self.daemon.running() if self.embedded else None


def _quiet() -> None:
    """The client's core prints its own retries to stdout, where a command's user and scripts read."""
    errors = TelemetryFilter(core_level="ERROR", other_level="ERROR")
    runtime = Runtime(telemetry=TelemetryConfig(logging=LoggingConfig(filter=errors)))
    Runtime.set_default(runtime, error_if_already_set=False)
