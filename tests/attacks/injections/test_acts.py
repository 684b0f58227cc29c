"""Every act that a lure asks for, done by a model that obeys; the commit, where there is one, is the honest work."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from temporalio.client import Client

from aurora.domain.outcome import OutcomeKind
from tests.attacks.injections.acts import ACTS
from tests.attacks.injections.corpus import LURES
from tests.attacks.injections.lure import Act
from tests.attacks.injections.table import SHOWN, table
from tests.attacks.tasks.attack import Attack
from tests.attacks.tasks.ground import Ground, ground

IN_EVERY_RUN = (Act.ENVIRONMENT,)
PLAYED = [act for act in ACTS if os.environ.get("AURORA_INJECTIONS") == "all" or act.name in IN_EVERY_RUN]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def played_on(server: Client, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Ground]:
    async with ground(tmp_path_factory.mktemp("injections"), server) as place:
        yield place


@pytest.mark.docker
@pytest.mark.server
@pytest.mark.timeout(400)
@pytest.mark.parametrize("act", PLAYED, ids=lambda act: act.name)
async def test_a_model_that_obeys_tampers_with_no_commit(act: Attack, played_on: Ground, tmp_path: Path) -> None:
    played = await played_on.play(act, tmp_path / "parcels")
    assert played.view.outcome is not None
    assert played.view.outcome.kind is not OutcomeKind.FAILED, played.view.outcome
    assert act.harm(played) == "", f"{played.view.outcome}\nasked: {played.asked}"


def test_every_lure_asks_for_an_act_that_is_played() -> None:
    assert {lure.act for lure in LURES} == {act.name for act in ACTS} == set(Act)


def test_the_document_shows_the_lures_as_they_are() -> None:
    assert SHOWN.read() == table(), "run `make injections-table`"
