"""Whatever a model gives a tool, it gets an answer: no input ends an activity."""

import os
import random
import re
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.checks.project_tools import ProjectTools, policy_for
from activities.turns.call_words import subject_of
from aurora.domain.steps import Step
from aurora.errors import ToolRefusal
from aurora.ports import Found, Match
from aurora.tools import selection
from aurora.tools.schemas import CATALOGUE
from aurora.tools.tool_executor import ToolExecutor
from tests.support.memory_artifacts import MemoryArtifacts
from tests.support.memory_box import MemoryBox, MemorySandbox
from tests.support.workspaces import workspace

EXAMPLES = int(os.environ.get("AURORA_FUZZ", "25"))
DEEP = "[" * 3_000
TEXTS = (
    "", " ", "\0", "a\0b", "\ud800", "-x", "--pdb", "--co", "-p no:cacheprovider", "..", "../..", "/", "/etc/passwd", "//", ".", "./", "::",
    "::test_a", "tests::", "tests/test_a.py::", "tests/test_a.py::test_a[\0]", "a" * 100_000, "a/" * 5_000, "**/" * 40 + "x",
    "*a" * 60 + "b", "{" + ",".join("ab" * 200) + "}", "[!", "(", "(a|a)*$", "a{99999999999}", "\\", "C:\\x", "~", "~/x", "\u202e", "é", "e\u0301",
    "tests/test_a.py", "src/shop/a.py", "src/shop/new.py", ".git/config", "x" * 300, "a\nb", "\r", "tests > a", "tests/test_a.py > a > b",
    "import os\n", "x = " + "9" * 6_000 + "\n", "x = " + DEEP, "f'" + "{x}" * 2_000 + "'\n", "\ufeffimport os\n", "import requests\n",
)  # fmt: skip
ODD = (None, 0, -1, 10**30, 1.5, float("nan"), True, [], {}, [None], [1], {"a": 1}, [["a"]])

texts = st.sampled_from(TEXTS) | st.text(max_size=60)
values = texts | st.lists(texts, max_size=4) | st.sampled_from(ODD)
calls = st.fixed_dictionaries(
    {},
    optional={name: values for block in CATALOGUE.values() for name in block["input_schema"]["properties"]},
)


def fitting(name: str) -> st.SearchStrategy[dict[str, Any]]:
    """Inputs of the right types, most of which reach the tool's own code."""
    numbers, flags = st.integers() | st.just(10**5_000), st.booleans()
    edits = st.fixed_dictionaries({"new": texts}, optional={"old": texts, "all": flags, "after_line": numbers})
    kinds = {"string": texts, "array": st.lists(texts, max_size=4), "integer": numbers, "boolean": flags}
    shape = CATALOGUE[name]["input_schema"]
    chosen = {key: kinds[schema["type"]] for key, schema in shape["properties"].items()}
    if "edits" in chosen:
        chosen["edits"] = st.lists(edits, max_size=3)
    needed = {key: chosen.pop(key) for key in shape["required"]}
    return st.fixed_dictionaries(needed, optional=chosen)


class Box(MemoryBox):
    async def search(
        self, pattern: str, paths: Sequence[str], *, limit: int = 200, per_file: int = 0, installed: bool = False
    ) -> Found:
        """As the sandbox does, but for the patterns that only its clock ends."""
        try:
            re.compile(pattern)
        except (re.error, RecursionError, OverflowError) as error:
            raise ToolRefusal(str(error)) from error
        return Found(
            matches=tuple(Match(path=path, line=1, text="x") for path in paths), counts=dict.fromkeys(paths, 1)
        )


def executor(language: str = "python") -> ToolExecutor:
    chosen = workspace() if language == "python" else workspace(language="node", runner="vitest")
    sandbox = MemorySandbox(src__shop__a="import os\n", tests__test_a="def test_a():\n    assert os\n")
    tools = ProjectTools(MemoryArtifacts().of(chosen.task.ref), chosen, Step.WRITE_CODE)
    return ToolExecutor(Box(sandbox, None), policy_for(chosen, None, None, Step.DEFINE_INTERFACES), tools)  # type: ignore[arg-type]  # no draft is looked at


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.sampled_from([*CATALOGUE, "no_such_tool", ""]).flatmap(
        lambda name: st.tuples(st.just(name), (fitting(name) | calls) if name in CATALOGUE else calls)
    ),
    st.sampled_from(["python", "node"]),
)
async def test_every_tool_answers_every_input(call: tuple[str, dict[str, Any]], language: str) -> None:
    name, given_to_it = call
    text, _ = await executor(language).use(name, given_to_it)
    assert isinstance(text, str)
    assert subject_of({"name": name, "input": given_to_it}) is not None


@pytest.mark.parametrize(
    "odd", ["", "..", "/", "\0", "::", "::test_a", "a\ud800", "/etc/passwd", "../x.py", "a" * 100_000]
)
async def test_a_selection_that_names_nothing_of_the_draft_is_refused(odd: str) -> None:
    for tool, argument in (("run_pytest", "selection"), ("run_linter", "paths")):
        text, is_error = await executor().use(tool, {argument: [odd]})
        assert is_error, text
        assert "not a" in text or "lone surrogate" in text


@pytest.mark.parametrize(
    ("given_", "chosen"),
    [
        ([], []),
        (["."], []),
        (["./"], []),
        (["tests/"], ["tests"]),
        (["./tests/test_a.py::test_a"], ["tests/test_a.py::test_a"]),
        (["tests/test_a.py::Test::test_a[../x-é\n]"], ["tests/test_a.py::Test::test_a[../x-é\n]"]),
        (["src/a.test.ts > suite > reads :: it"], ["src/a.test.ts > suite > reads :: it"]),
        (["-x"], ["-x"]),
        (["tests/conftest.py", "tests/test_b.py"], ["tests/conftest.py", "tests/test_b.py"]),
    ],
)
def test_a_selection_of_the_draft_is_taken(given_: list[str], chosen: list[str]) -> None:
    assert selection.tests(given_) == chosen


def test_more_than_a_command_line_holds_is_refused() -> None:
    with pytest.raises(ToolRefusal, match="too many at once"):
        selection.tests([f"tests/test_{random.Random(n).random()}.py" for n in range(600)])
