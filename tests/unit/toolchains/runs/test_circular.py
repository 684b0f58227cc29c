import pytest

from aurora.toolchains.runs.circular import hint

PYTHON = "ImportError: cannot import name 'x' from partially initialized module 'lib.a'"
NODE = (
    "ReferenceError: Cannot access 'App' before initialization",
    "TypeError: Class extends value undefined is not a constructor or null",
    "Nest cannot create the AuthModule instance.\nThe module at index [0] of its imports is undefined.",
    "Nest can't resolve dependencies of the A (?). Make sure that the argument dependency at index [0] is available",
)


def test_an_import_that_fails_in_a_circle_says_how_to_part_it() -> None:
    assert "inside the function" in hint(PYTHON) and "dependency injection" in hint(PYTHON)


@pytest.mark.parametrize("message", NODE)
def test_so_does_a_name_of_node_that_is_not_there_yet(message: str) -> None:
    assert "circular import" in hint(message) and "import type" in hint(message)


@pytest.mark.parametrize(
    "message",
    [
        "ImportError: cannot import name 'x' from 'lib.a'",
        "Nest can't resolve dependencies of the A (?). Please make sure that the argument B at index [0] is available",
        "TypeError: x is not a constructor",
    ],
)
def test_another_error_gets_no_such_hint(message: str) -> None:
    assert hint(message) == ""
