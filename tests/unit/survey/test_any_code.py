"""A project without code: what its runner can't do yet is no trouble of its base commit."""

import pytest

from aurora import ports
from aurora.domain.runs import ExecEnd
from aurora.survey import any_code
from aurora.survey.base_run import found_or_taken
from tests.support.memory_box import MemoryBox, MemorySandbox
from tests.support.workspaces import workspace

DEAD = "ImportError: No module named 'config'\n\npytest-django could not find a Django project."


class Opened(MemoryBox):
    """Its runner ends before any test."""

    async def run_tests(self, command: ports.TestCommand) -> ports.TestExecution:
        return ports.TestExecution(
            end=ExecEnd.EXITED, exit_code=1, stdout="", stderr=DEAD, events=({"t": "begin", "seq": 0},)
        )


def box(*paths: str) -> ports.Box:
    sandbox = MemorySandbox()
    sandbox.tree = dict.fromkeys(("openapi.yaml", "pyproject.toml", *paths), b"def test_it(): ...\n")
    return Opened(sandbox, None)  # type: ignore[arg-type]  # nothing of the draft is asked


async def test_a_runner_that_can_not_start_before_there_is_code_is_an_empty_baseline() -> None:
    taken = await found_or_taken(workspace(), box(), None)
    assert (taken.error, taken.why_invalid, taken.proposals, taken.green) == ("", "", (), ())


@pytest.mark.parametrize("path", ["src/shop/app.py", "tests/test_app.py"])
async def test_one_that_can_not_start_beside_code_or_tests_is_trouble(path: str) -> None:
    taken = await found_or_taken(workspace(), box(path), None)
    assert "can't be judged" in taken.error and "pytest-django could not find" in taken.words


@pytest.mark.parametrize(("path", "expected"), [("src/shop/app.py", True), ("tests/test_app.py", False)])
async def test_tests_are_no_code(path: str, expected: bool) -> None:
    assert await any_code.found(box(path), workspace().toolchain) is expected
    assert not await any_code.found(box(), workspace().toolchain)
