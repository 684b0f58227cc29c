"""The import check and what the box reads, in the real sandbox."""

import pytest

from aurora.toolchains import registry
from aurora.tools.path_policy import PathPolicy
from aurora.tools.reading import SEARCHED
from aurora.tools.tool_executor import ToolExecutor
from tests.support.fakes import NoChecks

pytestmark = pytest.mark.docker


async def test_changed_modules_are_imported_as_the_test_user_and_compared_with_the_base(box, workspace):
    tools = registry.tools(workspace)
    await box.write("src/shop.py", b"NAME = 'shop'\nSIZE = 1\n")
    said = await tools.imports(box, ["src/shop.py", "app.py"])
    assert (said.passed, said.summary) == (True, "2 modules can be imported")
    await box.write("src/prices.py", b"import shop\n\nTOTAL = shop.SIZE + nothing\n")
    said = await tools.imports(box, ["src/prices.py", "src/shop.py"])
    assert [(finding.path, finding.line) for finding in said.findings] == [("src/prices.py", 3)]


async def test_a_module_named_like_the_judges_program_is_a_finding(box, workspace):
    await box.write("aurora_imports.py", b"")
    said = await registry.tools(workspace).imports(box, ["app.py"])
    assert not said.passed and "aurora_imports.py has the name of the judge's own program" in said.findings[0].message


async def test_a_search_counts_what_it_leaves_out_and_lines_as_linters_do(box):
    await box.write("many.txt", b"a\x0cb\n" * (SEARCHED + 5))
    executor = ToolExecutor(box, PathPolicy(), NoChecks())
    text, _ = await executor.use("search_code", {"pattern": "^a", "glob": "many.txt"})
    assert "many.txt:2: a" in text and f"{SEARCHED + 5} matches in 1 file; not shown: many.txt (" in text
    for odd in ("(", "(?P<", "\\", "x" * 200_000, "a{99999999999}", "\0"):
        text, _ = await executor.use("search_code", {"pattern": odd, "glob": "*.py"})
        assert text
    for odd in ("", "/", "../x", "a\0b", "~", "x" * 5_000, ".git/config", "src"):
        text, is_error = await executor.use("read_file", {"path": odd, "start_line": 10**18, "end_line": -3})
        assert is_error and text
