"""The Docker engine: connecting, and its troubles under our names."""

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from typing import Any

import docker
import requests
from docker.errors import APIError, DockerException, ImageNotFound, NotFound
from docker.utils.socket import frames_iter

from aurora.errors import (
    DiskFull,
    EngineError,
    EngineForbidden,
    ExternalError,
    RuntimeUnknown,
    SandboxLost,
)
from aurora.network_errors import connection_error
from aurora.text import clip

TIMEOUT = 120
"""Seconds of silence after which a request to the engine is given up."""

NO_RUNTIME = re.compile(r"(?:unknown runtime specified|unknown or invalid runtime name:?) (?P<name>[\w.-]+)")
NO_SPACE = ("no space left on device", "disk quota exceeded")
GONE = ("is not running", "no such container", "is paused", "is restarting", "marked for removal", "no such exec")

__all__ = [
    "APIError", "ImageNotFound", "NotFound", "close", "connect", "container_errors", "engine_errors", "exec_output",
    "where",
]  # fmt: skip


@lru_cache(maxsize=1)
def connect() -> Any:
    """The engine of `DOCKER_HOST`, else the local socket. Raises `EngineError`, `EngineForbidden`."""
    with engine_errors():
        return docker.from_env(timeout=TIMEOUT)


@contextmanager
def engine_errors() -> Iterator[None]:
    """Whatever the client library raises, as `EngineError`, `EngineForbidden` or `DiskFull`.

    `ImageNotFound` passes: the caller knows which image it meant and how to get it."""
    try:
        yield
    except (ImageNotFound, ExternalError):
        raise
    except (DockerException, requests.RequestException, OSError) as error:
        raise named(error) from error


@contextmanager
def container_errors() -> Iterator[None]:
    """The same as `engine_errors`, for calls on a container that was there: gone or stopped is `SandboxLost`."""
    try:
        yield
    except APIError as error:
        text = str(error.explanation or error).lower()
        if error.status_code in (404, 409) or any(words in text for words in GONE):
            raise SandboxLost(f"the sandbox's container is gone or stopped: {text}") from error
        raise named(error) from error
    except (DockerException, requests.RequestException, OSError) as error:
        raise named(error) from error


def close(response: Any) -> None:
    """Give back the socket of an exec: the client library keeps it three objects deep, each holding the descriptor."""
    for held in (getattr(response, "_response", None), response, getattr(response, "_sock", None)):
        if held is not None:
            with suppress(OSError, ValueError):
                held.close()


def exec_output(engine: Any, exec_id: str) -> Iterator[bytes]:
    """The output of an exec, as it says it; its socket is closed at the end, which the client library leaves to
    chance."""
    response = engine.api.exec_start(exec_id, socket=True)
    try:
        for _, chunk in frames_iter(response, tty=False):
            yield chunk
    finally:
        close(response)


def named(error: BaseException) -> ExternalError:
    """The trouble behind an exception of docker-py, requests or the socket."""
    causes = list(_causes(error))
    text = " ".join(str(cause) for cause in causes).lower()
    if any(words in text for words in NO_SPACE) or any(
        isinstance(cause, OSError) and cause.errno == errno.ENOSPC for cause in causes
    ):
        return DiskFull(f"the disk of the Docker engine is full ({where()}): free space, for example old images")
    answered = any(
        isinstance(cause, APIError) for cause in causes
    )  # then what was forbidden is the engine's own affair
    if any(isinstance(cause, PermissionError) for cause in causes) or ("permission denied" in text and not answered):
        return EngineForbidden(
            f"no right to use the Docker engine at {where()}: "
            "add this user to the group `docker` (`sudo usermod -aG docker $USER`, then log in again)"
        )
    if found := NO_RUNTIME.search(text):
        return RuntimeUnknown(
            f"the Docker engine at {where()} has no runtime {found['name']!r}: register it in the engine's daemon.json "
            "(`docker info` lists what it has), or correct AURORA_RUNTIME"
        )
    return EngineError(f"the Docker engine at {where()} does not answer: {_said(error)}", retry_after=2)


def _said(error: BaseException) -> str:
    """The engine's own words where it answered, else why there was no answer."""
    return (
        clip(str(error.explanation), 300)
        if isinstance(error, APIError) and error.explanation
        else connection_error(error)
    )


def where() -> str:
    return os.environ.get("DOCKER_HOST", "the local Docker socket")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        nested = [one for one in error.args if isinstance(one, BaseException)]
        for one in nested:
            if id(one) not in seen:
                yield from _causes(one)
        error = error.__cause__ or error.__context__
