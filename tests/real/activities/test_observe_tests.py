"""observe_tests: one more run of the tests of a change in a real sandbox, and what it says of a draft."""

import pytest
from temporalio.testing import ActivityEnvironment

from activities.messages import CheckInput
from activities.observe_tests import Observer
from aurora.domain.findings import Report
from aurora.domain.task import TaskRef
from aurora.drivers.sandbox.docker_sandbox import DockerSandbox
from aurora.settings.repository import BackendSettings, ObservationSettings
from aurora.stored_values import fetch, keep
from tests.support.boxes import DEPENDENCIES, PROJECT, new_draft, workspace_of
from tests.support.memory_artifacts import MemoryArtifacts
from tests.support.observed import PLAIN, TESTS, WAITING

pytestmark = [pytest.mark.docker, pytest.mark.timeout(600)]
BASE = {**PLAIN, "app/waiting.py": '"""Waiting."""\n', "tests/test_waiting.py": "def test_old():\n    assert True\n"}


@pytest.fixture
def artifacts():
    return MemoryArtifacts()


@pytest.fixture
async def sandbox(artifacts):
    made = DockerSandbox(artifacts)
    yield made
    await made.close()


async def observed(artifacts, sandbox, folder, changes, settings=None):
    image = await sandbox.build(TaskRef(id="images"), DEPENDENCIES, PROJECT)
    made = await new_draft(artifacts, folder, BASE)
    mine, workspace = artifacts.of(made.task), workspace_of(made, image)
    if settings is not None:
        both = BackendSettings(sandbox=workspace.settings.sandbox, observation=settings)
        workspace = workspace.model_copy(update={"settings": both})
    base = made.model_copy(update={"workspace": await keep(mine, workspace)})
    try:
        async with sandbox.open(base, workspace) as box:
            for path, text in changes.items():
                await box.write(path, text.encode())
            draft = await box.seal("change")
        seen = await ActivityEnvironment().run(Observer(artifacts, sandbox).observe_tests, CheckInput(draft=draft))
        return seen, await fetch(mine, seen.report.whole, Report)
    finally:
        await sandbox.release(made.task)


async def test_what_the_change_does_while_its_tests_run_goes_the_way_of_a_failing_gate(artifacts, sandbox, tmp_path):
    changes = {"app/waiting.py": WAITING, "tests/test_waiting.py": TESTS}
    seen, report = await observed(artifacts, sandbox, tmp_path / "bad", changes)
    assert not report.passed, report
    assert {one.check for one in report.findings} == {"blocking_calls", "n_plus_one", "sql"}, report
    assert "SQL statements (sqlite3)" in seen.report.summary


async def test_a_change_without_faults_passes_and_the_report_says_what_was_watched(artifacts, sandbox, tmp_path):
    changes = {
        "app/waiting.py": "import asyncio\n\n\nasync def pause():\n    await asyncio.sleep(0)\n",
        "tests/test_waiting.py": "import asyncio\nfrom app.waiting import pause\n\n\n"
        "def test_pause():\n    asyncio.run(pause())\n",
    }
    _, report = await observed(artifacts, sandbox, tmp_path / "good", changes)
    assert report.passed and report.summary.startswith("observed 1 test"), report


async def test_it_can_be_turned_off(artifacts, sandbox, tmp_path):
    off = ObservationSettings(enabled=False)
    _, report = await observed(artifacts, sandbox, tmp_path / "off", {"app/waiting.py": WAITING}, off)
    assert report.passed and "off" in report.summary
