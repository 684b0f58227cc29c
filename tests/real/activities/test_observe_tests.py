"""observe_tests: one more run of the tests of a change in a real sandbox, and what it says of a draft."""

import pytest
from temporalio.testing import ActivityEnvironment

from activities.messages import CheckInput
from activities.observe_tests import ObserveTestsActivity
from aurora.domain.findings import Report, Weight
from aurora.domain.task import TaskRef
from aurora.domain.workspace import Contract
from aurora.drivers.sandbox.docker_sandbox import DockerSandbox
from aurora.settings.repository import BackendSettings, ObservationSettings
from aurora.stored_values import fetch, keep
from tests.support.boxes import DEPENDENCIES, PROJECT, new_draft, workspace_of
from tests.support.desk_of_one import plan
from tests.support.memory_artifacts import MemoryArtifacts
from tests.support.observed import PLAIN, TESTS, WAITING
from tests.support.projects import detected

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


async def observed(artifacts, sandbox, folder, changes, settings=None, red=()):
    image = await sandbox.build(TaskRef(id="images"), DEPENDENCIES, PROJECT)
    made = await new_draft(artifacts, folder, BASE)
    mine, workspace = artifacts.of(made.task), workspace_of(made, image)
    if settings is not None:
        both = BackendSettings(sandbox=workspace.settings.sandbox, observation=settings)
        workspace = workspace.model_copy(update={"settings": both})
    known = workspace.baseline.model_copy(update={"red": red})
    workspace = workspace.model_copy(update={"baseline": known})
    base = made.model_copy(update={"workspace": await keep(mine, workspace)})
    try:
        async with sandbox.open(base, workspace) as box:
            for path, text in changes.items():
                await box.write(path, text.encode())
            draft = await box.seal("change")
        seen = await ActivityEnvironment().run(
            ObserveTestsActivity(artifacts, sandbox).observe_tests, CheckInput(draft=draft)
        )
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


async def test_a_test_that_is_red_at_the_base_commit_is_not_red_in_this_run_only(artifacts, sandbox, tmp_path):
    changes = {
        "app/waiting.py": "def now():\n    return 1\n",
        "tests/test_waiting.py": "from app.waiting import now\n\n\n"
        "def test_old():\n    assert now() == 2\n\n\ndef test_new():\n    assert now() == 3\n",
    }
    red = ("tests/test_waiting.py::test_old",)
    _, report = await observed(artifacts, sandbox, tmp_path / "red", changes, red=red)
    said = "1 test red in this run only, first tests/test_waiting.py::test_new"
    assert report.passed and report.summary.endswith(said), report


async def test_it_can_be_turned_off(artifacts, sandbox, tmp_path):
    off = ObservationSettings(enabled=False)
    _, report = await observed(artifacts, sandbox, tmp_path / "off", {"app/waiting.py": WAITING}, off)
    assert report.passed and "off" in report.summary


DOCUMENT = """openapi: 3.0.3
info: {title: Shop, version: "1"}
paths:
  /items/{id}:
    get:
      responses:
        "200":
          description: one
          content: {application/json: {schema: {type: object, required: [id], properties: {id: {type: integer}}}}}
  /old:
    get:
      responses:
        "200":
          description: old
          content: {application/json: {schema: {type: object, required: [age], properties: {age: {type: integer}}}}}
"""
SERVED = """from flask import Flask, jsonify

app = Flask(__name__)


@app.get("/items/<int:id>")
def item(id):
    return jsonify(id=ANSWER)


@app.get("/old")
def old():
    return jsonify(age="old")
"""
ASKED = """from app.main import app


def test_items():
    assert app.test_client().get("/items/1").status_code == 200


def test_old():
    assert app.test_client().get("/old").status_code == 200
"""


@pytest.mark.parametrize(("answer", "planned"), [("str(id)", True), ("id", True), ("str(id)", False)])
async def test_an_answer_that_is_not_what_the_document_says_blocks_on_operations_that_the_task_touches(
    artifacts, sandbox, tmp_path, answer, planned
):
    """`/old` is touched, too, and answered so at the base commit already."""
    base = {
        "requirements.txt": "pytest\nflask\n", "openapi.yaml": DOCUMENT, "app/__init__.py": "",
        "app/main.py": SERVED.replace("ANSWER", "id"), "tests/test_main.py": "def test_nothing():\n    pass\n",
    }  # fmt: skip
    chain = await detected(base)
    image = await sandbox.build(TaskRef(id="images"), chain.dependencies, chain.project)
    made = await new_draft(artifacts, tmp_path / "shop", base)
    mine = artifacts.of(made.task)
    digest = await mine.put(DOCUMENT.encode())
    contract = Contract(path="openapi.yaml", digest=digest, operations=("GET /items/{id}", "GET /old"))
    workspace = workspace_of(made, image).model_copy(update={"toolchain": chain, "contract": contract})
    operations = ("GET /items/{id}", "GET /old") if planned else ()
    kept = {"workspace": await keep(mine, workspace), "plan": await keep(mine, plan(operations=operations))}
    draft = made.model_copy(update=kept)
    try:
        async with sandbox.open(draft, workspace) as box:
            await box.write("app/main.py", SERVED.replace("ANSWER", answer).encode() + b"\n")
            await box.write("tests/test_main.py", ASKED.encode())
            sealed = await box.seal("change")
        seen = await ActivityEnvironment().run(
            ObserveTestsActivity(artifacts, sandbox).observe_tests, CheckInput(draft=sealed)
        )
        report = await fetch(mine, seen.report.whole, Report)
    finally:
        await sandbox.release(made.task)
    assert "HTTP exchanges checked for 2 of 2 operations" in report.summary, report
    notes = {one.message.partition(" answered")[0]: one.weight for one in report.notes if one.check == "contract"}
    if answer == "str(id)" and planned:
        (one,) = report.findings
        assert not report.passed and one.check == "contract" and one.path == "openapi.yaml" and one.line
        assert "GET /items/{id} answered 200 in tests/test_main.py::test_items" in one.message
        assert "'1' is not of type 'integer'" in one.message and "openapi.yaml:" in one.message
        assert notes == {"GET /old": Weight.KNOWN}
    else:
        assert report.passed, report
        assert set(notes) == {"GET /old", *(["GET /items/{id}"] if answer == "str(id)" else [])}
        assert notes["GET /old"] is (Weight.KNOWN if planned else Weight.ADVICE)
