"""A turn's second half on a real sandbox."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from activities.messages import ToolsInput
from activities.turns.conversation import append, load
from activities.use_tools import UseToolsActivity
from aurora.domain.steps import Step
from aurora.domain.task import Draft, TaskRef
from aurora.drivers.sandbox.docker_sandbox import DockerSandbox
from aurora.stored_values import keep
from tests.support.boxes import DEPENDENCIES, FILES, PROJECT, new_draft, workspace_of
from tests.support.memory_artifacts import MemoryArtifacts

pytestmark = pytest.mark.docker

SMALL_BUNDLE = 2_000
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


@pytest.fixture
async def sandbox(artifacts: MemoryArtifacts) -> AsyncIterator[DockerSandbox]:
    made = DockerSandbox(artifacts, max_bundle=SMALL_BUNDLE)
    yield made
    await made.close()


@pytest.fixture
def artifacts() -> MemoryArtifacts:
    return MemoryArtifacts()


@pytest.fixture
async def draft(artifacts: MemoryArtifacts, sandbox: DockerSandbox, tmp_path: Path) -> AsyncIterator[Draft]:
    image = await sandbox.build(TaskRef(id="images"), DEPENDENCIES, PROJECT)
    made = await new_draft(artifacts, tmp_path / "shop", FILES)
    workspace = await keep(artifacts.of(made.task), workspace_of(made, image))
    yield made.model_copy(update={"workspace": workspace})
    await sandbox.release(made.task)


def use(number: int, name: str, **given: Any) -> dict[str, Any]:
    return {"type": "tool_use", "id": f"t{number}", "name": name, "input": given}


async def test_a_turn_whose_draft_is_too_large_to_keep_is_told_so_and_the_draft_stays(
    artifacts: MemoryArtifacts, sandbox: DockerSandbox, draft: Draft
) -> None:
    mine = artifacts.of(draft.task)
    noise = "".join(f"VALUE_{n} = {pow(7, n, 2**61 - 1)}\n" for n in range(1_000))
    uses = [use(1, "write_file", path="src/noise.py", content=noise), use(2, "finish", summary="done")]
    asked = await append(mine, None, {"role": "assistant", "content": uses})
    order = ToolsInput(draft=draft, step=Step.WRITE_CODE, turn=1, conversation=asked)

    used = await UseToolsActivity(artifacts, sandbox).use_tools(order)

    assert used.draft == draft
    assert not used.finished
    reported = (await load(mine, used.conversation))[-1]["content"][0]
    assert reported["is_error"]
    assert f"over the bound of {SMALL_BUNDLE}" in reported["content"][0]["text"]

    small = [use(3, "write_file", path="src/small.py", content="VALUE = 1\n")]
    again = await append(mine, used.conversation, {"role": "assistant", "content": small})
    next_order = ToolsInput(draft=used.draft, step=Step.WRITE_CODE, turn=2, conversation=again)
    kept = await UseToolsActivity(artifacts, sandbox).use_tools(next_order)
    assert kept.draft.commit != draft.commit
    async with sandbox.open(
        kept.draft, workspace_of(draft, await sandbox.build(draft.task, DEPENDENCIES, PROJECT))
    ) as box:
        paths = {entry.path for entry in await box.files()}
    assert paths == {*FILES, "src/small.py"}


async def test_each_odd_call_is_answered_and_the_turn_goes_on(
    artifacts: MemoryArtifacts,
    sandbox: DockerSandbox,
    draft: Draft,
) -> None:
    mine = artifacts.of(draft.task)
    uses = [{"type": "tool_use", "id": f"t{n}", "name": name, "input": given} for n, (name, given) in enumerate(ODD)]
    # as a reply's driver keeps it: half a surrogate pair can't be stored
    uses = [_storable(use) for use in uses]
    asked = await append(mine, None, {"role": "assistant", "content": uses})
    order = ToolsInput(draft=draft, step=Step.DEFINE_INTERFACES, turn=1, conversation=asked)
    used = await UseToolsActivity(artifacts, sandbox).use_tools(order)
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
