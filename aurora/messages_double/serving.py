"""The double as a server in this process: `async with serving(scenario, ledger=...) as double: double.url`."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from aurora.messages_double.endpoint import PING_SECONDS, Endpoint
from aurora.messages_double.ledger import Ledger
from aurora.messages_double.manual_player import ManualPlayer
from aurora.messages_double.play import Player, ScenarioPlayer
from aurora.messages_double.scenario import Scenario, load


@dataclass(frozen=True)
class Double:
    url: str
    """For ANTHROPIC_BASE_URL: without `/v1`."""
    ledger: Ledger


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """The host process keeps its own signal handlers."""
        yield


@asynccontextmanager
async def serving(
    scenario: Scenario | Path | None = None,
    *,
    by_hand: Path | None = None,
    player: Player | None = None,
    ledger: Path | None = None,
    key: str | None = None,
    host: str = "127.0.0.1",
    port: int = 0,
    ping_seconds: float = PING_SECONDS,
) -> AsyncIterator[Double]:
    """Serve a scenario, a folder that a person replies in, or whatever `player` says. Port 0 picks a free one.

    Raises `BadScenario`, and `OSError` when the port is taken."""
    book = Ledger(ledger)
    endpoint = Endpoint(player or _player(scenario, by_hand), book, key=key, ping_seconds=ping_seconds)
    with socket.create_server((host, port)) as listener:
        config = uvicorn.Config(endpoint.app(), lifespan="off", log_level="critical", access_log=False)
        server = _Server(config)
        running = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            while not server.started:
                if running.done():
                    running.result()
                await asyncio.sleep(0.005)
            yield Double(f"http://{host}:{listener.getsockname()[1]}", book)
        finally:
            await _stop(server, running)


async def _stop(server: uvicorn.Server, running: asyncio.Task[None]) -> None:
    """Stop at once: uvicorn's own way out waits for its ticks, and for streams that hang on purpose."""
    for listening in getattr(server, "servers", ()):
        listening.close()
    ending = [running, *server.server_state.tasks]
    for task in ending:
        task.cancel()
    await asyncio.gather(*ending, return_exceptions=True)
    for connection in list(server.server_state.connections):
        connection.transport.abort()
    await asyncio.sleep(0)


def _player(scenario: Scenario | Path | None, by_hand: Path | None) -> Player:
    if by_hand is not None:
        return ManualPlayer(by_hand)
    if isinstance(scenario, Path):
        scenario = load(scenario)
    return ScenarioPlayer(scenario or Scenario(replies=()))
