"""The message to the model about a run that met a bound: which bound, in which test, what to do. A bare 137 says
nothing."""

import pytest

from aurora.domain.findings import ReportStatus
from aurora.domain.runs import ExecEnd
from aurora.toolchains.python import lint, pytest_runs
from aurora.tools.run_text import render_run
from tests.support.boxes import workspace_of

pytestmark = pytest.mark.docker

MEMORY = "x = bytearray(900 << 20)\n    for i in range(0, len(x), 4096): x[i] = 1"
DISK = "f = open('big', 'wb')\n    while True: f.write(bytes(1 << 20)); f.flush()"
PROCESSES = "import os, time\n    while True:\n        if os.fork() == 0: time.sleep(600)"
CRASH = "import ctypes\n    ctypes.string_at(0)"
ENDS = [
    pytest.param(MEMORY, ExecEnd.OUT_OF_MEMORY, "out of memory", "sandbox.memory_mb", id="out of memory"),
    pytest.param("while True: pass", ExecEnd.OUT_OF_TIME, "out of time", "loops for ever", id="out of time"),
    pytest.param(CRASH, ExecEnd.KILLED, "killed", "native code", id="killed by its own crash"),
]


@pytest.mark.parametrize(("code", "end", "named", "hint"), ENDS)
async def test_a_run_of_tests_that_meets_a_bound_is_a_finding_that_names_it(box, draft, image, code, end, named, hint):
    workspace = workspace_of(draft, image)
    await box.write("tests/test_flood.py", f"def test_flood():\n    {code}\n".encode())
    command = pytest_runs.command(workspace.toolchain, workspace.settings, ["tests/test_flood.py"])
    reported = pytest_runs.parse(
        await box.run_tests(command.model_copy(update={"seconds": 4 if end is ExecEnd.OUT_OF_TIME else 60})),
        workspace.toolchain,
    )
    report = pytest_runs.report(reported, None)
    assert (reported.end, report.status) == (end, ReportStatus.INVALID)
    assert named in report.findings[0].message
    assert "tests/test_flood.py::test_flood" in report.findings[0].message
    assert hint in report.findings[0].hint
    assert named in render_run(reported)
    assert hint in render_run(reported)


@pytest.mark.parametrize(
    ("code", "named", "hint"),
    [
        pytest.param(MEMORY, "out of memory", "sandbox.memory_mb", id="out of memory"),
        pytest.param(DISK, "out of disk", "sandbox.disk_mb", id="out of disk"),
        pytest.param(PROCESSES, "too many processes", "sandbox.pids", id="too many processes"),
    ],
)
async def test_a_linter_that_meets_a_bound_is_a_finding_that_names_it(box, code, named, hint):
    argv = ("python3", "-c", f"if True:\n    {code}")
    (finding,) = lint.parse(argv, await box.execute(argv))
    assert named in finding.message
    assert hint in finding.hint


async def test_output_that_was_cut_says_how_much_is_missing(box, draft, image):
    workspace = workspace_of(draft, image)
    body = "import os\ndef test_loud():\n    for _ in range(100): os.write(2, b'x' * 60_000)\n    assert False\n"
    await box.write("tests/test_loud.py", body.encode())
    command = pytest_runs.command(workspace.toolchain, workspace.settings, ["tests/test_loud.py"])
    run = await box.run_tests(command.model_copy(update={"argv": (*command.argv, "-s"), "output_bytes": 100_000}))
    assert run.cut
    assert "bytes dropped ...]" in run.stderr
    reported = pytest_runs.parse(run, workspace.toolchain)
    assert reported.valid
    assert [case.test_id for case in reported.red] == ["tests/test_loud.py::test_loud"]
