"""Every gate on its corpus: what it must find, what it must leave alone, and what the base commit had already.

A corpus is one file, `corpus/<gate>.py`, with three lists of `Case`: BAD, GOOD and OLD."""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

from aurora.domain.findings import Weight
from aurora.gates import GATES
from aurora.gates.gate import FileGate, Gate, ProjectGate
from tests.support.gate_cases import Case, found

FOLDER = "tests.unit.gates.corpus"


def cases(kind: str) -> list[object]:
    named = []
    for gate in GATES:
        if find_spec(f"{FOLDER}.{gate.name}") is not None:
            corpus = getattr(import_module(f"{FOLDER}.{gate.name}"), kind, [])
            named += [pytest.param(gate, case, id=f"{gate.name}: {case.id}") for case in corpus]
    return named


@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.name)
def test_every_gate_has_a_corpus_of_bad_good_and_old(gate: Gate) -> None:
    path = Path(__file__).parent / "corpus" / f"{gate.name}.py"
    assert path.exists(), f"write {path.name}: lists BAD, GOOD and OLD of Case"
    corpus = import_module(f"{FOLDER}.{gate.name}")
    assert corpus.BAD, f"{path.name}: BAD is empty: nothing shows that {gate.name} finds anything"
    assert corpus.GOOD, f"{path.name}: GOOD is empty: nothing shows that {gate.name} leaves honest work alone"
    if isinstance(gate, FileGate | ProjectGate) and gate.against_base:
        assert corpus.OLD, f"{path.name}: OLD is empty: nothing shows that old problems do not block"


def test_every_corpus_belongs_to_a_gate() -> None:
    files = {path.stem for path in (Path(__file__).parent / "corpus").glob("*.py")} - {"__init__"}
    assert files == {gate.name for gate in GATES}


@pytest.mark.parametrize(("gate", "case"), cases("BAD"))
async def test_a_bad_change_is_found(gate: Gate, case: Case, tmp_path: Path) -> None:
    findings = await found(gate, case, tmp_path)
    assert findings, f"{gate.name} finds nothing"
    assert {finding.check for finding in findings} == {gate.name}
    weight = Weight.ADVICE if gate.advice or case.id.endswith("as advice") else Weight.BLOCKS
    assert findings[0].weight is weight
    if case.line:
        assert findings[0].line == case.line
    if case.says:
        assert case.says in f"{findings[0].message} {findings[0].hint}"


@pytest.mark.parametrize(("gate", "case"), cases("GOOD"))
async def test_a_good_change_is_left_alone(gate: Gate, case: Case, tmp_path: Path) -> None:
    assert await found(gate, case, tmp_path) == []


@pytest.mark.parametrize(("gate", "case"), cases("OLD"))
async def test_what_the_base_had_does_not_block(gate: Gate, case: Case, tmp_path: Path) -> None:
    """And the same text in a new file is found, so that it is the base which excuses it."""
    assert case.before is not None, "an old problem stands in the text before"
    assert await found(gate, case, tmp_path) == []
    if isinstance(gate, FileGate | ProjectGate) and gate.against_base:
        anew = Case(**{**case.__dict__, "before": None, "before_mode": ""})
        assert await found(gate, anew, tmp_path), "the text is no problem at all: this case shows nothing"
