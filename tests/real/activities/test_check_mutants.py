"""Mutants of a draft's new code, made and put to its tests in a real sandbox."""

import pytest
from temporalio.testing import ActivityEnvironment

from activities.check_mutants import CheckMutantsActivity
from activities.messages import CheckInput
from aurora.domain.findings import ReportStatus
from aurora.domain.frozen_tests import FrozenTests
from aurora.domain.mutants import MutantOutcome, MutationResult
from aurora.domain.task import TaskRef
from aurora.drivers.sandbox.docker_sandbox import DockerSandbox
from aurora.stored_values import fetch, keep
from tests.support.boxes import DEPENDENCIES, FILES, PROJECT, new_draft, workspace_of
from tests.support.memory_artifacts import MemoryArtifacts

pytestmark = pytest.mark.docker
CODE = """\
def fee(total: int, express: bool) -> int:
    if total >= 100:
        return 0
    return 9 if express else 5


def is_open(hour: int) -> bool:
    return 8 <= hour < 20
"""
TESTS = """\
import asyncio

import prices


def test_an_order_from_100_on_is_free():
    assert prices.fee(100, False) == 0
    assert prices.fee(99, False) == 5


def test_express_costs_9():
    async def asked():
        return prices.fee(10, True)

    assert asyncio.run(asked()) == 9
"""
MORE = """\
import prices


def test_it_is_open_from_8_to_20():
    assert [prices.is_open(hour) for hour in (7, 8, 19, 20)] == [False, True, True, False]
"""


@pytest.fixture
def artifacts():
    return MemoryArtifacts()


@pytest.fixture
async def sandbox(artifacts):
    made = DockerSandbox(artifacts)
    yield made
    await made.close()


async def written(artifacts, sandbox, workspace, draft, files):
    async with sandbox.open(draft, workspace) as box:
        for path, text in files.items():
            await box.write(path, text.encode())
        return await box.seal("work")


async def test_what_no_test_notices_is_told_and_a_new_test_is_proved_by_it(artifacts, sandbox, tmp_path):
    image = await sandbox.build(TaskRef(id="images"), DEPENDENCIES, PROJECT)
    made = await new_draft(artifacts, tmp_path / "shop", FILES)
    mine, workspace = artifacts.of(made.task), workspace_of(made, image)
    base = made.model_copy(update={"workspace": await keep(mine, workspace)})
    checker = CheckMutantsActivity(artifacts, sandbox)
    try:
        draft = await written(artifacts, sandbox, workspace, base, {"prices.py": CODE, "tests/test_prices.py": TESTS})
        frozen = FrozenTests(files={"tests/test_prices.py": "0" * 64}, test_ids=(), red=())
        draft = draft.frozen_as(await keep(mine, frozen))
        seen = await ActivityEnvironment().run(checker.check_mutants, CheckInput(draft=draft))
        counts = seen.report.mutants
        result = await fetch(mine, counts.result, MutationResult)
        by_function = {(m.function, m.outcome) for m in result.mutants}
        assert by_function == {("fee", MutantOutcome.KILLED), ("is_open", MutantOutcome.SURVIVED)}
        assert seen.report.status is ReportStatus.FAILED, "is_open may as well return a constant"
        assert {f.path for f in seen.report.findings} == {"prices.py"}
        assert counts.untried == 0 and counts.made == counts.killed + counts.survived

        further = await written(artifacts, sandbox, workspace, draft, {"tests/test_hours.py": MORE})
        order = CheckInput(draft=further, mode="survivors", before=counts.result)
        proved = await ActivityEnvironment().run(checker.check_mutants, order)
        assert proved.report.passed, proved.report
        frozen = await fetch(mine, proved.draft.frozen, FrozenTests)
        assert "tests/test_hours.py" in frozen.files
        assert list(frozen.red_against) == ["tests/test_hours.py::test_it_is_open_from_8_to_20"]
        again = await ActivityEnvironment().run(checker.check_mutants, CheckInput(draft=proved.draft))
        assert again.report.passed and again.report.mutants.survived == 0
        assert (await fetch(mine, again.report.mutants.result, MutationResult)).runs == 0, "nothing is tried twice"
    finally:
        await sandbox.release(made.task)


async def test_a_further_test_that_notices_nothing_is_refused(artifacts, sandbox, tmp_path):
    image = await sandbox.build(TaskRef(id="images"), DEPENDENCIES, PROJECT)
    made = await new_draft(artifacts, tmp_path / "shop", FILES)
    mine, workspace = artifacts.of(made.task), workspace_of(made, image)
    base = made.model_copy(update={"workspace": await keep(mine, workspace)})
    checker = CheckMutantsActivity(artifacts, sandbox)
    idle = "import prices\n\n\ndef test_it_is_there():\n    assert prices.is_open\n"
    try:
        draft = await written(artifacts, sandbox, workspace, base, {"prices.py": CODE, "tests/test_prices.py": TESTS})
        frozen = FrozenTests(files={"tests/test_prices.py": "0" * 64}, test_ids=(), red=())
        draft = draft.frozen_as(await keep(mine, frozen))
        seen = await ActivityEnvironment().run(checker.check_mutants, CheckInput(draft=draft))
        further = await written(artifacts, sandbox, workspace, draft, {"tests/test_hours.py": idle})
        order = CheckInput(draft=further, mode="survivors", before=seen.report.mutants.result)
        refused = await ActivityEnvironment().run(checker.check_mutants, order)
        assert not refused.report.passed and refused.draft == further
        assert "notices one of the changes" in refused.report.summary
    finally:
        await sandbox.release(made.task)
