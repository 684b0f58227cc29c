"""Texts that held a worker's interpreter for seconds to for ever, each by the reader that reads it in a task."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from temporalio.testing import ActivityEnvironment

from activities.messages import ToolsInput
from activities.open_workspace import OpenWorkspaceActivity
from activities.turns.conversation import append, load
from activities.use_tools import UseToolsActivity
from aurora import bounded, ports
from aurora.bounded import Bounds
from aurora.domain.runs import ExecEnd
from aurora.domain.sealed_events import SealedEvents
from aurora.domain.steps import Step
from aurora.domain.task import Draft, Task, Uploaded
from aurora.errors import OutOfBounds, Refusal
from aurora.gates import GATES, gate_runner
from aurora.gates.context import ChangedFile
from aurora.gates.gate import FileGate, When
from aurora.settings import repository_file
from aurora.settings.policy import Policy
from aurora.settings.repository import Commands
from aurora.stored_values import keep
from aurora.survey import reading
from aurora.toolchains import registry
from aurora.toolchains.runs import judging
from aurora.tools import edit, listing, result_text
from aurora.tools.path_policy import PathPolicy
from tests.support import readers
from tests.support.gate_cases import facts
from tests.support.memory_artifacts import MemoryArtifacts
from tests.support.memory_box import MemorySandbox
from tests.support.projects import DictProbe
from tests.support.workspaces import DIGEST, SHA, workspace

SOON = Bounds(seconds=0.3)
HEAD = {"openapi": "3.0.3", "info": {"title": "t", "version": "1"}}


def document(**schemas: Any) -> str:
    return json.dumps({**HEAD, "paths": {}, "components": {"schemas": schemas}})


def read(text: str) -> reading.ReadContract:
    return reading.facts(text, "openapi.json")


CATASTROPHIC = document(A={"type": "string", "pattern": "^(a|a)*$", "default": "a" * 60 + "b"})
DOUBLING = document(
    A0={"type": "object"},
    **{f"A{n}": {"allOf": [{"$ref": f"#/components/schemas/A{n - 1}"}] * 2, "default": {}} for n in range(1, 40)},
)
F_STRING = "x = f'" + "{x}" * 200_000 + "'\n"
COMMENTS = "{" + "/* a" * 30_000
MANY_KEYS = "".join(f"AKIA{n:016d} " for n in range(80_000))
AT_AN_EDIT = tuple(gate.name for gate in GATES if isinstance(gate, FileGate) and When.EDIT in gate.when)
PYTHON = facts(workspace())
NODE = facts(workspace(language="node", runner="vitest"), {"tsconfig.json": COMMENTS})
BLANK_OUTPUT = ports.TestExecution(end=ExecEnd.EXITED, exit_code=1, stdout="\n" * 400_000 + "x", stderr="")


def read_run(execution: ports.TestExecution) -> int:
    return registry.tools(workspace(language="node", runner="vitest")).read_tests(execution).exit_code


@pytest.mark.parametrize(
    ("reader", "args"),
    [
        pytest.param(reading.faults_of, (read(CATASTROPHIC), "openapi.json"), id="a pattern of a contract"),
        pytest.param(reading.faults_of, (read(DOUBLING), "openapi.json"), id="schemas that refer to each other"),
        pytest.param(
            gate_runner.in_files,
            (AT_AN_EDIT, PYTHON, (ChangedFile.of_edit("a.py", None, F_STRING),)),
            id="an f-string of an edit",
        ),
        pytest.param(
            gate_runner.in_files,
            (AT_AN_EDIT, NODE, (ChangedFile.of_edit("a.ts", None, "import 'a'\n"),)),
            id="the comments of a tsconfig",
        ),
        pytest.param(
            listing.matching,
            (PathPolicy(include=["**/" + "*a*b*c*d" * 30 + "/**/*a*b"] * 100), ("/".join(["abcd" * 50] * 5),) * 5_000, "**"),
            id="globs over many paths",
        ),
        pytest.param(result_text.redacted, (MANY_KEYS,), id="credentials in a result"),
        pytest.param(read_run, (BLANK_OUTPUT,), id="blank lines that tests print"),
        pytest.param(
            edit.apply,
            ("\n".join("ab" * 100 for _ in range(5_000)), "ba" * 100 + "c", "x"),
            id="the nearest lines of a large file",
        ),
    ],
)  # fmt: skip
async def test_what_took_for_ever_ends_with_its_place(reader: Callable[..., Any], args: tuple[Any, ...]) -> None:
    with pytest.raises(OutOfBounds, match="the place can't be read: it takes more than"):
        await bounded.call(reader, *args, about="the place", bounds=SOON)


async def test_an_edit_that_can_not_be_read_in_time_is_refused_as_a_finding_of_its_file() -> None:
    file = ChangedFile.of_edit("src/shop/a.py", None, F_STRING)
    (found,) = await gate_runner.of_file(AT_AN_EDIT, PYTHON, file, bounds=SOON)
    assert (found.check, found.path) == ("unreadable", "src/shop/a.py")
    assert "more than" in found.message and "the gate syntax" in found.message
    assert found.hint


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("x = 1\n", id="a line"),
        pytest.param("x = f'" + "{x}" * 100 + "'\n", id="an f-string"),
        pytest.param("\n".join(f"A{n} = {n}" for n in range(3_000)), id="a table of constants"),
        pytest.param("x = " + "[" * 80 + "]" * 80 + "\n", id="nested lists"),
    ],
)
async def test_an_honest_edit_is_kept(text: str) -> None:
    assert await gate_runner.of_file(AT_AN_EDIT, PYTHON, ChangedFile.of_edit("src/shop/a.py", None, text)) == ()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param("pyproject.toml", "[project]\nname='a'\ndependencies = " + "[" * 3_000 + "]" * 3_000, id="a deep pyproject"),
        pytest.param("pyproject.toml", "[project]\nname='a'\nx = " + "9" * 6_000, id="a number of 6,000 digits"),
        pytest.param("pyproject.toml", "[project]\nname='a'\n[dependency-groups]\ndev = 1", id="a group that is a number"),
        pytest.param("requirements.txt", "a; " + "(" * 3_000, id="a deep marker"),
        pytest.param("uv.lock", "package = 1", id="a lock of another type"),
        pytest.param("poetry.lock", "[[package]]\nname = 'a'\nversion = '1'\ndependencies = [1]", id="a dependency that is a number"),
        pytest.param("Pipfile.lock", '{"default": {"a": {"version": ' + "1" * 6_000 + "}}}", id="a version of 6,000 digits"),
        pytest.param("setup.py", "x = " + "(" * 3_000, id="a deep setup.py"),
        pytest.param("setup.py", "a\0b", id="a NUL in setup.py"),
    ],
)  # fmt: skip
async def test_a_manifest_that_can_not_be_read_is_noted_and_the_rest_is_detected(name: str, text: str) -> None:
    files = {"pyproject.toml": "[project]\nname='a'\n", "a.py": "x = 1\n", name: text}
    chain = await reading.toolchain(DictProbe(files), Commands())
    assert chain.language == "python"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("agents: {backend: {budget: {turns: " + "9" * 6_000 + "}}}", id="a number of 6,000 digits"),
        pytest.param("agents: " + "[" * 3_000, id="endless nesting"),
        pytest.param("a: &a [*a]\nagents: {backend: *a}", id="an anchor in itself"),
    ],
)
async def test_settings_that_can_not_be_read_are_refused_with_their_file(text: str) -> None:
    with pytest.raises(Refusal, match=repository_file.FILE_NAME):
        await reading.settings(text, repository_file.FILE_NAME)


async def test_a_probe_that_fails_is_the_caller_s_trouble_not_the_text_s() -> None:
    class Broken(DictProbe):
        async def text(self, path: str) -> str | None:
            raise ConnectionError("the box is gone")

    with pytest.raises(ConnectionError):
        await reading.toolchain(Broken({"pyproject.toml": ""}), Commands())


async def test_while_a_contract_hangs_another_task_s_turn_is_done_and_the_cancel_is_heard() -> None:
    """Two activities of one worker: its loop beats, its other tasks go on, and the hanging one ends when told to."""
    artifacts = MemoryArtifacts()
    hostile = MemorySandbox()
    hostile.tree = {"openapi.json": CATASTROPHIC.encode(), "pyproject.toml": b"[project]\nname = 'a'\n", "a.py": b""}
    task = Task(id="t", text="x", source=Uploaded(label="r", base=SHA, pack=DIGEST), submitted_at=1)
    around = ActivityEnvironment()
    opener = OpenWorkspaceActivity(artifacts, hostile, None, Policy())  # type: ignore[arg-type]  # no repository is asked
    hanging = asyncio.create_task(around.run(opener.open_workspace, task))
    while not any(await bounded.call(readers.siblings, about="the children")):
        await asyncio.sleep(0.05)

    honest = MemorySandbox(src__shop__a="import os\n")
    mine = artifacts.of(task.ref)
    kept = await keep(mine, workspace())
    draft = Draft(task=task.ref, workspace=kept, base=SHA, base_pack=DIGEST, commit=SHA)
    call = {
        "type": "tool_use",
        "id": "t1",
        "name": "write_file",
        "input": {"path": "src/shop/b.py", "content": "B = 1\n"},
    }
    asked = await append(mine, None, {"role": "assistant", "content": [call]})
    order = ToolsInput(draft=draft, step=Step.WRITE_CODE, turn=1, conversation=asked)
    used = await ActivityEnvironment().run(UseToolsActivity(artifacts, honest).use_tools, order)  # type: ignore[arg-type]
    reported = (await load(mine, used.conversation))[-1]["content"][0]
    assert "created src/shop/b.py" in reported["content"][0]["text"]
    assert not hanging.done()

    around.cancel()
    with pytest.raises(asyncio.CancelledError):
        await hanging
    while any(await bounded.call(readers.siblings, about="the children")):
        await asyncio.sleep(0.05)


async def test_what_tests_tell_over_their_pipe_is_read_in_a_child_however_much_it_is() -> None:
    beats = 0

    async def beat() -> None:
        nonlocal beats
        while True:
            await asyncio.sleep(0.02)
            beats += 1

    chain = registry.tools(workspace(language="node", runner="vitest"))
    wide = b'{"t": "x", "v": [' + b"[]," * 4_000_000 + b"1]}\n"
    execution = ports.TestExecution(
        end=ExecEnd.EXITED, exit_code=0, stdout="", stderr="", sealed_events=SealedEvents(raw=wide, whole=True)
    )
    beating = asyncio.create_task(beat())
    run = await judging.run_of(chain, execution)
    beating.cancel()
    assert not run.valid
    assert beats > 10, "the loop stood still"


async def test_events_that_nobody_read_yet_are_read_as_the_others() -> None:
    reported = [{"t": "session"}, {"t": "garbled", "bytes": 3}]
    unread = ports.TestExecution(
        end=ExecEnd.EXITED,
        exit_code=0,
        stdout="",
        stderr="",
        sealed_events=SealedEvents(raw=b'{"t": "session"}\n{{{\n', whole=True),
    )
    assert list(unread.read_events()) == reported
    assert unread.events == ()
