"""The work of a child: one request, one answer, and its end."""

import asyncio
import contextlib
import gc
import importlib
import inspect
import json
import math
import os
import pickle
import resource
import signal
import socket
import typing
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from aurora.bounded import frames
from aurora.bounded.bounds import Bounds
from aurora.errors import Refusal, ToolRefusal

COLLECT_AFTER = 200_000
"""New objects; collecting more often takes a fifth of the time of a parse."""
NICE = 2
"""Behind the worker's own loop, which must beat."""
SAID = 300

_socket: socket.socket | None = None


def work(fd: int) -> int:
    global _socket
    _socket = socket.socket(fileno=fd)
    kind, body = frames.receive(_socket)
    if kind != frames.REQUEST:
        return 72
    name, args, bounds = pickle.loads(body)  # noqa: S301  the caller's own
    confine(bounds)
    frames.send(_socket, frames.STARTED, b"")
    frames.send(_socket, *answered(name, args, bounds))
    return 0


def confine(bounds: Bounds) -> None:
    os.nice(NICE)
    with contextlib.suppress(OSError):
        # where memory ends, the kernel takes a reader and never the worker
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    gc.set_threshold(COLLECT_AFTER)  # it ends soon, and its memory is bounded
    # its default action ends the process, in the middle of a regular expression, too
    signal.setitimer(signal.ITIMER_PROF, bounds.seconds)
    most = math.ceil(bounds.seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sizes = Path("/proc/self/statm")
    if sizes.exists():  # elsewhere than on Linux a client reads its own repository only
        now = int(sizes.read_text(encoding="ascii").split()[0]) * resource.getpagesize()
        room = now + bounds.megabytes * 1_000_000
        resource.setrlimit(resource.RLIMIT_AS, (room, room))


def answered(name: str, args: tuple[Any, ...], bounds: Bounds) -> tuple[bytes, bytes]:
    try:
        function = found(name)
        value = function(*args)
        if inspect.isawaitable(value):
            value = asyncio.run(_awaited(value))
        body = encoded(function, value)
    except Refusal as refusal:
        return frames.REFUSED, _json([refusal.what, refusal.hint, refusal.code, refusal.reason or ""])
    except ToolRefusal as refusal:
        return frames.TOOL_REFUSED, _json(str(refusal))
    except MemoryError:
        return frames.FAILED, _json(f"it takes more than {bounds.megabytes} MB of memory")
    except RecursionError:
        return frames.FAILED, _json("it is nested too deeply")
    except Exception as error:  # noqa: BLE001  a text of any shape may raise anything; the caller says where it stands
        return frames.FAILED, _json(f"{type(error).__name__}: {str(error)[:SAID]}")
    if len(body) > bounds.result_bytes:
        return frames.FAILED, _json(f"what it says takes {len(body):,} bytes; at most {bounds.result_bytes:,} are kept")
    return frames.DONE, body


async def _awaited(value: Any) -> Any:
    return await value


def found(name: str) -> Callable[..., Any]:
    module, _, inside = name.partition(":")
    value: Any = importlib.import_module(module)
    for part in inside.split("."):
        value = getattr(value, part)
    return typing.cast(Callable[..., Any], value)


def ask(what: str, *args: Any) -> Any:
    """The caller's answer to a question of this child; its clock goes on for what the child itself does only."""
    assert _socket is not None, "only a child has somebody to ask"
    frames.send(_socket, frames.ASKED, _json([what, *args]))
    kind, body = frames.receive(_socket)
    assert kind == frames.ANSWER
    return pickle.loads(body)  # noqa: S301  the caller's own


def encoded(function: Callable[..., Any], value: Any) -> bytes:
    # half a surrogate pair: JSON escapes it, pydantic refuses it
    return _json(value) if isinstance(value, str) else adapter(function).dump_json(value)


def decoded(function: Callable[..., Any], body: bytes) -> Any:
    """Raises `ValueError` for what is not the function's kind of result."""
    if adapter(function).core_schema["type"] != "str":
        return adapter(function).validate_json(body)
    value = json.loads(body)
    if not isinstance(value, str):
        raise ValueError("a text was due")
    return value


@cache
def adapter(function: Callable[..., Any]) -> TypeAdapter[Any]:
    """The adapter of the function's results: their type travels by its name, never with the answer."""
    return TypeAdapter(typing.get_type_hints(function)["return"])


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()
