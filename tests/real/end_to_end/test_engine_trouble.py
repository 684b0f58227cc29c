"""The engine or a container goes in mid-task: the task says so and goes on, and nothing is lost or paid twice."""

import asyncio
import subprocess
from pathlib import Path

import pytest
from temporalio.client import Client

from aurora.domain.outcome import OutcomeKind
from aurora.domain.questions import QuestionKind
from aurora.domain.view import Control
from aurora.messages_double import scenario
from aurora.messages_double.serving import serving
from tests.support.engine_proxy import engine_proxy
from tests.support.git_fixtures import git
from tests.support.house import EXAMPLES, KEY, containers, house, shop

pytestmark = [pytest.mark.docker, pytest.mark.server, pytest.mark.timeout(600)]

TEXT = "Create a POST /users endpoint"
ANSWER = "409 Conflict, compared case-insensitively"


async def test_an_engine_that_is_away_for_a_while_becomes_a_question_that_closes_when_it_is_back(
    server: Client, tmp_path: Path
) -> None:
    repository = shop(tmp_path / "shop")
    played = scenario.load(EXAMPLES / "demo.scenario.yaml")
    async with (
        engine_proxy(tmp_path) as engine,
        serving(played, key=KEY) as double,
    ):
        home = house(tmp_path / "home", server, double.url)
        try:
            home.start_worker(DOCKER_HOST=engine.host)
            task = await home.submit(repository, TEXT, "engine-1")
            asked = await home.question(task.id)
            await engine.go()
            await home.desk.answer(task.id, asked, ANSWER)
            while (outage := (await home.desk.view(task.id))).phase != "waiting" or not outage.error:
                await asyncio.sleep(0.2)
            await engine.come()
            await home.desk.control(task.id, Control(verb="retry", by="ada"))  # else it looks again by itself, in 20 s
            view = await home.end(task.id)
        finally:
            await asyncio.to_thread(home.stop)  # the engine is asked by then, through the proxy in this very loop
    assert [q.kind for q in outage.questions] == [QuestionKind.OUTAGE]
    assert "Docker engine" in outage.error
    assert outage.round == 0
    assert view.outcome is not None and view.outcome.kind is OutcomeKind.COMMITTED, view.outcome
    assert view.error == "" and view.round == 1
    assert view.usage.calls == len(double.ledger.calls) == len(played.replies)
    assert containers(task.id) == []


@pytest.mark.kill
async def test_two_tasks_on_one_repository_go_on_beside_each_other_although_one_loses_its_container(
    server: Client, tmp_path: Path
) -> None:
    repository = shop(tmp_path / "shop")
    before = git(repository, "rev-parse", "HEAD")
    async with serving(scenario.load(EXAMPLES / "demo.scenario.yaml"), key=KEY) as double:
        home = house(tmp_path / "home", server, double.url)
        try:
            home.start_worker()
            tasks = [await home.submit(repository, TEXT, name) for name in ("both-1", "both-2")]
            for task in tasks:
                await home.desk.answer(task.id, await home.question(task.id), ANSWER)
            while not (lost := containers("both-1")):
                await asyncio.sleep(0.05)
            subprocess.run(["docker", "rm", "-f", *lost], check=True, capture_output=True)
            views = [await home.end(task.id) for task in tasks]
        finally:
            home.stop()
    for task, view in zip(tasks, views, strict=True):
        assert view.outcome is not None and view.outcome.kind is OutcomeKind.COMMITTED, view.outcome
        assert git(repository, "rev-parse", f"refs/heads/{task.branch}") == view.outcome.commit
        assert git(repository, "rev-parse", f"{view.outcome.commit}^@") == before
        assert containers(task.id) == []
    first, second = (git(repository, "rev-parse", f"{task.branch}^{{tree}}") for task in tasks)
    assert first == second, "the same replies to the same task make the same tree"
    assert git(repository, "rev-parse", tasks[0].branch) != git(repository, "rev-parse", tasks[1].branch)
