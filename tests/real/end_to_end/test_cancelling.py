"""Cancelled in the middle of a paid call, on real parts: the call ends, the container goes, the work can be fetched."""

import asyncio
from pathlib import Path

import pytest
from temporalio.client import Client

from aurora.domain.outcome import OutcomeKind
from aurora.domain.view import Control
from aurora.messages_double import scenario
from aurora.messages_double.serving import serving
from aurora.settings.yaml_document import parse
from tests.support.git_fixtures import git
from tests.support.house import EXAMPLES, KEY, containers, house, shop

pytestmark = [pytest.mark.docker, pytest.mark.server, pytest.mark.timeout(600)]


def hanging_at(step: str) -> scenario.Scenario:
    """The demo's scenario, but the first reply of this step begins and does not end."""
    path = EXAMPLES / "demo.scenario.yaml"
    value = parse(path.read_text(), str(path)).value
    reply = next(r for r in value["replies"] if r["when"].get("step") == step)
    reply["fault"] = {"hang": True, "times": 9}
    return scenario.parse(value, f"demo, hanging at {step}")


async def test_a_cancel_in_mid_call_ends_the_call_and_the_container_and_leaves_a_ref_to_fetch(
    server: Client, tmp_path: Path
) -> None:
    repository = shop(tmp_path / "shop")
    async with serving(hanging_at("write_code"), key=KEY) as double:
        home = house(tmp_path / "home", server, double.url)
        try:
            home.start_worker()
            task = await home.submit(repository, "Create a POST /users endpoint", "cancel-1")
            await home.desk.answer(task.id, await home.question(task.id), "409 Conflict, compared case-insensitively")
            while not (live := await home.desk.view(task.id)).reserved_microdollars or live.step != "write_code":
                await asyncio.sleep(0.1)
            assert containers(task.id)
            await home.desk.control(task.id, Control(verb="cancel", by="ada"))
            while not any(e["outcome"] == "disconnected" for e in double.ledger.entries):
                await asyncio.sleep(0.02)
            while containers(task.id):
                await asyncio.sleep(0.05)
            view = await home.end(task.id)
            again = await home.desk.control(task.id, Control(verb="cancel", by="ada"))
        finally:
            home.stop()
    outcome = view.outcome
    assert again == "ended"
    assert outcome is not None and outcome.kind is OutcomeKind.CANCELLED, outcome
    # interfaces and frozen tests are kept under a ref of their own; no branch was made
    assert outcome.kept == f"refs/aurora/{task.id}"
    assert "tests/test_users.py" in git(repository, "diff", "--name-only", "HEAD", outcome.kept)
    assert git(repository, "branch", "--list", "aurora/*") == ""
    # what nobody knows the cost of is counted at its upper bound
    assert view.usage.microdollars <= double.ledger.microdollars
    assert double.ledger.microdollars <= view.usage.microdollars + view.open_microdollars
