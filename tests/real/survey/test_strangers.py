"""Strangers' repositories through the real front door: detected, installed, and their tests run at the base.

A share each time; all of them with AURORA_STRANGERS=all: `make strangers`."""

import os

import pytest

from aurora.errors import Refusal
from tests.support.opened import opened
from tests.support.stranger_projects import STRANGERS
from tests.support.stranger_projects.stranger import Stranger

pytestmark = [pytest.mark.docker, pytest.mark.one_process, pytest.mark.timeout(600)]
EVERY = os.environ.get("AURORA_STRANGERS") == "all"


@pytest.mark.parametrize(
    "stranger", [one for one in STRANGERS if not one.says and (one.quick or EVERY)], ids=lambda one: one.name
)
async def test_its_tests_run_as_its_own_people_run_them(stranger: Stranger, sandbox, artifacts, tmp_path):
    async with opened(tmp_path, stranger.files, sandbox, artifacts) as (opening, workspace):
        assert workspace is not None, opening
        counts, chain = workspace.baseline.counts, workspace.toolchain
        found = (chain.root, chain.runner, counts.collected, counts.passed, workspace.baseline.red)
        assert found == (stranger.root, stranger.runner, stranger.passed, stranger.passed, ()), (
            chain.why, workspace.baseline.error, workspace.baseline.words,
        )  # fmt: skip
        assert opening.questions == ()


@pytest.mark.skipif(not EVERY, reason="slow: AURORA_STRANGERS=all")
@pytest.mark.parametrize("stranger", [one for one in STRANGERS if one.says], ids=lambda one: one.name)
async def test_what_can_not_run_here_is_said_before_a_model_is_paid(stranger: Stranger, sandbox, artifacts, tmp_path):
    try:
        async with opened(tmp_path, stranger.files, sandbox, artifacts) as (opening, _):
            said = "\n".join(question.text for question in opening.questions)
    except Refusal as refusal:
        said = str(refusal)
    assert stranger.says in said
