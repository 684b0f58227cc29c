"""The choice of a Temporal server, and a client of it.

TEMPORAL_ADDRESS (with its TEMPORAL_* companions), a Temporal profile or the worker's settings name a cluster; without
any of them the embedded server of the state folder is meant, whose address the daemon's endpoint says.
"""

import asyncio
from datetime import timedelta
from typing import Any

from temporalio.client import Client
from temporalio.envconfig import ClientConfig
from temporalio.runtime import Runtime, TelemetryConfig
from temporalio.service import RPCError

from aurora.client import network_namespace
from aurora.client.converter import data_converter
from aurora.errors import Reason, Refusal, RefusalCode
from aurora.network_errors import connection_error, readable
from aurora.payloads.keys import PayloadKeys
from aurora.settings.worker import WorkerSettings


def cluster(settings: WorkerSettings) -> dict[str, Any] | None:
    """Connect arguments of the cluster that is named; None when none is."""
    try:
        found: dict[str, Any] = dict(ClientConfig.load_client_connect_config(profile=settings.temporal_profile))
    except RuntimeError as error:
        raise Refusal(
            f"the Temporal profile can't be used: {readable(str(error)) or 'it can not be read'}",
            "correct TEMPORAL_PROFILE or the file it is read from",
        ) from error
    if settings.temporal_address:
        found["target_host"] = settings.temporal_address
    if settings.temporal_namespace:
        found["namespace"] = settings.temporal_namespace
    return found if found.get("target_host") else None


async def connect(settings: WorkerSettings, address: str | None = None, keys: PayloadKeys | None = None) -> Client:
    """A client of `address` (`host:port`, the embedded server), else of the named cluster; payloads are sealed with
    `keys`, else with those that the settings name.

    Raises `Refusal`, `UNREACHABLE` when nothing answers there.
    """
    arguments = {"target_host": address} if address else cluster(settings)
    if arguments is None:
        raise Refusal(
            "no Temporal server is named",
            "set TEMPORAL_ADDRESS or TEMPORAL_PROFILE",
            code=RefusalCode.UNREACHABLE,
            reason=Reason.NO_SERVER,
        )
    if keys is None and settings.payload_keys is not None:
        keys = PayloadKeys.read(settings.payload_keys.expanduser())
    try:
        with network_namespace.inside(settings.temporal_network):
            # its threads are made here, and so is what they connect with: a step is not passed through the gate
            runtime = Runtime(telemetry=TelemetryConfig()) if settings.temporal_network else None
        return await Client.connect(**arguments, data_converter=data_converter(keys), runtime=runtime)
    except ValueError as error:
        why = str(error).rpartition(": ")[2]
        raise Refusal(
            f"{arguments['target_host']!r} is not the address of a Temporal server: {why}",
            "write it as host:port, for example temporal.example.org:7233",
        ) from error
    except (RuntimeError, RPCError) as error:
        raise Refusal(
            f"Temporal at {arguments['target_host']} does not answer: {connection_error(error)}",
            "check TEMPORAL_ADDRESS, TLS and the network",
            code=RefusalCode.UNREACHABLE,
            reason=Reason.SERVER_SILENT,
        ) from error


async def healthy(address: str, *, seconds: float = 3) -> bool:
    """Return whether a Temporal server answers at `address` within `seconds`."""
    try:
        # the connect has a bound of its own, 30 s, and waits for it where a connection was taken and dropped: at a gate
        # whose server does not listen yet
        async with asyncio.timeout(seconds):
            client = await Client.connect(address, lazy=True)
            return await client.service_client.check_health(timeout=timedelta(seconds=seconds))
    except (RuntimeError, RPCError, TimeoutError):
        return False
