"""Whether the Docker engine is there and ours to use, asked before a task is handed in."""

import os
from pathlib import Path

from aurora.errors import Refusal

DEFAULT_SOCKET = "/var/run/docker.sock"


def check() -> str:
    """The engine's version. Blocks for 10 s at most. Raises `Refusal` that names what to do."""
    import docker  # slow to load, and most commands never ask the engine
    from docker.errors import DockerException

    try:
        client = docker.from_env(timeout=10)
    except DockerException as trouble:
        raise _refusal(trouble) from trouble
    try:
        return str(client.version()["Version"])
    except (DockerException, OSError) as trouble:
        raise _refusal(trouble) from trouble
    finally:
        client.close()


def _refusal(trouble: Exception) -> Refusal:
    where = os.environ.get("DOCKER_HOST", "")
    if where:
        return Refusal(f"the Docker engine at DOCKER_HOST {where!r} does not answer: {trouble}", "check DOCKER_HOST")
    socket = Path(DEFAULT_SOCKET)
    if not socket.exists():
        return Refusal(
            "no Docker engine runs here: its socket is missing",
            "install and start one (`make setup` does it on Debian as root; else `sudo apt-get install docker.io`)",
        )
    if not os.access(socket, os.R_OK | os.W_OK):
        return Refusal(
            "you have no right to the Docker engine's socket",
            "`sudo usermod -aG docker $USER`, then log in again; or run as a user of group `docker`",
        )
    return Refusal(f"the Docker engine does not answer: {trouble}", "start it: `sudo service docker start`")
