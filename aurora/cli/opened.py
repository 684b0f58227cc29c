"""The client, opened with a word to whoever waits: a daemon may have to start first, which takes seconds."""

from aurora.bootstrap.installation import Installation
from aurora.cli.ending import err
from aurora.client.client import AuroraClient


async def opened() -> AuroraClient:
    with err.status("starting the daemon, if it is not running yet"):
        return await Installation.found().client()
