"""A receiver of webhooks on a real port: remembers what came, answers as it is told."""

import asyncio
import base64
import hmac
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()


@dataclass
class Received:
    headers: dict[str, str]
    content: bytes
    path: str

    @property
    def payload(self) -> Any:
        return json.loads(self.content)

    def signed_by(self, secret: str) -> bool:
        """The check of a receiver, written from the specification and not with the code under test."""
        key = base64.b64decode(secret.removeprefix("whsec_"))
        said = f"{self.headers['webhook-id']}.{self.headers['webhook-timestamp']}.".encode() + self.content
        wanted = base64.b64encode(hmac.new(key, said, "sha256").digest()).decode()
        return any(hmac.compare_digest(f"v1,{wanted}", one) for one in self.headers["webhook-signature"].split(" "))


@dataclass
class Receiver:
    url: str = ""
    received: list[Received] = field(default_factory=list)
    answers: list[Response | float] = field(default_factory=list)
    """Taken one a request; a number is a sleep in seconds before a 200. When used up: 200."""

    async def answer(self, request: Request) -> Response:
        self.received.append(Received(dict(request.headers), await request.body(), request.url.path))
        answer = self.answers.pop(0) if self.answers else Response(status_code=200)
        if isinstance(answer, float):
            await asyncio.sleep(answer)
            return Response(status_code=200)
        return answer


@asynccontextmanager
async def receiving(*answers: Response | float) -> AsyncIterator[Receiver]:
    receiver = Receiver(answers=list(answers))
    app = Starlette(routes=[Route("/{rest:path}", receiver.answer, methods=["GET", "POST"])])
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_level="critical", access_log=False))
        running = asyncio.create_task(server._serve(sockets=[listener]))
        while not server.started:
            await asyncio.sleep(0.005)
        receiver.url = f"http://127.0.0.1:{listener.getsockname()[1]}/hook"
        try:
            yield receiver
        finally:
            server.should_exit = server.force_exit = True
            await running


@asynccontextmanager
async def cutting(head: bytes) -> AsyncIterator[str]:
    """A receiver that sends `head` and hangs up, whatever it is told; its URL."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(head)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook"


def dripping(status: int, *, every: float) -> StreamingResponse:
    """A body without end, a byte at a time."""

    async def body() -> AsyncIterator[bytes]:
        while True:
            yield b"."
            await asyncio.sleep(every)

    return StreamingResponse(body(), status_code=status)


def flooding(status: int) -> StreamingResponse:
    async def body() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 65_536
            await asyncio.sleep(0)  # else nobody else runs once the client has hung up

    return StreamingResponse(body(), status_code=status)
