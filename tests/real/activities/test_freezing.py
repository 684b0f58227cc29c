"""The frozen tests after new tests were seen red, and the gates' findings about them later: on a real sandbox."""

from hashlib import sha256

import pytest
from temporalio.testing import ActivityEnvironment

from activities import run_tests
from activities.checks.project_tools import policy_for
from activities.messages import CheckInput
from activities.run_gates import RunGatesActivity
from aurora.domain.findings import Report
from aurora.domain.frozen_tests import FrozenTests, Snapshot
from aurora.domain.plan import CoveredBehaviour, CoveredBehaviours, Plan, PlannedTest
from aurora.domain.steps import Step
from aurora.domain.task import TaskRef
from aurora.drivers.sandbox.docker_sandbox import DockerSandbox
from aurora.stored_values import fetch, keep
from aurora.toolchains import registry
from aurora.toolchains.runs import baseline
from tests.support.boxes import DEPENDENCIES, FILES, PROJECT, new_draft, workspace_of
from tests.support.memory_artifacts import MemoryArtifacts

pytestmark = pytest.mark.docker
BASE = {
    **FILES,
    "tests/helpers.py": "def due():\n    return 2\n",
    "tests/data/prices.json": "[1]\n",
    "app/__mocks__/mail.py": "",
    "conftest.py": "",
}
NEW = "import app\nfrom helpers import due\n\n\ndef test_new():\n    assert app.main() == due()\n"


@pytest.fixture
def artifacts():
    return MemoryArtifacts()


@pytest.fixture
async def sandbox(artifacts):
    made = DockerSandbox(artifacts)
    yield made
    await made.close()


async def test_tests_are_frozen_with_all_that_they_use(artifacts, sandbox, tmp_path):
    image = await sandbox.build(TaskRef(id="images"), DEPENDENCIES, PROJECT)
    made = await new_draft(artifacts, tmp_path / "shop", BASE)
    mine, workspace = artifacts.of(made.task), workspace_of(made, image)
    base = made.model_copy(update={"workspace": await keep(mine, workspace)})
    stubs = Snapshot(commit=base.commit)
    try:
        async with sandbox.open(base, workspace) as box:
            await box.write("tests/test_new.py", NEW.encode())
            draft = await box.seal("tests")
        order = CheckInput(draft=draft, mode="red", stubs=stubs)
        seen = await ActivityEnvironment().run(run_tests.RunTestsActivity(artifacts, sandbox).run_tests, order)
        assert seen.report.passed, seen.report
        frozen = await fetch(mine, seen.draft.frozen, FrozenTests)
        assert frozen.files == {"tests/test_new.py": sha256(NEW.encode()).hexdigest()}
        assert frozen.support == {
            path: sha256(BASE[path].encode()).hexdigest()
            for path in ("app/__mocks__/mail.py", "conftest.py", "tests/data/prices.json", "tests/helpers.py",
                         "tests/test_app.py")
        }  # fmt: skip
        assert (frozen.stubs, frozen.seen_red) == (stubs, Snapshot(commit=draft.commit, bundle=draft.bundle))

        for step in (Step.WRITE_TESTS, Step.FIX_LINT, Step.WRITE_CODE):
            policy = policy_for(workspace, None, frozen, step)
            for path in frozen.protected:
                refused = policy.may_write(path)
                assert refused is not None and refused.rule == "frozen", (step, path)
        assert policy_for(workspace, None, frozen, Step.WRITE_TESTS).may_write("tests/test_more.py") is None

        gates = RunGatesActivity(artifacts, sandbox).run_gates
        assert (await ActivityEnvironment().run(gates, CheckInput(draft=seen.draft))).report.passed
        async with sandbox.open(seen.draft, workspace) as box:
            await box.write("tests/helpers.py", b"def due():\n    return 1\n")
            await box.write("tests/test_more.py", b"def test_more():\n    assert True\n")
            await box.delete("tests/data/prices.json")
            altered = await box.seal("helpers")
        found = (await ActivityEnvironment().run(gates, CheckInput(draft=altered))).report
        assert found.whole is not None
        by_check = {(f.check, f.path) for f in (await fetch(mine, found.whole, Report)).findings}
        assert {("frozen_tests", "tests/data/prices.json"), ("frozen_tests", "tests/helpers.py")} <= by_check
        assert ("protected_paths", "tests/test_more.py") in by_check, "a test that was never seen red"
    finally:
        await sandbox.release(made.task)


async def test_after_a_refusal_only_the_changed_file_runs_again_on_a_real_tree(artifacts, sandbox, tmp_path):
    image = await sandbox.build(TaskRef(id="images"), DEPENDENCIES, PROJECT)
    made = await new_draft(artifacts, tmp_path / "shop", BASE)
    mine, workspace = artifacts.of(made.task), workspace_of(made, image)
    base = made.model_copy(update={"workspace": await keep(mine, workspace)})
    tester = run_tests.RunTestsActivity(artifacts, sandbox)
    before, seen, draft = None, [], base
    try:
        for text in ("def test_late():\n    no_such_name\n", "def test_late():\n    assert 1 == 2\n"):
            async with sandbox.open(draft, workspace) as box:
                await box.write("tests/test_new.py", NEW.encode())
                await box.write("tests/test_late.py", text.encode())
                draft = await box.seal("tests")
            # another container: what the commit before was must be known there, too
            await sandbox.release(made.task)
            order = CheckInput(draft=draft, mode="red", before=before)
            seen.append(await ActivityEnvironment().run(tester.run_tests, order))
            before = seen[-1].run
    finally:
        await sandbox.release(made.task)
    first, second = (one.report for one in seen)
    assert [f.test_id for f in first.findings] == ["tests/test_late.py::test_late"]
    assert second.passed and "1 unchanged file not run again" in second.summary
    frozen = await fetch(mine, seen[-1].draft.frozen, FrozenTests)
    assert frozen.red == ("tests/test_late.py::test_late", "tests/test_new.py::test_new")


OLD_TROUBLE = """import pytest


@pytest.mark.skip(reason="the service is gone")
def test_skipped():
    assert False


@pytest.mark.xfail(reason="a known bug")
def test_known_bug():
    assert False


def test_red_for_reasons_of_its_own():
    no_such_name
"""


async def test_old_tests_without_evidence_in_a_touched_file_are_neither_judged_nor_frozen(artifacts, sandbox, tmp_path):
    image = await sandbox.build(TaskRef(id="images"), DEPENDENCIES, PROJECT)
    made = await new_draft(artifacts, tmp_path / "shop", {**BASE, "tests/test_app.py": OLD_TROUBLE})
    mine, workspace = artifacts.of(made.task), workspace_of(made, image)
    path = "tests/test_app.py"
    plan = Plan(summary="Raise", files=(), tests=(PlannedTest(path=path, behaviour="It is raised."),))
    covers = CoveredBehaviour(
        planned=1, path=path, behaviour="It is raised.", tests=(f"{path}::test_raised",), left_out=""
    )
    covered = await keep(mine, CoveredBehaviours(behaviours=(covers,)))
    try:
        async with sandbox.open(made, workspace) as box:
            taken = await baseline.taken(registry.tools(workspace), box, registry.languages())
            assert taken.skipped == (f"{path}::test_known_bug", f"{path}::test_skipped")
            workspace = workspace.model_copy(update={"baseline": taken})
            await box.write(path, (OLD_TROUBLE + "\n\ndef test_raised():\n    assert 1 == 2\n").encode())
            base = made.model_copy(update={"workspace": await keep(mine, workspace)})
            draft = (await box.seal("tests")).model_copy(
                update={"workspace": base.workspace, "plan": await keep(mine, plan), "covered": covered}
            )
        tester = run_tests.RunTestsActivity(artifacts, sandbox)
        seen = await ActivityEnvironment().run(tester.run_tests, CheckInput(draft=draft, mode="red"))
        assert seen.report.passed, seen.report
        frozen = await fetch(mine, seen.draft.frozen, FrozenTests)
        assert frozen.test_ids == frozen.red == (f"{path}::test_raised",)
    finally:
        await sandbox.release(made.task)
