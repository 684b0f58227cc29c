"""The acceptance as the activity does it: a whole run, then test mutants in another container than the one that ran
before."""

import hashlib

import pytest
from temporalio.testing import ActivityEnvironment

from activities import run_tests
from activities.messages import CheckInput, CheckResult
from aurora.domain.findings import ReportStatus
from aurora.domain.frozen_tests import FrozenTests
from aurora.stored_values import keep
from tests.attacks.forgeries.grounds import GROUNDS
from tests.attacks.forgeries.reports import WHOLE
from tests.support.boxes import FILES, containers, new_draft, workspace_of

pytestmark = [pytest.mark.docker, pytest.mark.one_process]
RED, NODE = GROUNDS["pytest"].red, GROUNDS["pytest"].test_id


@pytest.mark.parametrize(
    ("victim", "status"),
    [
        pytest.param("def value():\n    return 1\n", ReportStatus.PASSED, id="honest"),
        pytest.param(WHOLE, ReportStatus.INVALID, id="forged"),
    ],
)
async def test_a_whole_run_is_accepted_only_after_its_twins_in_a_fresh_container(
    artifacts, sandbox, image, tmp_path, victim, status
):
    files = {**FILES, "victim.py": victim, "tests/test_red.py": RED}
    made = await new_draft(artifacts, tmp_path / "shop", files)
    workspace = workspace_of(made, image)
    mine = artifacts.of(made.task)
    digest = hashlib.sha256(RED.encode()).hexdigest()
    frozen = FrozenTests(files={"tests/test_red.py": digest}, test_ids=(NODE,), red=(NODE,))
    draft = made.frozen_as(await keep(mine, frozen)).model_copy(update={"workspace": await keep(mine, workspace)})
    try:
        async with sandbox.open(draft, workspace):
            before = containers(draft.task)
        order = CheckInput(draft=draft, mode="whole")
        seen: CheckResult = await ActivityEnvironment().run(
            run_tests.RunTestsActivity(artifacts, sandbox).run_tests, order
        )
        after = containers(draft.task)
    finally:
        await sandbox.release(draft.task)
    assert seen.report.status is status, seen.report
    assert len(before) == len(after) == 1 and before != after
    assert seen.draft == draft
    if status is ReportStatus.INVALID:
        assert seen.report.findings[0].check == "mutants" and seen.report.findings[1].test_id == NODE
