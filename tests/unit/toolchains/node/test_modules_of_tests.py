"""The files of a folder of tests that the runner takes tests from, and those that the tests share."""

import pytest

from aurora.toolchains.node.tools import NodeTools
from tests.support.workspaces import workspace


@pytest.mark.parametrize(
    ("runner", "path", "taken"),
    [
        ("vitest", "tests/users.test.ts", True),
        ("vitest", "tests/client.ts", False),
        ("vitest", "tests/__tests__/client.ts", False),
        ("jest", "tests/client.ts", False),
        ("jest", "tests/__tests__/users.ts", True),
        ("mocha", "tests/users.js", True),
        ("mocha", "tests/support/users.js", False),
        ("node:test", "tests/users.js", True),
    ],
)
def test_a_runner_that_goes_by_names_takes_no_other_file(runner: str, path: str, taken: bool) -> None:
    tools = NodeTools(workspace(language="node", runner=runner, root="", lint=(), test_roots=("tests",)))
    assert tools.is_test_module(path) is taken


def test_what_the_configuration_collects_is_taken_whatever_its_name() -> None:
    toolchain = {"test_roots": ("tests",), "test_files": ("tests/cases/*.ts",)}
    tools = NodeTools(workspace(language="node", runner="vitest", root="", lint=(), **toolchain))
    assert tools.is_test_module("tests/cases/users.ts") and not tools.is_test_module("tests/client.ts")
