"""Every attack as a whole task on real parts; each ends without its effect, or with what the task itself asked for."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from temporalio.client import Client

from aurora.domain.outcome import OutcomeKind
from tests.attacks.tasks.attack import Attack
from tests.attacks.tasks.ground import Ground, ground
from tests.attacks.tasks.table import ATTACKS, IN_EVERY_RUN

pytestmark = [pytest.mark.docker, pytest.mark.server, pytest.mark.timeout(400)]

PLAYED = [a for a in ATTACKS if os.environ.get("AURORA_ATTACKS") == "all" or a.name in IN_EVERY_RUN]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def played_on(server: Client, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Ground]:
    async with ground(tmp_path_factory.mktemp("attacks"), server) as place:
        yield place


@pytest.mark.parametrize("attack", PLAYED, ids=lambda attack: attack.name)
async def test_a_hijacked_model_gains_nothing(attack: Attack, played_on: Ground, tmp_path: Path) -> None:
    played = await played_on.play(attack, tmp_path / "parcels")
    assert played.view.outcome is not None
    if played.view.outcome.kind is OutcomeKind.FAILED:
        assert attack.refused and attack.refused in played.view.outcome.summary, played.view.outcome
    print(f"ended {played.view.outcome.kind.value}, asked {[text[:90] for text in played.asked]}")
    won = attack.harm(played)
    if attack.held:
        assert won == "", f"{attack.wins}: {won}\n{played.view.outcome}\nasked: {played.asked}"
    else:
        assert won, "this is held by now: say so in its entry"
