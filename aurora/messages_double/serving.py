"""The double as a server in this process: `async with serving(scenario, ledger=...) as double: double.url`."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from aurora.messages_double.byhand import HandPlayer
from aurora.messages_double.endpoint import PING_SECONDS, Endpoint
from aurora.messages_double.ledger import Ledger
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
    ledger: Path | None = None,
    key: str | None = None,
    host: str = "127.0.0.1",
    port: int = 0,
    ping_seconds: float = PING_SECONDS,
) -> AsyncIterator[Double]:
    """Serve a scenario, or a folder that a person replies in. Port 0 picks a free one.

    Raises `BadScenario`, and `OSError` when the port is taken."""
    book = Ledger(ledger)
    endpoint = Endpoint(_player(scenario, by_hand), book, key=key, ping_seconds=ping_seconds)
    with socket.create_server((host, port)) as listener:
        config = uvicorn.Config(
            endpoint.app(), lifespan="off", log_level="critical", access_log=False, timeout_graceful_shutdown=1
        )
        server = _Server(config)
        running = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            while not server.started:
                if running.done():
                    running.result()
                await asyncio.sleep(0.005)
            yield Double(f"http://{host}:{listener.getsockname()[1]}", book)
        finally:
            server.should_exit = server.force_exit = True
            hanging = list(server.server_state.tasks)
            for task in hanging:
                task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running


def _player(scenario: Scenario | Path | None, by_hand: Path | None) -> Player:
    if by_hand is not None:
        return HandPlayer(by_hand)
    if isinstance(scenario, Path):
        scenario = load(scenario)
    return ScenarioPlayer(scenario or Scenario(replies=()))
