"""Which Temporal is meant, and a client of it.

TEMPORAL_ADDRESS (with its TEMPORAL_* companions) or a Temporal profile names a cluster; without either the
embedded server of the state folder is meant, whose address the daemon's endpoint says.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from temporalio.client import Client
from temporalio.envconfig import ClientConfig
from temporalio.service import RPCError

from aurora.converter import data_converter
from aurora.errors import Refusal

NOT_REACHABLE = 3


def cluster(env: Mapping[str, str] | None = None) -> dict[str, Any] | None:
    """Connect arguments of the cluster that environment or profile name; None when neither names one."""
    try:
        found = dict(ClientConfig.load_client_connect_config(override_env_vars=dict(env) if env is not None else None))
    except RuntimeError as trouble:
        raise Refusal(
            f"the Temporal profile can't be used: {trouble}", "mend TEMPORAL_PROFILE or the file it is read from"
        ) from trouble
    return found if found.get("target_host") else None


async def connect(address: str | None = None) -> Client:
    """A client of `address` (`host:port`, the embedded server), else of the named cluster.

    Raises `Refusal` with exit code 3 when nothing answers there.
    """
    arguments = {"target_host": address} if address else cluster()
    if arguments is None:
        raise Refusal(
            "no Temporal server is named",
            "set TEMPORAL_ADDRESS or TEMPORAL_PROFILE, or let `aurora dev` start the embedded one",
            exit_code=NOT_REACHABLE,
        )
    try:
        return await Client.connect(**arguments, data_converter=data_converter())
    except (RuntimeError, RPCError) as trouble:
        raise Refusal(
            f"Temporal at {arguments['target_host']} does not answer: {str(trouble)[:300]}",
            "check TEMPORAL_ADDRESS, TLS and the network; `aurora doctor` looks at each",
            exit_code=NOT_REACHABLE,
        ) from trouble


async def healthy(address: str, *, seconds: float = 3) -> bool:
    """Whether a Temporal server answers at `address` within `seconds`."""
    try:
        client = await Client.connect(address, lazy=True)
        return await client.service_client.check_health(timeout=timedelta(seconds=seconds))
    except (RuntimeError, RPCError):
        return False
