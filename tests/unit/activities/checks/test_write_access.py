"""The paths that each model step may write, by the access that it is declared with."""

import pytest

from activities.checks.project_tools import policy_for
from aurora.domain.steps import MODEL_STEPS, Step, WriteAccess
from tests.support.workspaces import workspace

CODE, NAMED, TEST = "app/other.py", "app/users.py", "tests/test_users.py"
WRITABLE = {
    WriteAccess.NONE: set(),
    WriteAccess.REPORTED: {NAMED},
    WriteAccess.STUBS: {CODE, NAMED},
    WriteAccess.CODE: {CODE, NAMED},
    WriteAccess.TESTS: {TEST},
}


@pytest.mark.parametrize("step", [step for step in MODEL_STEPS if step is not Step.REWRITE_TEST])
def test_a_step_writes_what_its_access_says_whatever_its_reports_name(step: Step) -> None:
    policy = policy_for(workspace(), None, None, step, named=(NAMED, TEST))
    assert {path for path in (CODE, NAMED, TEST) if policy.may_write(path) is None} == WRITABLE[step.write_access]


def test_a_refusal_names_what_the_step_may_write_instead() -> None:
    refused = [
        policy_for(workspace(), None, None, step, named=(NAMED,)).may_write(CODE)
        for step in (Step.REFLECT, Step.FIX_LINT)
    ]
    assert ["no file that this step may write" in str(refused[0]), "that they name" in str(refused[1])] == [True, True]
