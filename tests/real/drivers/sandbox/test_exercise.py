"""An application served in the sandbox and driven from outside its process."""

import json

import pytest

from aurora import ports, progress
from aurora.domain.exercise import BLOCKING, Breach, ExerciseOrder, ExerciseResult
from aurora.domain.runs import ExecEnd
from aurora.domain.task import TaskRef
from tests.support import node_backends
from tests.support.boxes import new_draft, workspace_of
from tests.support.node_boxes import LIMITS
from tests.support.projects import detected
from tests.support.served import PORT, command, driving, order, python, served, slow

__all__ = ["driving", "served"]
pytestmark = pytest.mark.docker
HELLO = order("print(json.dumps(ask('/')))")


async def result(box, asked=None, wanted=HELLO):
    run = await box.exercise(asked or command(), wanted)
    assert run.not_ready == "", run.not_ready + run.stderr
    assert run.result, run.driver_said
    return json.loads(run.result)


async def clean(box):
    """Nothing of the test user is left, and the box works on."""
    looked = await box.execute(["sh", "-c", "ls -d /work/tree /tmp/tests /tmp/services; ps -o args= -u 1002"])
    ours = ("_server as s", "runc init")  # the next run's server, on its way
    left = [line for line in looked.stdout.splitlines() if not any(one in line for one in ours)]
    assert left == [], left


async def test_an_application_is_served_and_driven_by_another_user(served):
    run = await served.exercise(command(), HELLO)
    assert json.loads(run.result) == [200, "hello"]
    assert (run.end, run.exit_code, run.alive, run.not_ready) == (ExecEnd.EXITED, 0, True, "")
    await clean(served)


async def test_who_watches_is_told_of_the_requests_once_the_application_is_ready(served):
    reported = progress.Progress()
    reported.stage("serves the application")
    listening = progress.CURRENT.set(reported)
    try:
        await served.exercise(command(), HELLO)
    finally:
        progress.CURRENT.reset(listening)
    assert reported.doing is not None and reported.doing.detail == "it is ready, requests are sent"


@slow
async def test_commands_before_it_run_in_the_copy_and_their_files_are_there(served):
    wrote = python("open('made.txt', 'w').write('by ' + os.environ['MODE'] + str(os.getuid()))")
    code = "Service.answer = lambda self: open('made.txt').read()\nserve()"
    asked = command(code, prepare=(wrote,), env={"MODE": "a command "})
    assert await result(served, asked) == [200, "by a command 1002"]
    assert "made.txt" not in {entry.path for entry in await served.files()}


async def test_the_header_that_a_command_printed_is_handed_to_the_driver(served):
    code = "Service.answer = lambda self: self.headers['Authorization']\nserve()"
    reported = (
        "import urllib.request as r\nprint('Loading')\nprint('Bearer', r.urlopen('http://127.0.0.1:8123').read())"
    )
    asked = command("serve()", print_header=python(reported))
    assert await result(served, asked, order("print(json.dumps(order['value']))")) == "Bearer b'hello'"
    assert await result(served, command(code, print_header=python("print('Bearer abc')"))) == [200, "Bearer abc"]


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
async def test_an_application_may_listen_on_either_loopback_address(served, host):
    family = "AF_INET6" if ":" in host else "AF_INET"
    code = f"import socket\nhttp.server.ThreadingHTTPServer.address_family = socket.{family}\nserve(host={host!r})"
    assert await result(served, command(code), order("print(json.dumps([order['host'], ask('/')[0]]))")) == [host, 200]


@slow
async def test_one_that_listens_late_is_waited_for(served):
    assert await result(served, command("import time; time.sleep(3); serve()")) == [200, "hello"]


async def test_the_driver_sees_nothing_of_the_project(served):
    code = """
seen = {"uid": os.getuid(), "cwd": os.listdir("."), "path": [p for p in sys.path if "/work" in p or "/opt/deps" in p],
        "env": sorted(k for k in os.environ if k not in ("PATH", "HOME", "TMPDIR", "LANG", "LC_CTYPE")),
        "mode": oct(os.stat(".").st_mode & 0o777), "home": os.getcwd() == os.environ["HOME"] == os.environ["TMPDIR"]}
import schemathesis
print(json.dumps(seen))
"""
    seen = await result(served, command(env={"SECRET": "x", "PYTHONPATH": "/work/tree"}), order(code))
    assert seen == {"uid": 1000, "cwd": [], "path": [], "env": [], "mode": "0o700", "home": True}


async def test_the_application_sees_nothing_of_the_driver(served):
    spy = """
import json
def tried(action, *given):
    try: return repr(action(*given))[:80]
    except OSError as error: return type(error).__name__
def look(self):
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit() and tried(lambda: open(f"/proc/{name}/cmdline").read()).find("/opt/contract/") > 0:
            pid = int(name)
            found = [tried(os.kill, pid, 9), tried(open, f"/proc/{pid}/environ"), tried(open, f"/proc/{pid}/mem"),
                     tried(os.listdir, f"/proc/{pid}/fd"), tried(os.listdir, f"/proc/{pid}/cwd"),
                     tried(os.listdir, "/work/private"), tried(open, f"/proc/{pid}/fd/1", "w")]
    held = [tried(os.readlink, f"/proc/self/fd/{n}") for n in os.listdir("/proc/self/fd")]
    return json.dumps([found, sorted({one.split(":")[0] for one in held})])
Service.answer = look
serve()
"""
    found, held = json.loads((await result(served, command(spy)))[1])
    assert len(found) == 7
    assert set(found) == {"PermissionError"}, found
    assert not [one for one in held if "/work/private" in one]


SLEEP = "import time; time.sleep(600)"
HOLDS = """
import subprocess, time
held = "import http.server as h; h.HTTPServer(('', 8123), None).serve_forever()"
subprocess.Popen([sys.executable, "-c", held], start_new_session=True)
time.sleep(1)
"""
NEVER_READY = {
    "a command before it fails": (
        command(prepare=(python("print('a'); sys.exit('no such table')"),)),
        "ended with exit code 1; its output ends:\na\nno such table",
    ),
    "a command before it hangs": (
        command(prepare=(python(SLEEP),), ready_seconds=2),
        "had not ended when the time for it was over; it printed nothing",
    ),
    "the port is taken": (command(prepare=(python(HOLDS),)), "port 8123 is taken before"),
    "no program": (command(argv=("no-such-program",)), "'no-such-program' can't be started: No such file"),
    "it crashes": (
        command("raise ValueError('no SECRET_KEY')"),
        "ended with exit code 1 before it accepted connections on port 8123; its output ends:\nTrace",
    ),
    "it ends well and serves nothing": (command("pass"), "ended with exit code 0 before it accepted"),
    "another port": (command("serve(port=8000)", ready_seconds=2), "within 2 s, but something listens on 8000"),
    "no port": (command(SLEEP, ready_seconds=2), "did not accept connections on port 8123 within 2 s"),
    "no header": (
        command(print_header=python("sys.exit('no user')")),
        "ended with exit code 1; its output ends:\nno user",
    ),
    "an empty header": (command(print_header=python("print('  ')")), "did not print the value of a header"),
}


@pytest.mark.parametrize(("asked", "reported"), NEVER_READY.values(), ids=NEVER_READY)
async def test_what_never_gets_ready_says_why(served, asked, reported):
    run = await served.exercise(asked, HELLO)
    assert reported in run.not_ready
    assert (run.result, run.driver_said) == (b"", "")
    await clean(served)


@slow
async def test_a_daemon_is_served_though_its_command_has_ended(served):
    code = "if os.fork(): sys.exit(0)\nos.setsid()\nif os.fork(): os._exit(0)\nserve()"
    run = await served.exercise(command(code), HELLO)
    assert json.loads(run.result) == [200, "hello"]
    assert not run.alive
    await clean(served)


async def test_a_driver_without_a_result_says_why(served):
    run = await served.exercise(command(), order("sys.exit('the document has no paths')"))
    assert (run.result, run.not_ready, run.alive) == (b"", "", True)
    assert "exit code 1" in run.driver_said
    assert "the document has no paths" in run.driver_said
    run = await served.exercise(command(seconds=5), order("import time; time.sleep(600)"))
    assert "out of time" in run.driver_said
    run = await served.exercise(command(), order("sys.stdout.write('x' * 17_000_000)"))
    assert (run.result, "over 16000000 bytes" in run.driver_said) == (b"", True)
    await clean(served)
    missing = ports.ServeCommand(argv=python("serve()"), port=PORT, seconds=20)
    served._driver = ("/opt/contract/bin/no-driver",)
    assert "no driver" in (await served.exercise(missing, HELLO)).driver_said


async def test_postgres_and_redis_are_fresh_for_every_run(driving, draft, workspace):
    sandbox = LIMITS.model_copy(update={"services": ("postgres", "redis")})
    agents = workspace.settings.model_copy(update={"sandbox": sandbox})
    image = await driving.build(
        draft.task, workspace.toolchain.dependencies, workspace.toolchain.project, sandbox.services
    )
    code = """
import socket, subprocess
def answer(self):
    psql = ["/opt/services/postgres/bin/psql", "-At", os.environ["DATABASE_URL"], "-c", "select count(*) from seen"]
    table = subprocess.run(psql, capture_output=True, text=True)
    with socket.create_connection(("127.0.0.1", 6379)) as redis:
        redis.sendall(b"INCR seen\\r\\n")
        return (table.stdout + table.stderr).strip() + " " + redis.recv(100).decode().strip()
Service.answer = answer
serve()
"""
    psql = ("sh", "-c", 'exec /opt/services/postgres/bin/psql "$DATABASE_URL" -c "create table seen (id int)"')
    async with driving.open(draft, workspace.model_copy(update={"settings": agents, "image": image})) as box:
        for _ in range(2):
            assert await result(box, command(code, prepare=(psql,))) == [200, "0 :1"]
            await clean(box)
    await driving.release(draft.task)


@slow
async def test_a_node_service_finds_its_packages_as_tests_do(driving, artifacts, tmp_path):
    files = node_backends.files("vitest")
    chain = await detected(files)
    image = await driving.build(TaskRef(id="images"), chain.dependencies, chain.project)
    draft = await new_draft(artifacts, tmp_path / "node", files)
    asked = command(
        argv=("node", "built/src/server.js"),
        prepare=(("tsc", "--noEmit", "false", "--outDir", "built"),),
        ready_seconds=60,
    )
    async with driving.open(draft, workspace_of(draft, image, LIMITS)) as box:
        assert await result(box, asked, order("print(json.dumps(ask('/items/none')[0]))")) == 404
        await clean(box)
    await driving.release(draft.task)


async def test_the_driver_of_the_image_reports_what_the_application_did(box):
    answers = {"200": {"description": "a word", "content": {"text/plain": {"schema": {"type": "string"}}}}}
    paths = {path: {"get": {"responses": answers}} for path in ("/good", "/bad")}
    document = {"openapi": "3.1.0", "info": {"title": "words", "version": "1"}, "paths": paths}
    code = """
class Words(Service):
    def do_GET(self):
        self.send_response(500 if "bad" in self.path else 200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", "4")
        self.end_headers()
        self.wfile.write(b"word")
serve(Words)
"""
    wanted = ExerciseOrder(document=json.dumps(document), port=PORT, examples=3, seconds=20)
    run = await box.exercise(command(code), wanted.model_dump_json().encode())
    reported = ExerciseResult.model_validate_json(run.result)
    assert reported.trouble == "", reported.trouble
    assert {(one.breach, one.operation) for one in reported.seen} >= {(Breach.SERVER_ERROR, "GET /bad")}
    assert "GET /good" not in {one.operation for one in reported.seen if one.breach in BLOCKING}
    assert reported.driver == "schemathesis 4.32.5"
    await clean(box)
