"""The caller's side: a call in a child, awaited; a fork server for the process, started when it is first needed."""

import asyncio
import contextlib
import itertools
import json
import os
import pickle
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import structlog

from aurora.bounded import child, frames
from aurora.bounded.bounds import READING, Bounds
from aurora.bounded.fork_server_owner import FORK_SERVER, ForkServer
from aurora.errors import OutOfBounds, Reason, Refusal, RefusalCode, ToolRefusal, TransientError

log = structlog.get_logger("aurora.bounded")

T = TypeVar("T")
Answers = Mapping[str, Callable[..., Awaitable[Any]]]

AT_ONCE = max(4, 2 * (os.cpu_count() or 1))
LONG_SECONDS = 20.0
START_SECONDS = 60.0
"""Seconds for a fork server to load and a child to be forked, on a machine that has much else to do."""
TRIES = 3
HINT = "Make it smaller or simpler: it is read within limits of time and memory."

_numbers = itertools.count(1)
_rooms: WeakKeyDictionary[asyncio.AbstractEventLoop, tuple[asyncio.Semaphore, asyncio.Semaphore]] = WeakKeyDictionary()

ask = child.ask
close = FORK_SERVER.close


class _NotStarted(Exception):
    """The fork server is gone, or had no room for a child: nothing was read yet."""


class _ForkServerLost(EOFError):
    """The fork server ended in the middle of a reading, which may have had no part in it."""


async def call(
    function: Callable[..., T | Awaitable[T]],
    *args: Any,
    about: str,
    bounds: Bounds = READING,
    answers: Answers | None = None,
) -> T:
    """The result of `function(*args)` in a child; `function` is a module's own, with a result that pydantic can write.

    `about` names the place for the reader: a path, a tool. `answers`: what the child may `ask`.
    Raises `OutOfBounds` for what takes too much or breaks its reader, `Refusal` and `ToolRefusal` of the function, and
    `TransientError` when no child can be started."""
    name = f"{function.__module__}:{function.__qualname__}"
    request = pickle.dumps((name, args, bounds), pickle.HIGHEST_PROTOCOL)
    async with _room(bounds):
        again = True
        for attempt in range(TRIES):
            try:
                kind, body = await _once(request, bounds, answers or {})
            except _NotStarted:
                await asyncio.sleep(0.05 * attempt)
                continue
            except _ForkServerLost as end:
                if again:
                    again = False
                    continue
                raise _outside(about, str(end), name) from None
            except (TimeoutError, EOFError, frames.TooLarge) as end:
                raise _outside(about, str(end), name) from None
            return _outcome(function, kind, body, about, name)
    raise TransientError("the process that reads untrusted text could not be started: is the machine out of memory?")


def _outcome(function: Callable[..., T | Awaitable[T]], kind: bytes, body: bytes, about: str, name: str) -> T:
    try:
        if kind == frames.DONE:
            value: T = child.decoded(function, body)
            return value
        said = json.loads(body)
        if kind == frames.REFUSED:
            what, hint, code, reason = map(str, said)
            raise Refusal(what, hint, code=RefusalCode(code), reason=Reason(reason) if reason else None)
    except (ValueError, TypeError, RecursionError):
        raise _outside(about, "its reader gave no sensible answer", name) from None
    if kind == frames.TOOL_REFUSED:
        raise ToolRefusal(str(said))
    raise _outside(about, str(said), name)


def _outside(about: str, why: str, name: str) -> OutOfBounds:
    log.warning("reading_ended", about=about[:200], why=why[:400], reader=name)
    return OutOfBounds(f"{about} can't be read: {why}.", HINT)


async def _once(request: bytes, bounds: Bounds, answers: Answers) -> tuple[bytes, bytes]:
    """Raises `TimeoutError`, `EOFError` and `TooLarge`, each with what became of the child."""
    token = f"{next(_numbers)}".encode()
    ours, theirs = socket.socketpair()
    server = None
    over = False
    try:
        with theirs:
            ours.setblocking(False)
            try:
                server = FORK_SERVER.current()
                server.start(token, theirs)
            except OSError:
                raise _NotStarted from None
        await _started(ours, request, server)
        try:
            answer = await _answer_of(ours, bounds, answers)
        except EOFError as end:
            if server.lost:
                raise _ForkServerLost(str(end)) from None
            raise
        over = True
        return answer
    finally:
        if not over and server is not None:
            server.kill(token)
        ours.close()


async def _started(ours: socket.socket, request: bytes, server: ForkServer) -> None:
    try:
        async with asyncio.timeout(START_SECONDS):
            await frames.send_soon(ours, frames.REQUEST, request)
            await frames.receive_soon(ours, 0)
    except (EOFError, OSError):
        FORK_SERVER.forget(server)
        raise _NotStarted from None
    except TimeoutError:
        FORK_SERVER.forget(server)
        raise _NotStarted from None


async def _answer_of(ours: socket.socket, bounds: Bounds, answers: Answers) -> tuple[bytes, bytes]:
    left = bounds.seconds * bounds.patience
    spent = 0.0
    while True:
        began = time.monotonic()
        try:
            async with asyncio.timeout(left - spent):
                kind, body = await frames.receive_soon(ours, bounds.result_bytes)
        except TimeoutError:
            raise TimeoutError(f"it takes more than {left:g} s") from None
        except frames.TooLarge:
            raise frames.TooLarge(f"what it says takes more than {bounds.result_bytes:,} bytes") from None
        except EOFError:
            late = spent + time.monotonic() - began >= bounds.seconds * 0.9
            why = f"it takes more than {bounds.seconds:g} s" if late else "it broke the process that read it"
            raise EOFError(why) from None
        spent += time.monotonic() - began
        if kind != frames.ASKED:
            return kind, body
        try:
            what, *args = json.loads(body)
            answering = answers[what](*args)
        except (ValueError, TypeError, RecursionError, KeyError):
            raise EOFError("its reader asked for something unknown") from None
        answer = await answering
        await frames.send_soon(ours, frames.ANSWER, pickle.dumps(answer, pickle.HIGHEST_PROTOCOL))


async def warm() -> None:
    """Start the fork server before it is needed: loading takes a second or two, meanwhile nothing waits."""
    await call(ready, about="a first reading")


def ready() -> bool:
    return True


@contextlib.asynccontextmanager
async def _room(bounds: Bounds) -> AsyncIterator[None]:
    """A place for a child. What may take long has half of them, so that an edit never waits behind contracts only."""
    loop = asyncio.get_running_loop()
    if loop not in _rooms:
        _rooms[loop] = asyncio.Semaphore(AT_ONCE), asyncio.Semaphore(AT_ONCE // 2)
    every, long = _rooms[loop]
    async with contextlib.AsyncExitStack() as held:
        if bounds.seconds > LONG_SECONDS:
            await held.enter_async_context(long)
        await held.enter_async_context(every)
        yield
