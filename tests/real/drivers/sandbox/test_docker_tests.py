import asyncio
import json
import re

import pytest

from aurora import ports, progress
from aurora.domain.runs import ExecEnd
from aurora.drivers.engine.docker_engine import connect, exec_output
from aurora.drivers.in_box import places
from aurora.progress import Progress
from aurora.settings.project import ProjectSettings
from tests.support.boxes import PYTEST, containers, python

pytestmark = pytest.mark.docker


async def said(box, code):
    run = await box.run_tests(python(code))
    assert run.exit_code == 0, run.stderr
    return run.stdout.strip()


async def test_the_projects_tests_run_in_a_copy_with_its_packages_and_its_own_metadata(box):
    run = await box.run_tests(ports.TestCommand(argv=PYTEST))
    assert (run.end, run.exit_code) == (ExecEnd.EXITED, 0), run.stdout + run.stderr
    assert "1 passed" in run.stdout
    code = (
        "import yaml, dateutil, sqlite3; from importlib.metadata import version, entry_points as e;"
        "print(version('shop-app'), [p.value for p in e(group='console_scripts') if p.name == 'shop'])"
    )
    assert await said(box, code) == "1.2 ['app:main']"


async def test_events_come_over_a_pipe_of_their_own(box):
    run = await box.run_tests(ports.TestCommand(argv=(*PYTEST, "-p", "aurora_pytest_events")))
    assert run.exit_code == 0, run.stdout + run.stderr
    reported = run.read_events()
    assert [event["seq"] for event in reported] == list(range(len(reported)))
    assert reported[-1]["t"] == "session"
    raw = await box.run_tests(
        python("import os; os.write(int(os.environ['AURORA_EVENTS_FD']), b'{\"a\":1}\\nnoise\\n')")
    )
    assert raw.read_events() == ({"a": 1}, {"t": "garbled", "bytes": 5})


async def test_a_long_run_tells_how_many_of_its_tests_have_ended_while_it_runs(box):
    reported = Progress()
    reported.stage("runs")
    listening = progress.CURRENT.set(reported)
    try:
        slow = "import pytest, time\n\n\n@pytest.mark.parametrize('n', range(4))\ndef test_n(n): time.sleep(0.6)\n"
        command = ports.TestCommand(argv=(*PYTEST, "-p", "aurora_pytest_events", "tests/test_app.py"))
        run = await box.run_tests(command.model_copy(update={"instead": {"tests/test_app.py": slow}}))
    finally:
        progress.CURRENT.reset(listening)
    assert run.exit_code == 0, run.stdout + run.stderr
    assert re.fullmatch("[1-4] of 4 tests", reported.doing.detail)


async def test_code_under_test_is_another_user_who_sees_no_draft_and_no_git(box):
    code = """
import json, os
def tried(action, *given):
    try:
        action(*given)
        return "done"
    except OSError as error:
        return type(error).__name__
print(json.dumps({
    "uid": os.getuid(), "cwd": os.getcwd(),
    "list draft": tried(os.listdir, "/work/draft"), "read draft": tried(open, "/work/draft/app.py"),
    "write draft": tried(open, "/work/draft/app.py", "w"), "git": tried(os.listdir, "/work/git"),
    "private": tried(os.listdir, "/work/private"), "new in work": tried(os.mkdir, "/work/mine"),
    "write code": tried(open, "app.py", "w"), "remove test": tried(os.unlink, "tests/test_app.py"),
    "replace test": tried(os.rename, "data/prices.json", "tests/test_app.py"),
    "move folder": tried(os.rename, "tests", "elsewhere"),
    "new file": tried(open, "tests/new.txt", "w"), "write data": tried(open, "data/prices.json", "w"),
    "plugins": tried(open, "/opt/aurora/plugins/x.py", "w"), "deps": tried(open, "/opt/deps/x.py", "w"),
}))
"""
    seen = json.loads(await said(box, code))
    denied = {key: value for key, value in seen.items() if value == "PermissionError"}
    assert seen["uid"] == 1002
    assert seen["cwd"] == "/work/tree"
    assert set(denied) == {
        "list draft", "read draft", "write draft", "git", "private", "new in work", "write code", "remove test",
        "replace test", "move folder",
    }  # fmt: skip
    assert seen["plugins"] == seen["deps"] == "OSError"
    assert seen["new file"] == seen["write data"] == "done"
    assert await box.read("data/prices.json") == b"{}\n"
    assert "tests/new.txt" not in {entry.path for entry in await box.files()}


async def test_there_is_no_network_but_loopback(box):
    code = """
import socket
try:
    socket.create_connection(("1.1.1.1", 53), 3)
    print("out")
except OSError:
    pass
server = socket.create_server(("127.0.0.1", 0))
socket.create_connection(server.getsockname()).close()
print("loopback")
"""
    assert await said(box, code) == "loopback"


async def test_dangerous_system_calls_are_refused(box):
    code = """
import ctypes, errno
libc = ctypes.CDLL(None, use_errno=True)
calls = {"ptrace": (101, 0), "unshare user": (272, 0x10000000), "io_uring_setup": (425, 1), "keyctl": (250, 0),
         "add_key": (248, 0), "mount": (165, 0), "bpf": (321, 0), "clone newuser": (56, 0x10000011), "setns": (308, 0),
         "userfaultfd": (323, 0), "perf_event_open": (298, 0), "process_vm_readv": (310, 1)}
for name, (number, argument) in calls.items():
    got = libc.syscall(number, argument, 0, 0, 0, 0)
    if not (got == -1 and ctypes.get_errno() == errno.EPERM):
        print(name, got, ctypes.get_errno())
        if "clone" in name and got == 0:
            import os; os._exit(0)
for family in (17, 38, 40):
    import socket
    try:
        socket.socket(family, socket.SOCK_RAW if family == 17 else socket.SOCK_STREAM)
        print("socket", family)
    except OSError:
        pass
print("held")
"""
    assert await said(box, code) == "held"


async def test_what_backends_need_works(box):
    code = """
import asyncio, multiprocessing, os, sqlite3, subprocess, tempfile, threading, sys
db = sqlite3.connect("t.db"); db.execute("pragma journal_mode=wal"); db.execute("create table t(x)"); db.commit()
with multiprocessing.Pool(2) as pool:
    assert pool.map(abs, [-1, -2]) == [1, 2]
assert subprocess.run([sys.executable, "-c", "print(1)"], capture_output=True).stdout == b"1\\n"
async def main():
    async def answer(r, w): w.write(await r.readline()); await w.drain(); w.close()
    server = await asyncio.start_server(answer, "localhost", 0)
    r, w = await asyncio.open_connection(*server.sockets[0].getsockname()[:2])
    w.write(b"hi\\n"); assert await r.readline() == b"hi\\n"
    w.close(); server.close()
asyncio.run(main())
thread = threading.Thread(target=lambda: None); thread.start(); thread.join()
with tempfile.TemporaryDirectory() as folder: open(os.path.join(folder, "x"), "w").close()
print("works")
"""
    assert await said(box, code) == "works"


async def test_nothing_that_tests_leave_behind_reaches_the_next_run(box):
    code = """
import os, subprocess
for _ in range(3):
    subprocess.Popen(["setsid", "sleep", "600"])
for folder in ("/tmp", "/dev/shm", "/work/tree", "/tmp/tests"):
    os.makedirs(f"{folder}/left/deep"); open(f"{folder}/left/deep/x", "w").close(); os.chmod(f"{folder}/left", 0)
print("left")
"""
    assert await said(box, code) == "left"
    code = """
import glob, os
print([n for n in os.listdir("/proc") if n.isdigit() and b"sleep\\x00600" in open(f"/proc/{n}/cmdline", "rb").read()],
      [p for p in ("/tmp", "/dev/shm", "/work/tree", "/tmp/tests") if os.path.lexists(p + "/left")])
"""
    assert await said(box, code) == "[] []"


async def test_a_run_over_its_memory_says_so(box):
    run = await box.run_tests(python("x = bytearray(900_000_000)\nfor i in range(0, len(x), 4096): x[i] = 1"))
    assert run.end is ExecEnd.OUT_OF_MEMORY
    assert run.exit_code != 0
    assert await said(box, "print(1)") == "1"


async def test_a_run_over_its_time_says_so(box):
    code = "import signal, time, sys\nsignal.signal(15, signal.SIG_IGN)\nprint('on', flush=True)\ntime.sleep(60)"
    run = await box.run_tests(python(code, seconds=1))
    assert run.end is ExecEnd.OUT_OF_TIME
    assert run.stdout == "on\n"


async def test_a_run_that_fills_the_disk_says_so(box):
    run = await box.run_tests(python("f = open('big', 'wb')\nwhile True: f.write(bytes(1_000_000)); f.flush()"))
    assert run.end is ExecEnd.OUT_OF_DISK
    assert await said(box, "open('again', 'wb').write(bytes(5_000_000)); print('space')") == "space"


async def test_a_run_with_too_many_files_says_so(box):
    code = "import itertools\nfor n in itertools.count(): open(f'f{n}', 'w').close()"
    assert (await box.run_tests(python(code))).end is ExecEnd.OUT_OF_DISK


async def test_a_fork_bomb_is_bounded_named_and_gone(box):
    code = "import os, time\nwhile True:\n    if os.fork() == 0: time.sleep(600)"
    assert (await box.run_tests(python(code))).end is ExecEnd.TOO_MANY_PROCESSES
    assert await said(box, "print('alive')") == "alive"


async def test_a_run_that_kills_itself_and_all_its_kind_is_killed_not_green(box):
    run = await box.run_tests(python("import os; os.kill(os.getpid(), 9)"))
    assert (run.end, run.exit_code) == (ExecEnd.KILLED, 137)
    run = await box.run_tests(
        python("import os, subprocess\nsubprocess.Popen(['setsid', 'sleep', '600'])\nos.kill(-1, 9)")
    )
    assert run.end is ExecEnd.KILLED
    assert run.exit_code != 0
    assert await said(box, "print('alive')") == "alive"


async def test_a_run_that_stops_its_own_server_is_ended_by_the_other_side(box):
    code = "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)\nimport time; time.sleep(60)"
    run = await box.run_tests(python(code))
    assert run.end is ExecEnd.KILLED
    assert await said(box, "print('alive')") == "alive"


async def test_output_is_bounded_head_and_tail(box):
    code = "import sys\nsys.stdout.write('head\\n'); sys.stdout.write('x' * 3_000_000); sys.stdout.write('tail')"
    run = await box.run_tests(ports.TestCommand(argv=("python", "-c", code), output_bytes=10_000))
    assert run.cut
    assert run.stdout.startswith("head\n")
    assert run.stdout.endswith("tail")
    assert len(run.stdout) < 11_000


async def test_a_command_that_is_not_there_ends_as_a_shell_ends_it(box):
    run = await box.run_tests(ports.TestCommand(argv=("nonsense",)))
    assert run.exit_code == 127
    assert "nonsense" in run.stdout + run.stderr


async def test_a_folder_that_tests_locked_is_removed_without_losing_the_container(box, draft):
    before = containers(draft.task)
    code = "import os; os.makedirs('a/b/c'); os.chmod('a/b/c', 0); os.chmod('a/b', 0); os.chmod('a', 0); print(1)"
    assert await said(box, code) == "1"
    assert await said(box, "import os; print(os.path.lexists('a'))") == "False"
    assert containers(draft.task) == before


async def test_a_waiting_test_server_that_died_costs_no_run(box, draft):
    assert await said(box, "print(1)") == "1"
    killer = ["python3", "-c", "import os; os.kill(-1, 9)"]
    await asyncio.sleep(1)
    list(exec_output(connect(), connect().api.exec_create(containers(draft.task)[0], killer, user="1002")["Id"]))
    assert await said(box, "print(2)") == "2"


async def test_the_variables_of_aurora_yaml_are_those_of_the_runs_but_for_the_sandboxs_own(sandbox, draft, workspace):
    project = ProjectSettings(test_env={"SITE_SECRET": "dummy", "TERM": "vt100", "PYTHONPATH": "src"})
    settings = workspace.settings.model_copy(update={"project": project})
    async with sandbox.open(draft, workspace.model_copy(update={"settings": settings})) as box:
        code = "import os; print(*[os.environ.get(n) for n in ('SITE_SECRET', 'TERM', 'PYTHONPATH')])"
        run = await box.run_tests(python(code, TERM="dumb"))
        assert run.stdout.split() == ["dummy", "dumb", places.PLUGINS]
