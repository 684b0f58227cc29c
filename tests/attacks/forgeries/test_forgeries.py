"""Every forgery before the real judge: seen by the witness that is named, or said to be seen by nobody."""

import os

import pytest

from tests.attacks.forgeries.forgery import Forgery, Witness
from tests.attacks.forgeries.grounds import GROUNDS
from tests.attacks.forgeries.table import FORGERIES

pytestmark = [pytest.mark.docker, pytest.mark.one_process]
SHARE = 5
"""Each n-th is played in the default suite; which ones is fixed, so that a red one is red again."""
ALL = os.environ.get("AURORA_FORGERIES") == "all"
PLAYED_ON = [name for name, ground in GROUNDS.items() if ALL or ground.played == "always"]
PLAYED = [one for one in FORGERIES if one.toolchain in PLAYED_ON][:: 1 if ALL else SHARE]


@pytest.mark.parametrize("forgery", PLAYED, ids=lambda forgery: f"{forgery.toolchain}: {forgery.name}")
async def test_a_forgery_is_seen_or_said_not_to_be(forgery: Forgery, judges):
    judge = await judges.of(forgery.toolchain)
    witness, said = await judge.witness(forgery.places)
    assert witness is forgery.seen_by, said


@pytest.mark.parametrize("toolchain", PLAYED_ON)
async def test_honest_code_passes_with_sentinels_and_twins(judges, toolchain):
    judge = await judges.of(toolchain)
    run, report = await judge.judged(judge.ground.files({"victim": judge.ground.honest}))
    assert report.passed, report
    without = toolchain in ("jest", "mocha")
    assert run.notes == ((f"no sentinel tests: none are made for {toolchain}",) if without else ())
    assert "1 frozen test shown to be able to fail" in report.summary


@pytest.mark.parametrize("toolchain", PLAYED_ON)
async def test_code_that_is_not_there_yet_is_red_and_nothing_else(judges, toolchain):
    judge = await judges.of(toolchain)
    assert (await judge.witness(judge.ground.files({})))[0] is Witness.RESULT
