"""Every forgery before the real judge: seen by the witness that is named, or said to be seen by nobody."""

import os

import pytest

from tests.forgeries.cases import RED as RED_CASE
from tests.forgeries.forgery import RED, VICTIM, Forgery, Witness
from tests.forgeries.table import FORGERIES

pytestmark = pytest.mark.docker
SHARE = 3
"""Each n-th is played in the default suite; which ones is fixed, so that a red one is red again."""
PLAYED = FORGERIES if os.environ.get("AURORA_FORGERIES") == "all" else FORGERIES[::SHARE]


@pytest.mark.parametrize("forgery", PLAYED, ids=lambda forgery: f"{forgery.toolchain}: {forgery.name}")
async def test_a_forgery_is_seen_or_said_not_to_be(forgery: Forgery, judge):
    witness, said = await judge.witness(forgery.places, forgery.toolchain)
    assert witness is forgery.seen_by, said


@pytest.mark.parametrize(("toolchain", "red"), [("pytest", RED), ("unittest", RED_CASE)])
async def test_honest_code_passes_with_sentinels_and_twins(judge, toolchain, red):
    honest = {"victim.py": "def value():\n    return 1\n", "tests/test_red.py": red}
    run, report = await judge.judged(honest, toolchain)
    assert report.passed, report
    assert run.notes == () and "twins: 1 frozen test red where made to fail" in report.summary


async def test_code_that_is_not_there_yet_is_red_and_nothing_else(judge):
    assert (await judge.witness({"victim.py": VICTIM, "tests/test_red.py": RED}))[0] is Witness.RESULT
