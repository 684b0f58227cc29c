"""A gate that raises, or does not end, has judged nothing: its finding names it, and the other gates are asked."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from aurora.bounded import Bounds
from aurora.domain.findings import Weight
from aurora.domain.runs import ExecEnd
from aurora.errors import Refusal, SandboxLost, ToolRefusal
from aurora.gates import GATES, gate_runner
from aurora.gates.context import LINK, ChangedFile, DraftContext, FileContext
from aurora.gates.gate import DraftGate, FileGate, Problem, When
from aurora.ports import Box, Execution
from aurora.toolchains.language import Language
from tests.support.folder_box import FolderBox
from tests.support.gate_cases import Case

KEY = b"-----BEGIN PRIVATE KEY-----\n"
F_STRING = "x = f'" + "{x}" * 200_000 + "'\n"


def files_gate(text_of_failure: str) -> FileGate:
    def check(context: FileContext) -> Iterator[Problem]:
        if text_of_failure in context.text:
            raise ValueError(f"no idea of {text_of_failure}")
        for number, line in enumerate(context.text.splitlines(), 1):
            if "*" in line:
                yield Problem("A star.", line=number)

    return FileGate(name="stars", why="Stars.", when=(When.EDIT,), check=check)


def drafts_gate(error: Exception | None) -> DraftGate:
    async def check(context: DraftContext) -> Sequence[Problem]:
        if error is None:
            await asyncio.sleep(60)
        else:
            raise error
        return []

    return DraftGate(name="lock", why="Locks.", when=(When.ROUND,), check=check)


def draft(files: Sequence[ChangedFile], folder: Path) -> DraftContext:
    facts = Case("any").facts
    return DraftContext(files, facts, cast(Box, FolderBox(folder, {})))


async def test_a_gate_that_raises_is_named_and_the_other_files_are_judged(tmp_path: Path) -> None:
    """protected_paths can't decide without the policies of the steps; a link is refused before it is asked."""
    files = [ChangedFile("app/a.py", content=KEY), ChangedFile("app/b.py", mode=LINK), ChangedFile("app/c.py")]
    whole = draft(files, tmp_path)
    found = await gate_runner.judged(replace(whole, facts=replace(whole.facts, code=None)), When.ROUND)
    assert [(one.check, one.path) for one in found] == [
        (gate_runner.UNREADABLE, "app/a.py"),
        ("file_kinds", "app/b.py"),
        (gate_runner.UNREADABLE, "app/c.py"),
    ]
    assert "The gate protected_paths can't judge this file: AssertionError" in found[0].message


def test_after_a_gate_that_raises_the_next_one_is_asked() -> None:
    """Neither works without a language."""
    facts = replace(Case("any").facts, language=cast(Language, None))
    found = gate_runner.in_files(("bill_of_materials", "stubs_left"), facts, (ChangedFile("app/a.py", content=KEY),))
    assert [one.message.split(" can't")[0] for one in found] == ["The gate bill_of_materials", "The gate stubs_left"]


def test_where_a_gate_fails_on_the_text_before_nothing_is_taken_for_old() -> None:
    gate, facts = files_gate("!"), Case("any").facts
    (known,) = gate_runner.in_file(gate, facts, ChangedFile.of_edit("a.txt", "*\n", "\n*\n"))
    assert (known.weight, known.line) == (Weight.KNOWN, 2)
    (found,) = gate_runner.in_file(gate, facts, ChangedFile.of_edit("a.txt", "*\n!\n", "\n*\n"))
    assert (found.check, found.line, found.weight) == ("stars", 2, Weight.BLOCKS)


def test_advice_is_told_as_advice_and_what_was_there_stays_known() -> None:
    gate, facts = replace(files_gate("!"), advice=True), Case("any").facts
    found = gate_runner.in_file(gate, facts, ChangedFile.of_edit("a.txt", "a *\n", "a *\nb *\n"))
    assert [(one.line, one.weight) for one in found] == [(2, Weight.ADVICE), (1, Weight.KNOWN)]


async def test_a_gate_that_does_not_end_is_named() -> None:
    file = ChangedFile.of_edit("src/shop/a.py", None, F_STRING)
    (found,) = await gate_runner.of_file(("secrets", "syntax"), Case("any").facts, file, bounds=Bounds(seconds=1))
    assert found.check == gate_runner.UNREADABLE and "It was the gate syntax" in found.message


@pytest.mark.parametrize(
    ("error", "said"),
    [
        pytest.param(KeyError("x"), "KeyError: 'x'", id="a defect of the gate"),
        pytest.param(ToolRefusal("too large"), "ToolRefusal: too large", id="the box refuses"),
        pytest.param(Refusal("no"), "Refusal: no", id="a refusal"),
        pytest.param(ValueError("\ud800"), "ValueError: \\ud800", id="words that no message can hold"),
        pytest.param(None, "it takes more than 0.05 s", id="it does not end"),
    ],
)
async def test_a_gate_of_the_draft_that_fails_is_a_finding_with_its_name(
    error: Exception | None, said: str, tmp_path: Path
) -> None:
    (found,) = await gate_runner.in_draft(drafts_gate(error), draft([], tmp_path), 0.05)
    assert found.check == gate_runner.UNREADABLE
    assert found.message == f"The gate lock can't judge the draft: {said}."
    assert found.model_dump_json()


async def test_trouble_of_the_world_is_no_finding(tmp_path: Path) -> None:
    with pytest.raises(SandboxLost):
        await gate_runner.in_draft(drafts_gate(SandboxLost("gone")), draft([], tmp_path))


class SilentBox:
    """A box whose programs run out of time."""

    async def execute(self, argv: Sequence[str]) -> Execution:
        return Execution(end=ExecEnd.OUT_OF_TIME, exit_code=137, stdout="", stderr="")


async def test_a_name_is_refused_when_git_does_not_say_whether_it_ignores_it() -> None:
    context = DraftContext((ChangedFile("app/a.py"),), Case("any").facts, cast(Box, SilentBox()))
    gate = next(gate for gate in GATES if gate.name == "ignored_files")
    assert isinstance(gate, DraftGate)
    (found,) = await gate_runner.in_draft(gate, context)
    assert (found.check, found.path) == ("ignored_files", "app/a.py") and "out_of_time" in found.message
