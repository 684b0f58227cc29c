"""An engine that can go away and come back without disturbing anybody else: a socket of our own before the real one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

ENGINE = "/var/run/docker.sock"


class EngineProxy:
    def __init__(self, path: Path) -> None:
        self.path = path
        self._server: asyncio.Server | None = None
        self._talks: set[asyncio.Task[None]] = set()

    @property
    def host(self) -> str:
        """As DOCKER_HOST names it."""
        return f"unix://{self.path}"

    async def come(self) -> None:
        self._server = await asyncio.start_unix_server(self._accepted, self.path)

    async def go(self) -> None:
        """As an engine that is stopped: nobody listens any more, and every open connection ends."""
        if self._server is not None:
            self._server.close()
            self._server = None
        self.path.unlink(missing_ok=True)
        for talk in list(self._talks):
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)

    async def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = asyncio.current_task()
        assert talk is not None
        self._talks.add(talk)
        try:
            to_engine = await asyncio.open_unix_connection(ENGINE)
            await asyncio.gather(_pass_on(reader, to_engine[1]), _pass_on(to_engine[0], writer))
        except (OSError, asyncio.CancelledError):
            return
        finally:
            self._talks.discard(talk)
            for end in (writer, to_engine[1]):
                end.transport.abort()


async def _pass_on(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    while piece := await source.read(65_536):
        target.write(piece)
        await target.drain()
    with suppress(OSError):
        target.write_eof()


@asynccontextmanager
async def engine_proxy(folder: Path) -> AsyncIterator[EngineProxy]:
    proxy = EngineProxy(folder / "engine.sock")
    await proxy.come()
    try:
        yield proxy
    finally:
        await proxy.go()
