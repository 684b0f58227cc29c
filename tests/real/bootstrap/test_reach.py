"""Who reaches the embedded server: its owner's processes, no other user's, and no web page."""

import asyncio
import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest
from temporalio.client import Client

from aurora import names
from aurora.bootstrap import lock
from aurora.bootstrap.daemon import Daemon
from aurora.bootstrap.endpoint import Endpoint, Processes
from aurora.bootstrap.sealing import keys_of
from aurora.bootstrap.server import binary, form_of, launch_line
from aurora.bootstrap.server_gate import Door, Refused
from aurora.bootstrap.socket_owners import SocketOwners
from aurora.bootstrap.state_folder import StateFolder
from aurora.client import network_namespace
from aurora.client.connection import connect
from aurora.client.converter import data_converter
from aurora.client.desk import Desk
from aurora.domain.questions import Answer
from aurora.domain.task import Task, Uploaded
from aurora.domain.view import Clarification
from aurora.drivers.artifacts.store import ObjectArtifacts
from aurora.settings import worker
from tests.support.daemons import daemon_of, ends_on_request, opened, servers_on, until

pytestmark = pytest.mark.server

NOBODY = 65534
apart = pytest.mark.skipif(
    subprocess.run([sys.executable, "-m", "aurora.client.network_namespace"], check=False).returncode != 0,
    reason="no network namespace may be made here; `aurora doctor` says so",
)
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may become somebody else")
PROBE = """
import encodings.idna, os, socket, sys  # loaded now: the next user may not read where they lie
if sys.argv[2] != "me": os.setgid(int(sys.argv[2])); os.setuid(int(sys.argv[2]))
with socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=10) as s:
    s.settimeout(10)
    try:
        s.sendall(b"PRI * HTTP/2.0\\r\\n\\r\\nSM\\r\\n\\r\\n\\0\\0\\0\\4\\0\\0\\0\\0\\0")
        print(len(s.recv(100)) > 0)
    except ConnectionError:
        print(False)
"""


def answered(port: int, user: str) -> bool:
    """Return whether the server says a word to a process of this user."""
    ran = subprocess.run([sys.executable, "-c", PROBE, str(port), user], capture_output=True, text=True, check=True)
    return ran.stdout.strip() == "True"


def port_of(endpoint: Endpoint) -> int:
    return int(endpoint.address.rpartition(":")[2])


def posted(port: int, path: str, host: str, origin: str) -> str:
    """The status line and head that a page's simple request gets: text/plain, so that no browser asks before."""
    body = json.dumps({"workflowType": {"name": "BackendTask"}, "taskQueue": {"name": "aurora"}})
    head = f"POST {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: {origin}\r\nContent-Type: text/plain\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(f"{head}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}".encode())
        try:
            return connection.recv(4_000).decode("utf-8", "replace")
        except ConnectionError:
            return ""


@pytest.fixture(scope="module")
async def daemon(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Daemon]:
    daemon = daemon_of(StateFolder(tmp_path_factory.mktemp("reach") / "state"))
    await daemon.ensure()
    yield daemon
    await asyncio.to_thread(daemon.stop)


@apart
@as_root
async def test_only_its_owners_processes_are_answered(daemon: Daemon) -> None:
    port = port_of(await daemon.ensure())
    assert await asyncio.to_thread(answered, port, "me")
    assert not await asyncio.to_thread(answered, port, str(NOBODY))
    assert f"refused a connection of a process of user {NOBODY}" in daemon.folder.log("temporal").read_text()


@apart
async def test_no_port_of_the_server_is_open_beside_the_gate(daemon: Daemon) -> None:
    """Its HTTP API and its metrics listen on ports of their own, which nobody outside can reach."""
    endpoint = await daemon.ensure()
    (server,) = servers_on(daemon.folder)
    assert network_namespace.lives_apart(server.pid)
    assert len(_listening(server.pid)) > 1
    gate = Processes.read(daemon.folder.processes).server
    assert gate is not None
    outside = {
        c.laddr.port for c in psutil.net_connections("tcp") if c.status == "LISTEN" and c.pid in (gate.pid, server.pid)
    }
    assert outside == {port_of(endpoint)}


@apart
@as_root
async def test_the_worker_reaches_the_server_without_the_gate(daemon: Daemon, monkeypatch: pytest.MonkeyPatch) -> None:
    endpoint, gate = await daemon.ensure(), Processes.read(daemon.folder.processes).server
    assert gate is not None
    monkeypatch.setenv("AURORA_TEMPORAL_NETWORK", f"/proc/{gate.pid}/ns/net")

    def through_the_gate() -> set[int]:
        """Local ports of this process's connections to it: the daemon's health was asked that way."""
        every = psutil.Process().net_connections("tcp")
        return {c.laddr.port for c in every if c.status == "ESTABLISHED" and c.raddr.port == port_of(endpoint)}

    before = through_the_gate()
    client = await connect(worker.load(), endpoint.address)
    assert (await client.count_workflows()).count >= 0
    assert through_the_gate() <= before
    assert not network_namespace.lives_apart(os.getppid()), "this thread must be back where it was"


GATE = """
import asyncio.unix_events, concurrent.futures.thread, ctypes, encodings.idna, os, sys
from aurora.bootstrap import gate
os.setgid(int(sys.argv[2])); os.setuid(int(sys.argv[2])); os.chdir("/")
ctypes.CDLL(None).prctl(4, 1)  # as a process that was never root
sys.exit(gate.main(sys.argv[1], "-", "/usr/bin/python3", "-c", sys.argv[3], sys.argv[1]))
"""
ECHO = """
import socket, sys
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    connection, _ = server.accept()
    connection.sendall(connection.recv(100))
    connection.close()
"""


@as_root
@pytest.mark.skipif(not Path("/usr/bin/python3").exists(), reason="the system's Python stands for the server")
async def test_a_user_who_is_not_root_has_a_gate_too_or_is_told_that_there_is_none() -> None:
    try:
        subprocess.run([sys.executable, "-c", ""], user=NOBODY, check=True)
    except PermissionError:
        pytest.skip(f"{sys.executable} lies where user {NOBODY} may not read it")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    line = (sys.executable, "-c", GATE, str(port), str(NOBODY), ECHO)
    gate = await asyncio.create_subprocess_exec(*line, stderr=asyncio.subprocess.PIPE)

    async def heard(user: int) -> bool:
        try:
            return await asyncio.to_thread(answered, port, str(user))
        except subprocess.CalledProcessError:  # nobody listens yet
            return False

    for _ in range(200):
        if await heard(NOBODY):
            break
        await asyncio.sleep(0.05)
    others = [await heard(0), await heard(NOBODY - 1)]
    gate.terminate()
    said = (await gate.communicate())[1].decode()
    closed = others == [False, False] and f"this server is user {NOBODY}'s" in said
    assert closed or (others == [True, True] and "no network namespace may be made here" in said), said


async def test_what_a_client_says_before_the_server_was_reached_is_passed_on() -> None:
    """Python 3.11.2, that of Debian 12, reads on although it was told to pause."""
    heard: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.set_result(await reader.read())
        writer.close()

    async with await asyncio.start_server(hear, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with closing(SocketOwners.here()) as owners:
            door = Door(owners, port, Refused())
            door.data_received(b"first words, ")
            door.data_received(b"and more")
            await door.open()
            assert await asyncio.wait_for(heard, 10) == b"first words, and more"


async def test_a_network_that_is_gone_is_no_reason_to_fail(tmp_path: Path) -> None:
    before = Path("/proc/thread-self/ns/net").readlink()
    for path in (None, tmp_path / "gone", tmp_path):
        with network_namespace.inside(path):
            assert Path("/proc/thread-self/ns/net").readlink() == before


async def test_a_page_that_finds_the_http_api_is_refused(tmp_path: Path) -> None:
    """The server as it is launched, without its gate: what holds where no namespace may be made."""
    folder = StateFolder(tmp_path / "state").prepared()
    with socket.socket() as probe, socket.socket() as other:
        probe.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        port, http = probe.getsockname()[1], other.getsockname()[1]
    line = [*launch_line(binary(), folder, port, 0), "--http-port", str(http)]
    server = await asyncio.create_subprocess_exec(*line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        await until(lambda: "HTTP/" in _posted_if_there(http))
        start = "/api/v1/namespaces/default/workflows/from-a-page"
        for host in (f"127.0.0.1:{http}", f"localhost:{http}", "evil.example", f"rebound.example:{http}"):
            for origin in ("https://evil.example", "null", f"http://127.0.0.1:{http}"):
                said = await asyncio.to_thread(posted, http, start, host, origin)
                assert " 403 " in said.splitlines()[0], (host, origin, said)
        client = await Client.connect(f"127.0.0.1:{port}")
        assert (await client.count_workflows()).count == 0
    finally:
        server.terminate()
        await server.wait()


def _posted_if_there(port: int) -> str:
    try:
        return posted(port, "/", "nobody", "null")
    except OSError:
        return ""


async def test_the_page_is_open_only_while_somebody_holds_it_open(daemon: Daemon) -> None:
    before = await daemon.ensure()
    assert not before.ui
    await opened(before)
    with lock.shared(daemon.folder.ui_lock), lock.shared(daemon.folder.ui_lock):
        await until(lambda: (e := daemon.running()) is not None and bool(e.ui), 60)
        endpoint = await daemon.ensure()
        assert endpoint.address == before.address
        assert "<html" in await asyncio.to_thread(_page, endpoint.ui)
    await until(lambda: (e := daemon.running()) is not None and not e.ui, 60)
    assert (await daemon.ensure()).address == before.address
    with pytest.raises(OSError, match="refused"):
        await asyncio.to_thread(_page, endpoint.ui)
    assert await ends_on_request(await daemon.ensure())


def _page(address: str) -> str:
    port = int(address.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(b"GET / HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
        said = b""
        while piece := connection.recv(65_536):
            said += piece
        return said.decode("utf-8", "replace")


async def test_nothing_that_was_said_stands_in_the_servers_files(daemon: Daemon) -> None:
    text, said = "a task text that nobody may read there", "an answer that nobody may read there"
    folder, endpoint = daemon.folder, await daemon.ensure()
    client = await Client.connect(endpoint.address, data_converter=data_converter(keys_of(folder)))
    source = Uploaded(base="b" * 40, pack="sha256:" + "c" * 64, label="shop")
    task = Task(id="sealed", text=text, source=source, submitted_at=1)
    await Desk(client, ObjectArtifacts(folder.home / "artifacts")).start(task)
    handle = client.get_workflow_handle(names.workflow_id(task.id))
    await handle.signal(names.ANSWER_SIGNAL, Answer(question_id="q1", text=said))
    await handle.signal(names.CLARIFY, Clarification(text=said, id="c1"))
    await handle.terminate("seen enough")
    written = b"".join(path.read_bytes() for path in folder.home.rglob("*") if path.is_file())
    assert handle.id.encode() in written, "the files that hold the task were not looked at"
    assert text.encode() not in written
    assert said.encode() not in written


@pytest.mark.kill
async def test_a_killed_gate_takes_its_server_with_it_and_both_come_back(daemon: Daemon) -> None:
    endpoint = await daemon.ensure()
    handle = await (await Client.connect(endpoint.address)).start_workflow(
        "BackendTask", id="open", task_queue="aurora"
    )
    gate, (server,) = Processes.read(daemon.folder.processes).server, servers_on(daemon.folder)
    assert gate is not None
    os.kill(gate.pid, 9)
    await until(lambda: not server.is_running() or server.status() == psutil.STATUS_ZOMBIE)
    await until(lambda: Processes.read(daemon.folder.processes).server != gate, 120)
    again = await daemon.ensure()
    assert again.address == endpoint.address
    assert len(servers_on(daemon.folder)) == 1
    assert handle.id == "open"
    assert await ends_on_request(again)


def test_a_server_that_an_earlier_version_left_open_is_known_for_one(tmp_path: Path) -> None:
    folder = StateFolder(tmp_path)
    now = launch_line("temporal", folder, 1, 2)
    assert form_of(now) == "headless"
    assert form_of(launch_line("temporal", folder, 1, 2, ui=True)) == "with its web page"
    assert form_of([word for word in now if "httpAllowedHosts" not in word]) == ""


async def test_the_owner_of_a_socket_is_told_as_long_as_somebody_holds_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, closing(SocketOwners.here()) as owners:
        for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::ffff:127.0.0.1")):
            client = socket.socket(family)
            client.connect((host, server.getsockname()[1]))
            accepted, (peer, port) = server.accept()
            assert owners.of((peer, port), server.getsockname()) == os.geteuid()
            client.close()
            assert owners.of((peer, port), server.getsockname()) is None
            accepted.close()
            assert owners.of((peer, 1), server.getsockname()) is None


def _listening(pid: int) -> list[str]:
    """Addresses that listen in that process's own network_namespace."""
    table = Path(f"/proc/{pid}/net/tcp").read_text() + Path(f"/proc/{pid}/net/tcp6").read_text()
    return re.findall(r"^\s*\d+: (\S+) \S+ 0A ", table, re.MULTILINE)
