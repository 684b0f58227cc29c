"""A share of the odd calls through the real sandbox: each is answered, and the turn is done."""

from typing import Any

import pytest

from activities.messages import ToolsInput
from activities.turns.conversation import append, load
from activities.use_tools import ToolUser
from aurora.domain.steps import Step
from aurora.domain.task import Draft
from aurora.drivers.sandbox.docker_sandbox import DockerSandbox
from tests.real.activities.test_use_tools import artifacts, draft, sandbox  # noqa: F401  fixtures
from tests.support.memory_artifacts import MemoryArtifacts

pytestmark = pytest.mark.docker

ODD: tuple[tuple[str, dict[str, Any]], ...] = (
    ("run_pytest", {"selection": [""]}),
    ("run_pytest", {"selection": ["-x", "--pdb"]}),
    ("run_pytest", {"selection": [".."]}),
    ("run_pytest", {"selection": ["::"]}),
    ("run_pytest", {"selection": ["tests/test_app.py::\0"]}),
    ("run_pytest", {"selection": ["tests/test_app.py::test_value[" + "x" * 50_000 + "]"]}),
    ("run_pytest", {"selection": ["tests/", "./tests/test_app.py::test_value"]}),
    ("run_linter", {"paths": ["/etc/passwd", "--fix", "\0"]}),
    ("run_linter", {"paths": ["-x.py", "tests/test_app.py"]}),
    ("search_code", {"pattern": "(a|a)*$" * 200 + "(", "glob": "**"}),
    ("search_code", {"pattern": "(.|.)*\\Z(?<=x)", "glob": "**/" * 60 + "*.py"}),
    ("search_code", {"pattern": "(?:" * 3_000, "glob": ""}),
    ("read_file", {"path": "\ud800", "start_line": 10**30}),
    ("read_file", {"path": "app.py", "start_line": 10**30}),
    ("list_files", {"glob": "**/" * 200}),
    ("write_file", {"path": "x" * 300, "content": "\ud800"}),
    ("write_file", {"path": "src/new.py", "content": "x = " + "(" * 3_000}),
    ("edit_file", {"path": "app.py", "old": "VALUE = 2", "new": "\ud800"}),
)


async def test_each_odd_call_is_answered_and_the_turn_goes_on(
    artifacts: MemoryArtifacts,  # noqa: F811
    sandbox: DockerSandbox,  # noqa: F811
    draft: Draft,  # noqa: F811
) -> None:
    mine = artifacts.of(draft.task)
    uses = [{"type": "tool_use", "id": f"t{n}", "name": name, "input": given} for n, (name, given) in enumerate(ODD)]
    # as a reply's driver keeps it: half a surrogate pair can't be stored
    uses = [_storable(use) for use in uses]
    asked = await append(mine, None, {"role": "assistant", "content": uses})
    order = ToolsInput(draft=draft, step=Step.DEFINE_INTERFACES, turn=1, conversation=asked)
    used = await ToolUser(artifacts, sandbox).use_tools(order)
    results = (await load(mine, used.conversation))[-1]["content"]
    said = [block["content"][0]["text"] for block in results]
    assert len(said) == len(ODD)
    assert "names no file" in said[0]
    assert "1 passed" in said[6], said[6]
    assert "read_file" not in said[13] and "VALUE" not in said[13]


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, list):
        return [_storable(one) for one in value]
    return {key: _storable(one) for key, one in value.items()} if isinstance(value, dict) else value
