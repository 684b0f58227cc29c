"""Check whether the Docker engine is there and ours to use, asked before a task is handed in."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Literal

from aurora.errors import EngineUnbounded, Refusal, RefusalCode
from aurora.network_errors import connection_error

DEFAULT_SOCKET = "/var/run/docker.sock"
THERE = 10
"""Seconds in which an engine that is there answers a ping."""
DESCRIBED = 60
"""Seconds in which it describes itself: it starts programs and counts images for that, on a loaded machine slowly."""


def check(there: float = THERE, described: float = DESCRIBED) -> str:
    """The engine's version. Blocks for `there` seconds where no engine answers. Raises `Refusal` that names what to
    do."""
    import docker  # slow to load, and most commands never ask the engine
    from docker.errors import DockerException

    from aurora.drivers.engine.engine_bounds import require_bounds

    try:
        _ping(there)
        client = docker.from_env(timeout=described)
    except (DockerException, OSError) as error:
        raise _refusal(error) from error
    try:
        require_bounds(client)
        return str(client.version()["Version"])
    except EngineUnbounded as unbounded:
        raise Refusal(str(unbounded), "use a Docker engine that runs as root") from unbounded
    except (DockerException, OSError) as error:
        raise _refusal(error) from error
    finally:
        client.close()


def _ping(seconds: float) -> None:
    """Any answer will do, a refusal of the oldest version of its interface too. Raises what the client raises."""
    import docker
    from docker.constants import MINIMUM_DOCKER_API_VERSION
    from docker.errors import APIError

    client = docker.from_env(version=MINIMUM_DOCKER_API_VERSION, timeout=seconds)  # asks for no version
    try:
        with suppress(APIError):
            client.ping()
    finally:
        client.close()


def _refusal(error: Exception) -> Refusal:
    what, hint = _said(error)
    return Refusal(what, hint, code=RefusalCode.UNREACHABLE)


def _said(error: Exception) -> tuple[str, str]:
    """Return what is wrong with the engine, and what to do."""
    host = os.environ.get("DOCKER_HOST", "")
    place = f"DOCKER_HOST {host!r}" if host else "the local socket"
    if host and not host.startswith("unix://"):
        return f"the Docker engine at {place} does not answer: {_reason(error)}", "check DOCKER_HOST"
    socket = Path(host.removeprefix("unix://")) if host else Path(DEFAULT_SOCKET)
    match _seen(socket):
        case "forbidden":
            return (
                f"you have no right to the Docker engine's socket {str(socket)!r}",
                "`sudo usermod -aG docker $USER`, then log in again; or run as a user of group `docker`",
            )
        case "missing" if host:
            return f"no Docker engine is at {place}: its socket is missing", "check DOCKER_HOST"
        case "missing":
            return (
                f"no Docker engine runs here: its socket {str(socket)!r} is missing",
                "install and start one, for example: sudo apt-get install docker.io",
            )
    hint = "check DOCKER_HOST" if host else "start it: `sudo service docker start`"
    return f"the Docker engine at {place} does not answer: {_reason(error)}", hint


def _seen(socket: Path) -> Literal["there", "missing", "forbidden"]:
    try:
        socket.stat()
    except PermissionError:
        return "forbidden"  # of a folder above it
    except OSError:
        return "missing"
    return "there" if os.access(socket, os.R_OK | os.W_OK) else "forbidden"


def _reason(error: BaseException) -> str:
    """The innermost reason: the client library wraps a refused connection in five lines of its own."""
    seen: BaseException = error
    while inner := seen.__cause__ or seen.__context__:
        seen = inner
    return seen.strerror if isinstance(seen, OSError) and seen.strerror else connection_error(error)
