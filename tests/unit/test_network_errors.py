"""A failed connection is explained in words, never in a library's debug print."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx2
import pytest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from aurora.network_errors import connection_error, readable

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], None]


@asynccontextmanager
async def listening(handler: Handler) -> AsyncIterator[str]:
    server = await asyncio.start_server(lambda reader, writer: handler(reader, writer), "127.0.0.1", 0)
    async with server:
        yield "{}:{}".format(*server.sockets[0].getsockname())


def closing(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


async def said_of_temporal(address: str, *, tls: bool = False) -> str:
    with pytest.raises(RuntimeError) as failed:
        await Client.connect(address, tls=tls)
    assert "::" in str(failed.value), "a debug print, as it was when this was written"
    return connection_error(failed.value)


async def test_temporals_client_that_finds_nobody() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        assert await said_of_temporal(f"127.0.0.1:{bound.getsockname()[1]}") == "connection refused"


async def test_temporals_client_and_a_name_that_does_not_exist() -> None:
    assert await said_of_temporal("temporal.invalid:7233") == "the host name can't be resolved"


async def test_temporals_client_whose_connection_is_dropped() -> None:
    async with listening(closing) as address:
        assert await said_of_temporal(address) == "the connection was closed"


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (RPCStatusCode.UNAUTHENTICATED, "the credentials were not accepted"),
        (RPCStatusCode.PERMISSION_DENIED, "the credentials do not allow it"),
        (RPCStatusCode.DEADLINE_EXCEEDED, "no answer in time"),
        (RPCStatusCode.NOT_FOUND, "Namespace shop is not found"),
    ],
)
def test_an_answer_of_temporals_is_explained_by_its_status(status: RPCStatusCode, said: str) -> None:
    assert connection_error(RPCError("Namespace shop is not found.", status, b"")) == said


async def test_http_clients_are_explained_too() -> None:
    async with httpx2.AsyncClient(trust_env=False) as client:
        with pytest.raises(httpx2.HTTPError) as refused:
            await client.get("http://127.0.0.1:9")
        assert connection_error(refused.value) == "connection refused"
        async with listening(closing) as address:
            with pytest.raises(httpx2.HTTPError) as closed:
                await client.get(f"http://{address}")
            assert connection_error(closed.value) == "the connection was closed"


def test_what_was_printed_for_a_debugger_is_never_shown() -> None:
    assert readable("Server connection error: tonic::transport::Error(Transport, None)") == ""
    assert connection_error(RuntimeError("tonic::Status { code: Internal }")) == "the connection failed"
    assert readable("Profile 'prod' not found.\nmore") == "Profile 'prod' not found"
