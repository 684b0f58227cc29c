"""The desk, opened with a word to who waits: a daemon may have to start, and a worker that starts answers late."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aurora.bootstrap.opening import Surroundings
from aurora.cli.saying import err
from aurora.desk import Desk


@asynccontextmanager
async def opened() -> AsyncIterator[Desk]:
    """Print nothing inside: a terminal shows there that something is being waited for."""
    with err.status("starts the daemon, if it does not run yet") as status:
        desk = await Surroundings.found().desk()
        status.update("waits for the worker's answer")
        yield desk
