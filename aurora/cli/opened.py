"""The desk, opened with a word to who waits: a daemon may have to start first, which takes seconds."""

from aurora.bootstrap.opening import Installation
from aurora.cli.ending import err
from aurora.client.desk import Desk


async def opened() -> Desk:
    with err.status("starts the daemon, if it does not run yet"):
        return await Installation.found().desk()
