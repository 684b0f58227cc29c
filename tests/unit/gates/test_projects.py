"""Gates that are asked about a whole project, over a box."""

from pathlib import Path
from typing import cast

from aurora.domain.findings import Weight
from aurora.gates import gate_runner
from aurora.gates.context import NOTHING, REGULAR, ChangedFile, DraftContext, DraftFacts
from aurora.gates.gate import When
from aurora.ports import Box
from tests.support.contract_bounds import BAD as CONTRACTS
from tests.support.folder_box import FolderBox
from tests.support.gate_cases import Case

ORDERS = b"from shop.app import charge\n\n\ndef total():\n    return charge()\n"
APP = b"from shop.orders import total\n\n\ndef charge():\n    return total()\n"


def context(
    folder: Path, before: str, more: dict[str, bytes] | None = None, path: str = "src/shop/app.py"
) -> DraftContext:
    """`src/shop/app.py` is changed; `more`: files that did not change."""
    tree = {"src/shop/__init__.py": b"", "src/shop/orders.py": ORDERS, **(more or {})}
    facts = Case("any").facts
    known = {name: facts.__dict__[name] for name in DraftFacts.__dataclass_fields__}
    known["paths"] = frozenset({*tree, path})
    file = ChangedFile(path, REGULAR, REGULAR, APP, before)
    return DraftContext([file], DraftFacts(**known), cast(Box, FolderBox(folder, {path: APP}, tree)))


async def circles(asked: DraftContext) -> list[tuple[str, Weight]]:
    found = await gate_runner.judged(asked, When.ROUND)
    return [(one.message.partition(":")[0], one.weight) for one in found if one.check == "circular_imports"]


async def test_a_cycle_through_a_file_that_did_not_change_is_found(tmp_path: Path) -> None:
    assert await circles(context(tmp_path, "def charge(): ...\n")) == [("A circular import", Weight.BLOCKS)]


async def test_a_cycle_of_the_base_is_known(tmp_path: Path) -> None:
    assert await circles(context(tmp_path, APP.decode() + "x = 1\n")) == [("A circular import", Weight.KNOWN)]


async def test_a_project_with_too_many_files_gets_a_note(tmp_path: Path) -> None:
    asked = context(tmp_path, "")
    many = frozenset(f"src/m{n}.py" for n in range(gate_runner.MOST_FILES + 1))
    fields = {name: asked.facts.__dict__[name] for name in DraftFacts.__dataclass_fields__}
    large = DraftContext(asked.files, DraftFacts(**{**fields, "paths": asked.facts.paths | many}), asked.box)
    assert await circles(large) == [("circular_imports was not asked about this change", Weight.ADVICE)]


async def test_a_project_with_too_many_bytes_gets_a_note(tmp_path: Path) -> None:
    text = b"# " + b"x" * 1_999_000 + b"\n"
    heavy = {f"src/big{n:02}.py": text for n in range(gate_runner.MOST_BYTES // len(text) + 1)}
    note = ("circular_imports was not asked about this change", Weight.ADVICE)
    assert await circles(context(tmp_path, "", heavy)) == [note]


async def test_the_text_of_the_contract_reaches_the_gates(tmp_path: Path) -> None:
    (case,) = [case for case in CONTRACTS if case.id == "a length"]
    tree = {**case.tree, "app/__init__.py": b""}
    known = {name: case.facts.__dict__[name] for name in DraftFacts.__dataclass_fields__}
    known["paths"] = frozenset({*tree, case.path})
    assert isinstance(case.text, str)
    content = case.text.encode()
    file = ChangedFile(case.path, NOTHING, REGULAR, content)
    box = cast(Box, FolderBox(tmp_path, {case.path: content}, tree))
    found = await gate_runner.judged(DraftContext([file], DraftFacts(**known), box), When.ROUND)
    reported = [one for one in found if one.check == "contract_bounds"]
    assert [(one.path, one.weight) for one in reported] == [(case.path, Weight.BLOCKS)]
    assert "maxLength: 64 of `reference`" in reported[0].message


async def test_a_change_of_no_source_file_asks_nothing_of_the_sources(tmp_path: Path) -> None:
    assert await circles(context(tmp_path, "", path="notes.txt")) == []
