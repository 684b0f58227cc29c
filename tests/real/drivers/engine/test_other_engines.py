"""Engines and runtimes other than Docker's own, and the answers of theirs that Docker on a test machine never gives."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import docker
import pytest

from aurora.domain.task import TaskRef
from aurora.drivers.engine import podman
from aurora.drivers.engine.docker_engine import connect, container_errors
from aurora.drivers.engine.engine_bounds import require_bounds
from aurora.drivers.engine.owner import this_process
from aurora.drivers.sandbox import sandbox_container
from aurora.drivers.sandbox.sandbox_container import Shape
from aurora.errors import EngineError, EngineUnbounded, RuntimeUnknown
from tests.support.boxes import RUNTIME, SMALL, containers


@contextmanager
def engine(answers):
    """One that gives these answers, by method and end of the path: (status, what it says)."""

    class Handler(BaseHTTPRequestHandler):
        def answer(self):
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            path = self.path.partition("?")[0]
            status, said = next(
                reported for (method, end), reported in answers.items() if method == self.command and path.endswith(end)
            )
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_DELETE = answer  # noqa: N815 - the library's names

        def log_message(self, *_):
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening = threading.Thread(target=server.serve_forever, args=(0.05,))
    listening.start()
    client = docker.DockerClient(base_url=f"tcp://127.0.0.1:{server.server_port}", version="1.41", timeout=10)
    try:
        yield client
    finally:
        client.close()
        server.shutdown()
        listening.join()
        server.server_close()


@pytest.mark.docker
async def test_the_runtime_of_the_settings_is_the_containers_own(image):
    reported = connect().info()
    others = sorted(set(reported["Runtimes"]) - {reported["DefaultRuntime"]})  # Docker has its own under a second name
    wanted = RUNTIME or next(iter(others), None)
    if wanted is None or podman.is_podman(connect()):
        pytest.skip("no second runtime, or an engine that tells the runtime of no container")
    box = sandbox_container.start(connect(), TaskRef(id="other"), Shape(image.reference, SMALL, wanted), this_process())
    try:
        assert box.state() == "running"
        assert connect().api.inspect_container(box.id)["HostConfig"]["Runtime"] == wanted
    finally:
        box.remove()


@pytest.mark.docker
async def test_a_runtime_that_the_engine_lacks_is_named_with_its_setting(image):
    task = TaskRef(id="lacking")
    with pytest.raises(RuntimeUnknown, match=r"'no-such'.*AURORA_RUNTIME"):
        sandbox_container.start(connect(), task, Shape(image.reference, SMALL, "no-such"), this_process())
    assert containers(task) == []


def test_an_engine_that_bounds_nothing_gets_no_container():
    unbounded = {"MemoryLimit": False, "PidsLimit": False, "CpuCfsQuota": True, "CgroupVersion": "1"}
    docker_s = {("GET", "/version"): (200, {"Components": [{"Name": "Engine"}]}), ("GET", "/info"): (200, unbounded)}
    with engine(docker_s) as rootless:
        with pytest.raises(EngineUnbounded, match="can't bound memory, processes: "):
            sandbox_container.start(rootless, TaskRef(id="x"), Shape("none", SMALL, None), this_process())
        with pytest.raises(EngineUnbounded):
            require_bounds(rootless)  # asked again, in case it was fixed


def test_rootless_podman_is_asked_in_its_own_words():
    answers = {
        ("GET", "/version"): (200, {"Components": [{"Name": "Podman Engine"}]}),
        ("GET", "/libpod/info"): (200, {"host": {"cgroupControllers": ["memory", "pids"]}}),
        ("GET", "/info"): (200, {"MemoryLimit": True, "PidsLimit": True, "CpuCfsQuota": True}),  # whatever is true
    }
    with engine(answers) as rootless, pytest.raises(EngineUnbounded, match="can't bound processor time: "):
        require_bounds(rootless)


def test_a_container_that_stays_after_its_removal_is_trouble_and_not_gone():
    under_way = {"message": "removal of container c0ffee is already in progress"}
    with (
        engine({("DELETE", "/containers/c0ffee"): (409, under_way), ("GET", "/json"): (200, {"Id": "c0ffee"})}) as slow,
        pytest.raises(EngineError, match="c0ffee is still there"),
    ):
        sandbox_container.remove(slow, "c0ffee", seconds=0.3)


def test_a_right_that_the_engine_itself_lacks_is_not_taken_for_the_users():
    said = {
        "message": "runc create failed: error setting rlimit type 6: operation not permitted: OCI permission denied"
    }
    with (
        engine({("POST", "/start"): (500, said)}) as podman_without_rights,
        pytest.raises(EngineError, match="error setting rlimit"),
        container_errors(),
    ):
        podman_without_rights.api.start("c0ffee")
