"""A tool call that does not fit its schema is answered, not a bug: an endpoint need not know strict tools."""

from typing import Any, cast

import pytest

from aurora.ports import Box
from aurora.tools.path_policy import PathPolicy
from aurora.tools.tool_executor import ToolExecutor
from tests.support.fakes import NoChecks


@pytest.mark.parametrize(
    ("tool", "given", "said"),
    [
        ("write_file", {"path": "a.py"}, "content"),
        ("write_file", {"path": "a.py", "content": None}, "content"),
        ("edit_file", {"path": ["a.py"], "old": "x", "new": "y"}, "path"),
        ("read_file", {"start_line": 1}, "path"),
        ("read_file", {"path": "a.py", "start_line": "first"}, "start_line"),
        ("search_code", {"glob": "**"}, "pattern"),
        ("run_pytest", {"selection": "tests/test_a.py"}, "selection"),
        ("run_linter", {"paths": [1]}, "paths"),
    ],
)
async def test_a_call_with_a_missing_or_wrong_argument_names_it(tool: str, given: dict[str, Any], said: str) -> None:
    executor = ToolExecutor(cast(Box, None), PathPolicy(), NoChecks())
    text, is_error = await executor.use(tool, given)
    assert is_error
    assert f"`{said}`" in text
