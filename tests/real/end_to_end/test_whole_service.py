"""A service built from its document alone, in parts, with a commit for each; the worker is killed in the last one."""

import asyncio
import json
from pathlib import Path

import pytest
from temporalio.client import Client

from aurora.domain.outcome import OutcomeKind
from aurora.domain.task import TaskRef
from aurora.messages_double import scenario
from aurora.messages_double.serving import serving
from tests.support.git_fixtures import git
from tests.support.house import KEY, containers, house
from tests.support.new_service import new_service
from tests.support.served import slow

pytestmark = [pytest.mark.docker, pytest.mark.server, pytest.mark.timeout(900)]

TEXT = "Build the service that `openapi.yaml` describes. README.md has the rules."
SCENARIO = Path(__file__).with_name("whole_service.scenario.yaml")


@slow
@pytest.mark.kill
@pytest.mark.parametrize("commits", ["each", "one"])
async def test_a_service_is_built_part_by_part(server: Client, tmp_path: Path, commits: str) -> None:
    repository = new_service(tmp_path / "shop", commits)
    base = git(repository, "rev-parse", "HEAD")
    played = scenario.load(SCENARIO)
    async with serving(played, key=KEY) as double:
        home = house(tmp_path / "home", server, double.url)
        try:
            first = home.start_worker()
            task = await home.submit(repository, TEXT, f"whole-{commits}")
            if commits == "each":
                replied = 0
                while replied < 2:
                    replied = sum(
                        e.get("step") == "write_code" and e["outcome"] == "replied" for e in double.ledger.calls
                    )
                    await asyncio.sleep(0.01)
                first.kill()
                first.wait()
                home.start_worker()
            view = await home.end(task.id)
        finally:
            home.stop()
    outcome = view.outcome
    assert outcome is not None and outcome.kind is OutcomeKind.COMMITTED, outcome
    assert str(view.progress) == "part 3 of 3: orders; 4 of 4 operations done"
    assert len(double.ledger.calls) == len(played.replies)
    tip = git(repository, "rev-parse", f"refs/heads/{task.branch}")
    assert tip == outcome.commit and git(repository, "rev-parse", "HEAD") == base
    subjects = git(repository, "log", "--reverse", "--format=%s", f"{base}..{tip}").splitlines()
    artifacts = home.desk.artifacts.of(TaskRef(id=task.id))
    evidence = json.loads(await artifacts.read("evidence.json") or b"")
    whole = await home.desk.change(task.id)
    assert "def create_user" in whole.text and "def create_order" in whole.text
    assert containers(task.id) == []
    if commits == "one":
        assert subjects == ["Build the shop"]
        assert [one["planned"] for one in evidence["planned"]] == [1, 2, 3, 4, 5, 6]
        assert len(evidence["red"]) == 6 and [one["title"] for one in evidence["finished"]] == ["users"]
        return
    assert subjects == ["Create and read users", "Create and read orders"]
    users = git(repository, "log", "-1", "--format=%B", f"{tip}^")
    orders = git(repository, "log", "-1", "--format=%B", tip)
    assert "Aurora-Part: 2 of 3" in users and "Aurora-Red: 3" in users and "Aurora-Green: 3" in users
    assert "Aurora-Part: 3 of 3" in orders and "Aurora-Red: 3" in orders and "Aurora-Green: 6" in orders
    changed = git(repository, "diff", "--name-only", f"{tip}^", tip).splitlines()
    assert changed == [
        "shop/main.py",
        "shop/orders.py",
        "shop/orders_api.py",
        "tests/conftest.py",
        "tests/test_orders.py",
    ]
    assert evidence["base"] == git(repository, "rev-parse", f"{tip}^") and evidence["part"] == 3
    assert len(evidence["red"]) == 3 and len(evidence["planned"]) == 3
    (before,) = evidence["finished"]
    earlier = json.loads(await artifacts.get(before["evidence"]))
    assert earlier["commit"] == evidence["base"] == before["commit"] and earlier["part"] == 2
    assert earlier["subject"] == "Create and read users"
