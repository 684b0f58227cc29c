"""What a person who waits reads of a run of tests."""

import pytest

from activities.checks.project_tools import which


@pytest.mark.parametrize(
    ("selection", "made_to_fail", "said"),
    [
        ([], False, "runs the whole suite"),
        (["tests/test_a.py::test_one", "tests/test_a.py::test_two"], False, "runs the tests of 1 file"),
        (["tests/test_a.py", "tests/test_b.py"], True, "runs the tests of 2 files, made to fail"),
    ],
)
def test_a_run_says_of_what_it_is_and_whether_its_tests_are_made_to_fail(
    selection: list[str], made_to_fail: bool, said: str
) -> None:
    assert which(selection, made_to_fail) == said
