"""A gate is one file, one corpus and one line."""

import ast
from pathlib import Path

import pytest

from aurora import gates
from aurora.gates import GATES
from aurora.gates.gate import Gate

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "aurora" / "gates"
MACHINERY = {"__init__", "gate", "context", "gate_runner", "by_language", "choice"}
FILES = sorted(path for path in FOLDER.glob("*.py") if path.stem not in MACHINERY)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_gates_file_is_called_as_the_gate_is_documented_and_listed(path: Path) -> None:
    module = getattr(gates, path.stem, None)
    assert module is not None, f"import {path.stem} in aurora/gates/__init__.py"
    gate = getattr(module, "GATE", None)
    assert isinstance(gate, Gate), f"{path.name} defines no GATE"
    assert gate.name == path.stem, f"{path.name} holds the gate {gate.name!r}"
    assert gate in GATES, f"add {path.stem}.GATE to GATES in aurora/gates/__init__.py"
    assert module.__doc__ and gate.why.endswith("."), f"{path.name}: a docstring, and `why` as one sentence"
    assert gate.when, f"{path.name}: say when it is asked"


def test_every_gate_has_a_file_and_a_name_of_its_own() -> None:
    assert sorted(gate.name for gate in GATES) == [path.stem for path in FILES]


def test_nothing_outside_of_the_gates_names_a_single_one() -> None:
    single = {f"aurora.gates.{path.stem}" for path in FILES}
    for path in (*(ROOT / "aurora").rglob("*.py"), *(ROOT / "activities").rglob("*.py"),
                 *(ROOT / "workflows").rglob("*.py"), ROOT / "worker.py"):  # fmt: skip
        if path.parent == FOLDER:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
            module = node.module if isinstance(node, ast.ImportFrom) else None
            named = {f"{module}.{name}" if module else name for name in names} | ({module} if module else set())
            assert not named & single, f"{path.relative_to(ROOT)} imports a single gate: {named & single}"


def test_gates_do_not_know_each_other() -> None:
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("aurora.gates"):
                assert node.module.removeprefix("aurora.gates.") in MACHINERY, f"{path.name} imports {node.module}"
