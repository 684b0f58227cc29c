"""Sentinels in real runs, of suites that have something against strangers; and what a run's events must look like."""

import pytest

from aurora.domain import runs
from aurora.toolchains.python import pytest_runs
from tests.support.projects import PLUGINS, detected, execute, outcome_of, written

GREEN = "import pytest\n\ndef test_one():\n    assert True\n\ndef test_two():\n    assert True\n"
SUITES = {
    "an automatic fixture that fails for others": "import pytest\n@pytest.fixture(autouse=True)\ndef known(request):\n"
    "    assert request.node.name in ('test_one', 'test_two')\n",
    "a hook that counts items": "def pytest_collection_modifyitems(items):\n    assert len(items) == 2\n",
    "a hook that counts reports": "seen = []\ndef pytest_runtest_logreport(report): seen.append(report.nodeid)\n"
    "def pytest_sessionfinish(): assert len(set(seen)) == 2, seen\n",
    "another order": "def pytest_collection_modifyitems(items): items.reverse()\n",
    "a session's fixture that ends": "import pytest\n@pytest.fixture(scope='session', autouse=True)\n"
    "def db():\n    yield\n",
}  # fmt: skip


@pytest.mark.parametrize("conftest", SUITES.values(), ids=SUITES)
async def test_a_suite_does_not_notice_sentinels(tmp_path, conftest):
    ini = (
        "[pytest]\ntestpaths = tests\npython_files = test_it.py\nfilterwarnings = error\naddopts = --strict-markers\n"
        "asyncio_default_fixture_loop_scope = function\n"
    )
    files = {"tests/test_it.py": GREEN, "tests/conftest.py": conftest, "requirements.txt": "", "pytest.ini": ini}
    run = await outcome_of(tmp_path, files)
    assert (run.valid, run.why_invalid, run.notes, run.exit_code) == (True, "", (), 0)
    assert [case.outcome for case in run.cases] == [runs.TestOutcome.PASSED] * 2
    assert run.counts.collected == 2 and "2 passed" in run.output and "failed" not in run.output


async def test_tests_may_be_called_what_they_like(tmp_path):
    text = "import pytest\n\ndef test_for_if():\n    pass\n\ndef test_():\n    pass\n\ndef test_größe():\n    pass\n"
    run = await outcome_of(tmp_path, {"tests/test_it.py": text, "requirements.txt": ""})
    assert run.valid and run.notes == () and run.counts.passed == 3


async def test_a_suite_that_takes_no_strangers_runs_without_and_says_so(tmp_path):
    hook = (
        "def pytest_runtest_setup(item):\n    if item.name not in ('test_one', 'test_two'): raise ValueError('who?')\n"
    )
    files = {"tests/test_it.py": GREEN, "tests/conftest.py": hook, "requirements.txt": ""}
    run = await outcome_of(tmp_path, files)
    assert run.valid and run.counts.passed == 2
    assert len(run.notes) == 2 and all("who?" in note for note in run.notes)
    assert "who?" in pytest_runs.report(run, None).summary


async def test_the_plugins_names_are_reserved_and_its_events_sealed(tmp_path):
    files = {"tests/test_it.py": GREEN, "requirements.txt": ""}
    command = pytest_runs.command(await detected(files), pytest_runs.BackendSettings())
    assert command.sealed and {"aurora_pytest_events", "aurora_events"} < set(command.reserved)
    assert {f"{name}.py" for name in command.reserved} == {path.name for path in python_plugins()}
    events = execute(written(tmp_path, files), command).events
    assert [event["t"] for event in events[-3:]] == ["sentinel", "sentinel", "session"]


def python_plugins():
    return PLUGINS.glob("aurora_*.py")
