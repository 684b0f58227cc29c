"""Composition root of clients and of the daemon. A surface starts here: `client = await open_client()`."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aurora.client.client import AuroraClient


async def open_client() -> "AuroraClient":
    """The client of the installation that the environment names: a cluster, else this machine's daemon, which is
    started when it does not run.

    Raises `Refusal` for settings that can't be used, and with code `unreachable` for a server that does not answer."""
    from aurora.bootstrap.installation import (
        Installation,  # slow to load, and the daemon's own processes need none of it
    )

    return await Installation.found().client()
