"""Django's own runner in the real sandbox, by `manage.py test` and by a reusable app's `runtests.py`."""

import pytest

from aurora.domain.task import Draft
from aurora.toolchains import registry
from tests.support.django_shop import PROJECT, RUNTESTS
from tests.support.event_format import faults
from tests.support.opened import EVERY_FORM, opened

pytestmark = [pytest.mark.docker, pytest.mark.one_process]
GREEN = {"OrderTests::test_total", "OrderTests::test_the_projects_own_runner_is_used"}


@pytest.mark.parametrize(
    ("files", "command"),
    [
        pytest.param(PROJECT, ("python", "manage.py", "test"), id="manage.py"),
        pytest.param(
            RUNTESTS,
            ("python", "runtests.py"),
            id="runtests.py",
            marks=pytest.mark.skipif(not EVERY_FORM, reason="slow: AURORA_IMAGES=1"),
        ),
    ],
)
async def test_djangos_runner_tells_what_pytest_would(files, command, sandbox, artifacts, tmp_path):
    async with opened(tmp_path, files, sandbox, artifacts) as (opening, workspace):
        assert workspace is not None, opening
        assert (workspace.toolchain.runner, workspace.toolchain.test) == ("django", command)
        assert any(f"Django's runner, started by {command[1]}" in line for line in workspace.toolchain.why)
        baseline, prefix = workspace.baseline, "shop/tests.py::"
        assert set(baseline.green) == {prefix + name for name in GREEN}, baseline
        counts = baseline.counts
        assert (counts.collected, counts.passed, counts.failed, counts.errors) == (5, 2, 2, 1)
        draft = Draft.model_validate(opening.opened.draft.model_dump())
        chain = registry.tools(workspace)
        async with sandbox.open(draft, workspace) as box:
            absent, broken = f"{prefix}OrderTests::test_absent_route", f"{prefix}Broken"
            execution = await box.run_tests(chain.test_command([absent, broken]))
        assert faults(execution.read_events()) == []
        run = chain.read_tests(execution)
        assert run.valid, run.why_invalid
        kinds = {case.test_id: (case.outcome.value, case.kind.value) for case in run.red if case.kind}
        assert kinds == {absent: ("failed", "http_status"), f"{broken}::test_it": ("error", "fixture")}
        assert run.red[0].frame.startswith("shop/tests.py:")
