"""Faults and near misses that people seeded who had not written the gates: what blocks finds nine in ten of them."""

from functools import cache

import pytest

from tests.support.seeded_faults.asking import Answer, asked, rates
from tests.support.seeded_faults.known import KNOWN
from tests.support.seeded_faults.seeded import HERE, seeded

GATES = sorted(f"{path.parent.name}/{path.name}" for path in HERE.glob("*/*") if path.is_dir())
"""`LANGUAGE/GATE`."""
FLOOR = 0.9


@cache
def _asked(gate: str) -> list[Answer]:
    return []


async def answers(gate: str) -> list[Answer]:
    found = _asked(gate)
    if not found:
        language, _, name = gate.partition("/")
        found += [await asked(case) for case in seeded(language, name)]
    return found


@pytest.mark.parametrize("gate", GATES)
async def test_nine_of_ten_seeded_faults_block_and_what_blocks_is_a_fault(gate):
    recall, precision = rates(await answers(gate))
    assert recall >= FLOOR
    assert precision >= FLOOR


@pytest.mark.parametrize("gate", GATES)
async def test_every_case_is_answered_rightly_but_those_that_are_known(gate):
    wrong = {answer.case.id for answer in await answers(gate) if not answer.right}
    language, _, name = gate.partition("/")
    assert wrong == {case for case in KNOWN.get(language, {}) if case.startswith(f"{name}/")}


def test_every_case_says_where_its_fault_is_and_why():
    for language in sorted({gate.partition("/")[0] for gate in GATES}):
        cases = seeded(language)
        assert len({case.id for case in cases}) == len(cases)
        assert [case.id for case in cases if not case.why or not case.draft] == []
        assert [case.id for case in cases if bool(case.lines) != case.fault] == []
