"""Real pytest processes, real pipes: what the plugin tells and what `parse` makes of it."""

import pytest

from aurora.domain import runs
from aurora.domain.runs import ExecEnd, FailureKind
from aurora.settings.repository import BackendSettings, BudgetSettings
from aurora.toolchains.python import pytest_runs
from tests.support.projects import detected, execute, outcome_of, written

APP = """
def stub():
    raise NotImplementedError("later")

def broken():
    return {}["x"]

def wraps():
    try:
        stub()
    except NotImplementedError as error:
        raise RuntimeError("wrapped") from error

class Response:
    status_code = 404
"""


def project(body: str, **more: str) -> dict[str, str]:
    return {"app.py": APP, "tests/test_it.py": "import pytest\nimport app\n\n" + body, "requirements.txt": "", **more}


RED = [
    pytest.param("def test_it():\n    assert 1 == 2", FailureKind.ASSERTION, "assert 1 == 2", id="assertion"),
    pytest.param("def test_it():\n    pytest.fail('no')", FailureKind.ASSERTION, "no", id="pytest.fail"),
    pytest.param(
        "def test_it():\n    with pytest.raises(ValueError):\n        pass",
        FailureKind.ASSERTION,
        "DID NOT RAISE",
        id="did not raise",
    ),
    pytest.param("def test_it():\n    app.stub()", FailureKind.NOT_IMPLEMENTED, "later", id="stub"),
    pytest.param("def test_it():\n    app.wraps()", FailureKind.NOT_IMPLEMENTED, "wrapped", id="stub in the chain"),
    pytest.param(
        "@pytest.fixture\ndef ready():\n    app.stub()\n\ndef test_it(ready):\n    pass",
        FailureKind.NOT_IMPLEMENTED,
        "later",
        id="stub in a fixture",
    ),
    pytest.param(
        "def test_it():\n    assert app.Response().status_code == 201",
        FailureKind.HTTP_STATUS,
        "404 == 201",
        id="status of an absent route",
    ),
    pytest.param("def test_it():\n    assert 404 == 201", FailureKind.ASSERTION, "404", id="404 that is no status"),
    pytest.param("def test_it():\n    import nowhere", FailureKind.IMPORT, "nowhere", id="import inside a test"),
    pytest.param("def test_it():\n    nope", FailureKind.TEST_CODE, "nope", id="name error"),
    pytest.param("def test_it():\n    app.absent()", FailureKind.TEST_CODE, "absent", id="attribute error"),
    pytest.param("def test_it():\n    app.broken()", FailureKind.APPLICATION, "KeyError", id="application"),
    pytest.param(
        "@pytest.fixture\ndef bad():\n    1 / 0\n\ndef test_it(bad):\n    pass",
        FailureKind.FIXTURE,
        "division by zero",
        id="set-up",
    ),
    pytest.param(
        "@pytest.fixture\ndef bad():\n    yield\n    1 / 0\n\ndef test_it(bad):\n    pass",
        FailureKind.FIXTURE,
        "division by zero",
        id="tear-down",
    ),
    pytest.param("def test_it(zzz):\n    pass", FailureKind.FIXTURE, "fixture 'zzz' not found", id="no fixture"),
    pytest.param("def test_it():\n    raise TimeoutError('late')", FailureKind.TIMEOUT, "late", id="timeout"),
    pytest.param(
        "@pytest.mark.xfail(strict=True)\ndef test_it():\n    pass",
        FailureKind.ASSERTION,
        "XPASS",
        id="strict xpass",
    ),
    pytest.param(
        "import unittest\nclass TestIt(unittest.TestCase):\n    def test_it(self):\n        self.assertEqual(1, 2)",
        FailureKind.ASSERTION,
        "1 != 2",
        id="unittest",
    ),
]
"""Tests that are red each for a reason of its own: (a module, the kind, words of the message)."""
BROKEN = [
    pytest.param("import app.nothing\n", FailureKind.IMPORT, id="import"),
    pytest.param("def (\n", FailureKind.SYNTAX, id="syntax"),
    pytest.param("undefined_name\n", FailureKind.TEST_CODE, id="name"),
    pytest.param("import app\nx = app.broken()\n", FailureKind.APPLICATION, id="application"),
    pytest.param("import app\nx = app.stub()\n", FailureKind.NOT_IMPLEMENTED, id="stub"),
]
"""Modules that can't be collected, and why."""


@pytest.fixture(scope="module")
async def red_run(tmp_path_factory):
    """All of them in one run, each in a file of its own, beside one that passes."""
    files = project("def test_it():\n    pass")
    head = "import pytest\nimport app\n\n"
    files |= {f"tests/test_red{n}.py": head + case.values[0] for n, case in enumerate(RED)}
    files |= {f"tests/test_broken{n}.py": case.values[0] for n, case in enumerate(BROKEN)}
    run = await outcome_of(tmp_path_factory.mktemp("red"), files)
    assert run.valid, run.why_invalid
    return run


def numbered(cases):
    return [pytest.param(n, *case.values[1:], id=case.id) for n, case in enumerate(cases)]


@pytest.mark.parametrize(("number", "kind", "said"), numbered(RED))
async def test_a_red_test_says_why_it_is_red(red_run, number, kind, said):
    (case,) = [case for case in red_run.red if case.test_id.startswith(f"tests/test_red{number}.py::")]
    assert (case.kind, case.outcome in (runs.TestOutcome.FAILED, runs.TestOutcome.ERROR)) == (kind, True)
    assert said in case.message


@pytest.mark.parametrize(("number", "kind"), numbered(BROKEN))
async def test_a_file_that_cant_be_collected_says_why(red_run, number, kind):
    found = {case.test_id: case.kind for case in red_run.collection_errors}
    assert found[f"tests/test_broken{number}.py"] is kind


async def test_files_that_cant_be_collected_do_not_hide_the_others(red_run):
    assert len(red_run.collection_errors) == len(BROKEN)
    passed = [case.test_id for case in red_run.cases if case.outcome is runs.TestOutcome.PASSED]
    assert passed == ["tests/test_it.py::test_it"] and red_run.counts.passed == 1
    assert len(red_run.red) == len(RED) + len(BROKEN)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        pytest.param("from app import nothing\n", FailureKind.IMPORT, id="import"),
        pytest.param("def (\n", FailureKind.SYNTAX, id="syntax"),
        pytest.param("import app\napp.broken()\n", FailureKind.FIXTURE, id="anything else"),
    ],
)
async def test_a_conftest_that_does_not_load_is_a_finding_and_not_an_invalid_run(tmp_path, text, kind):
    run = await outcome_of(
        tmp_path, project("def test_it():\n    pass", **{"tests/conftest.py": text}), ["tests/test_it.py"]
    )
    assert run.valid, run.why_invalid
    assert [(c.test_id, c.kind) for c in run.collection_errors] == [("tests/conftest.py", kind)]
    assert not pytest_runs.report(run, None).passed


async def test_frames_name_the_last_line_inside_the_repository(tmp_path):
    body = "import json\ndef test_it():\n    json.loads('{')\n\ndef test_app():\n    app.broken()"
    run = await outcome_of(tmp_path, project(body))
    test, application = run.red
    assert test.frame == "tests/test_it.py:6 in test_it\n    json.loads('{')"
    assert application.frame == 'app.py:6 in broken\n    return {}["x"]'


async def test_parametrised_ids_keep_their_odd_characters(tmp_path):
    body = "@pytest.mark.parametrize('x', ['a::b', 'ü [x]', 'a/b', ''])\ndef test_it(x):\n    assert x is None"
    run = await outcome_of(tmp_path, project(body))
    test_ids = [c.test_id for c in run.cases]
    assert test_ids[0] == "tests/test_it.py::test_it[a::b]" and test_ids[2] == "tests/test_it.py::test_it[a/b]"
    assert run.counts.failed == 4 and run.valid


async def test_a_parametrised_node_can_be_selected_by_its_id(tmp_path):
    body = "@pytest.mark.parametrize('x', ['a/b', 'c'])\ndef test_it(x):\n    pass"
    run = await outcome_of(tmp_path, project(body), ["tests/test_it.py::test_it[a/b]"])
    assert [c.test_id for c in run.cases] == ["tests/test_it.py::test_it[a/b]"]


async def test_skips_and_expected_failures_are_counted_as_what_they_are(tmp_path):
    body = (
        "@pytest.mark.skip\ndef test_skip():\n    pass\n\n@pytest.mark.xfail\ndef test_x():\n    assert 0\n\n"
        "@pytest.mark.xfail\ndef test_xp():\n    pass\n"
    )
    run = await outcome_of(tmp_path, project(body))
    assert (run.counts.skipped, run.counts.xfailed, run.counts.xpassed) == (1, 1, 1)
    assert str(run.counts) == "0 passed, 1 skipped, 1 xfailed, 1 xpassed"


MARKS_EVERY_PHASE = """
import pytest

@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    if item.get_closest_marker("xfail") and call.when == "teardown":
        report.wasxfail = "known"
"""


async def test_an_expected_failure_stays_one_when_a_plugin_marks_its_tear_down(tmp_path):
    body = "@pytest.mark.xfail\ndef test_a():\n    assert 0\n\n@pytest.mark.xfail\ndef test_b():\n    pass\n"
    run = await outcome_of(tmp_path, project(body, **{"conftest.py": MARKS_EVERY_PHASE}))
    assert (run.valid, run.counts.xfailed, run.counts.xpassed) == (True, 1, 1)


REPORTED_BY_EACH_WORKER = """
import pytest

def pytest_configure(config):
    config.told = []

@pytest.hookimpl(trylast=True)
def pytest_collectreport(report):
    if report.failed and report.nodeid not in CONFIG.told:
        CONFIG.told.append(report.nodeid)
        CONFIG.hook.pytest_collectreport(report=report)

@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session):
    globals()["CONFIG"] = session.config
"""


async def test_a_module_that_each_worker_fails_to_load_is_one_error(tmp_path):
    """As pytest-xdist tells it: every worker collects everything."""
    files = {"conftest.py": REPORTED_BY_EACH_WORKER, "tests/test_broken.py": "import nowhere\n"}
    run = await outcome_of(tmp_path, project("def test_it():\n    pass", **files))
    assert run.valid, run.why_invalid
    assert (run.counts.passed, run.counts.errors, len(run.red)) == (1, 1, 1)


async def test_a_failing_subtest_fails_its_test(tmp_path):
    body = (
        "import unittest\nclass TestIt(unittest.TestCase):\n    def test_it(self):\n        for i in range(3):\n"
        "            with self.subTest(i=i):\n                self.assertNotEqual(i, 1)\n"
    )
    run = await outcome_of(tmp_path, project(body))
    assert [(c.test_id, c.outcome) for c in run.cases] == [
        ("tests/test_it.py::TestIt::test_it", runs.TestOutcome.FAILED)
    ]
    assert run.valid, run.why_invalid


async def test_async_tests_run_under_the_projects_plugin(tmp_path):
    body = "@pytest.mark.asyncio\nasync def test_it():\n    app.stub()"
    run = await outcome_of(tmp_path, project(body))
    assert [c.kind for c in run.red] == [FailureKind.NOT_IMPLEMENTED]


async def test_an_async_test_that_nothing_runs_is_the_tests_fault(tmp_path):
    run = await outcome_of(tmp_path, project("async def test_it():\n    assert 1 == 2"))
    assert [c.kind for c in run.red] == [FailureKind.TEST_CODE]


async def test_doctests_are_cases_like_others(tmp_path):
    files = project("def test_it():\n    pass", **{"pytest.ini": "[pytest]\naddopts = --doctest-modules\n"})
    files["doc.py"] = 'def f():\n    """\n    >>> 1 + 1\n    3\n    """\n'
    run = await outcome_of(tmp_path, files)
    assert [c.test_id for c in run.red] == ["doc.py::doc.f"]


async def test_a_test_that_ends_the_process_makes_the_run_invalid_and_is_named(tmp_path):
    run = await outcome_of(tmp_path, project("import os\ndef test_a():\n    pass\n\ndef test_b():\n    os._exit(0)"))
    assert not run.valid and "tests/test_it.py::test_b was running" in run.why_invalid
    assert run.counts.passed == 1 and [c.test_id for c in run.red] == ["tests/test_it.py::test_b"]
    report = pytest_runs.report(run, None)
    assert report.status == "invalid" and report.findings[1].test_id == "tests/test_it.py::test_b"


async def test_a_process_that_ends_well_after_a_bad_session_is_not_believed(tmp_path):
    body = "import atexit, os\natexit.register(os._exit, 0)\ndef test_it():\n    assert 0"
    run = await outcome_of(tmp_path, project(body))
    assert not run.valid and "exit code 1, the process with 0" in run.why_invalid


async def test_a_hook_that_turns_red_into_exit_code_zero_is_not_believed(tmp_path):
    hook = (
        "import pytest\n@pytest.hookimpl(tryfirst=True)\n"
        "def pytest_sessionfinish(session):\n    session.exitstatus = 0\n"
    )
    run = await outcome_of(tmp_path, project("def test_it():\n    assert 0", **{"conftest.py": hook}))
    assert not run.valid


async def test_a_test_that_never_ends_is_named_as_a_timeout(tmp_path):
    settings = BackendSettings(budget=BudgetSettings(test_seconds=5))
    run = await outcome_of(tmp_path, project("import time\ndef test_it():\n    time.sleep(600)"), settings=settings)
    assert run.end is ExecEnd.OUT_OF_TIME and not run.valid
    assert [(c.test_id, c.kind) for c in run.red] == [("tests/test_it.py::test_it", FailureKind.TIMEOUT)]


async def test_an_exit_from_inside_a_test_leaves_no_valid_run(tmp_path):
    run = await outcome_of(tmp_path, project("def test_a():\n    pytest.exit('enough')\n\ndef test_b():\n    pass"))
    assert not run.valid and "gave no result" in run.why_invalid


async def test_options_that_stop_early_are_overruled(tmp_path):
    files = project(
        "def test_a():\n    assert 0\n\ndef test_b():\n    assert 0",
        **{"pytest.ini": "[pytest]\naddopts = -x --tb=no -q\n"},
    )
    run = await outcome_of(tmp_path, files)
    assert run.valid and run.counts.failed == 2


@pytest.mark.parametrize(
    ("ini", "said"),
    [
        pytest.param("addopts = --cov=app", "pytest-cov", id="cov"),
        pytest.param("addopts = -p no:xdist -n auto", "pytest-xdist", id="xdist"),
        pytest.param("required_plugins = pytest-nowhere", "pytest-nowhere", id="required"),
        pytest.param("addopts = -p nowhere_plugin", "nowhere_plugin", id="plugin"),
    ],
)
async def test_a_missing_plugin_is_named(tmp_path, ini, said):
    run = await outcome_of(tmp_path, project("def test_it():\n    pass", **{"pytest.ini": f"[pytest]\n{ini}\n"}))
    assert not run.valid and said in run.why_invalid


async def test_a_file_that_is_not_there_is_an_invalid_selection(tmp_path):
    run = await outcome_of(tmp_path, project("def test_it():\n    pass"), ["tests/test_nowhere.py"])
    assert not run.valid and "test_nowhere.py" in run.why_invalid


async def test_no_tests_is_no_result(tmp_path):
    run = await outcome_of(tmp_path, {"app.py": APP, "requirements.txt": ""})
    assert run.valid and run.cases == ()
    assert pytest_runs.report(run, None).status == "invalid"


async def test_node_ids_and_frames_start_at_the_repositorys_root_when_the_project_lies_below(tmp_path):
    files = {f"src/backend/{k}": v for k, v in project("def test_it():\n    app.broken()").items()}
    run = await outcome_of(tmp_path, files, ["src/backend/tests/test_it.py::test_it"])
    (case,) = run.red
    assert case.test_id == "src/backend/tests/test_it.py::test_it"
    assert case.frame.startswith("src/backend/app.py:6 in broken")


async def test_node_ids_start_at_the_repositorys_root_when_pytest_is_configured_above_the_project(tmp_path):
    files = {f"src/backend/{k}": v for k, v in project("def test_it():\n    assert 0").items()}
    run = await outcome_of(tmp_path, {**files, "pytest.ini": "[pytest]\n"})
    assert [c.test_id for c in run.red] == ["src/backend/tests/test_it.py::test_it"]


async def test_a_test_sees_nothing_of_how_it_is_watched(tmp_path):
    body = "import os\ndef test_it():\n    assert not [k for k in os.environ if k.startswith('AURORA')]"
    run = await outcome_of(tmp_path, project(body))
    assert run.valid and not run.red


async def test_a_forked_child_does_not_speak_for_the_run(tmp_path):
    body = (
        "import os\ndef test_it():\n    if os.fork() == 0:\n        import aurora_pytest_events as e\n"
        "        e.PIPE.send('session', exit=0)\n        os._exit(0)\n    os.wait()\n"
    )
    run = await outcome_of(tmp_path, project(body))
    assert run.valid, run.why_invalid


async def test_long_messages_and_outputs_are_cut_head_and_tail(tmp_path):
    body = (
        "def test_it():\n    print('head' + 'x' * 100_000 + 'tail')\n    pytest.fail('first' + 'y' * 100_000 + 'last')"
    )
    run = await outcome_of(tmp_path, project(body))
    (case,) = run.red
    assert len(case.message) <= 4096 and case.message.rstrip().endswith("last")
    assert len(case.output) <= 2200 and "head" in case.output and "tail" in case.output
    assert run.valid


async def test_lost_events_make_the_run_invalid(tmp_path):
    files = project("def test_it():\n    pass")
    toolchain = await detected(files)
    execution = execute(written(tmp_path, files), pytest_runs.command(toolchain, BackendSettings()))
    lost = execution.model_copy(update={"events": execution.events[:2] + execution.events[3:]})
    assert pytest_runs.parse(execution, toolchain).valid
    assert "events of the run were lost" in pytest_runs.parse(lost, toolchain).why_invalid


async def test_a_run_nobody_heard_of_is_never_a_pass(tmp_path):
    files = project("def test_it():\n    pass")
    toolchain = await detected(files)
    execution = execute(written(tmp_path, files), pytest_runs.command(toolchain, BackendSettings()))
    silent = execution.model_copy(update={"events": ()})
    assert not pytest_runs.parse(silent, toolchain).valid


@pytest.mark.parametrize("value", [None, 3, [], {"a": 1}, "x"], ids=["none", "number", "list", "dict", "text"])
async def test_events_of_any_shape_are_read_without_an_error(tmp_path, value):
    toolchain = await detected(project("def test_it():\n    pass"))
    execution = execute(
        written(tmp_path, project("def test_it():\n    assert 0")), pytest_runs.command(toolchain, BackendSettings())
    )
    for number in range(len(execution.events)):
        for key in execution.events[number]:
            events = list(execution.events)
            events[number] = {**events[number], key: value}
            pytest_runs.parse(execution.model_copy(update={"events": tuple(events)}), toolchain)


async def test_many_tests_tell_more_than_a_pipe_holds(tmp_path):
    body = "@pytest.mark.parametrize('n', range(700))\ndef test_it(n):\n    assert n % 2, 'x' * 200"
    run = await outcome_of(tmp_path, project(body))
    assert run.valid, run.why_invalid
    assert (run.counts.collected, run.counts.passed, run.counts.failed) == (700, 350, 350)
