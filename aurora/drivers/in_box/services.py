"""Services that tests ask for, started on loopback by the test user: made anew for each run, ended by its sweep."""

import contextlib
import os
import socket
import struct
import subprocess
import time
from collections.abc import Callable, Mapping

from . import places

HOST = "127.0.0.1"
START_SECONDS = 40
"""Seconds for all of them together, on a busy machine; the other side waits for a minute longer than the tests may
take."""
LOG_TAIL = 1500
POSTGRES = "/opt/services/postgres"
SETTINGS = {
    "listen_addresses": f"{HOST},::1",
    "unix_socket_directories": "/tmp",  # noqa: S108 - where libpq looks
    # nothing of it is kept, so nothing need reach a disk
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_logical_replication_workers": "0",
    "min_wal_size": "8MB",
    "max_wal_size": "64MB",
    "shared_buffers": "32MB",
    "jit": "off",
}


class NotStarted(Exception):
    """The service that did not start, the reason, and the end of its log."""


def _postgres(data: str, port: int) -> list[str]:
    copied = subprocess.run(
        ["cp", "-a", f"{POSTGRES}/data", data], capture_output=True, check=False, env={"PATH": places.PATH}
    )
    if copied.returncode:
        first = copied.stderr.decode(errors="replace").strip().partition("\n")[0]
        raise OSError(f"its data can't be copied: {first[:300]}")
    settings = [word for key, value in SETTINGS.items() for word in ("-c", f"{key}={value}")]
    return [f"{POSTGRES}/bin/postgres", "-D", data, "-p", str(port), *settings]


def _redis(data: str, port: int) -> list[str]:
    os.mkdir(data, 0o700)
    kept = ["--save", "", "--appendonly", "no", "--dir", data]
    return ["redis-server", "--port", str(port), "--bind", HOST, "-::1", *kept]


def _startup(**parameters: str) -> bytes:
    """The first message of a PostgreSQL client, protocol 3.0."""
    body = b"".join(f"{key}\0{value}\0".encode() for key, value in parameters.items()) + b"\0"
    return struct.pack("!ii", len(body) + 8, 3 << 16) + body


KNOWN: dict[str, tuple[Callable[[str, int], list[str]], bytes, bytes]] = {
    "postgres": (_postgres, _startup(user="postgres", database="postgres"), b"R"),
    "redis": (_redis, b"PING\r\n", b"+PONG"),
}
"""The way its folder is made and what is run, what it is asked, and how the answer of a ready one begins."""


def start(ports: Mapping[str, int]) -> None:
    """Start the named services and wait until each takes connections. Raises `NotStarted`."""
    if not ports:
        return
    deadline = time.monotonic() + START_SECONDS
    started = {name: _started(name, port) for name, port in ports.items()}
    for name, process in started.items():
        _, question, answer = KNOWN[name]
        while not _answers(ports[name], question, answer):
            if process.poll() is not None:
                raise NotStarted(f"{name} ended with exit code {process.returncode} before it was ready{_log(name)}")
            if time.monotonic() > deadline:
                raise NotStarted(f"{name} was not ready after {START_SECONDS} s{_log(name)}")
            time.sleep(0.01)


def _started(name: str, port: int) -> "subprocess.Popen[bytes]":
    try:
        os.makedirs(places.SERVICES, 0o700, exist_ok=True)
        with open(f"{places.SERVICES}/{name}.log", "wb") as log:
            return subprocess.Popen(
                KNOWN[name][0](f"{places.SERVICES}/{name}", port),
                cwd=places.SERVICES,
                env={"PATH": places.PATH, "HOME": places.SERVICES, "LANG": "C.UTF-8"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
    except OSError as error:
        raise NotStarted(f"{name} can't be started: {error}") from error


def _answers(port: int, question: bytes, answer: bytes) -> bool:
    with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=2) as asked:
        asked.sendall(question)
        answered = asked.recv(len(answer)) == answer
        asked.shutdown(socket.SHUT_WR)
        while asked.recv(4096):  # read to the end, or the service logs a broken connection
            pass
        return answered
    return False


def _log(name: str) -> str:
    with contextlib.suppress(OSError), open(f"{places.SERVICES}/{name}.log", "rb") as log:
        log.seek(max(0, os.fstat(log.fileno()).st_size - LOG_TAIL))
        said = log.read().decode(errors="replace").strip()
        return f"; its log ends:\n{said}" if said else "; its log is empty"
    return ""
