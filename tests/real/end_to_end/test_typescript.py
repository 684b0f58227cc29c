"""From a task to a commit in TypeScript: vitest, eslint, prettier and tsc in the sandbox, replies scripted."""

import json
from pathlib import Path

import pytest
from temporalio.client import Client

from aurora.domain.outcome import OutcomeKind
from aurora.domain.task import TaskRef
from aurora.messages_double import scenario
from aurora.messages_double.serving import serving
from tests.support import node_backends
from tests.support.git_fixtures import git
from tests.support.house import KEY, containers, house, repository_of

pytestmark = [pytest.mark.docker, pytest.mark.server, pytest.mark.timeout(900)]

TEXT = "Create a POST /users endpoint; a taken e-mail address, compared case-insensitively, is a 409."
SCENARIO = Path(__file__).with_name("typescript.scenario.yaml")


async def test_a_task_in_typescript_becomes_one_commit_seen_red_and_green(server: Client, tmp_path: Path) -> None:
    repository = repository_of(node_backends.FOLDER / "vitest", tmp_path / "shop")
    async with serving(scenario.load(SCENARIO), key=KEY) as double:
        home = house(tmp_path / "home", server, double.url)
        try:
            home.start_worker()
            task = await home.submit(repository, TEXT, "typescript-1")
            view = await home.end(task.id)
        finally:
            home.stop()
    outcome = view.outcome
    assert outcome is not None and outcome.kind is OutcomeKind.COMMITTED, outcome
    assert view.round == 1 and view.usage.microdollars == double.ledger.microdollars
    changed = git(repository, "diff", "--name-only", f"{outcome.commit}^", str(outcome.commit)).splitlines()
    assert changed == ["src/app.ts", "src/routes/users.ts", "src/services/users.ts", "tests/users.test.ts"]
    written = git(repository, "show", f"{outcome.commit}:src/services/users.ts")
    assert "const stored = { id: USERS.size + 1, ...user };" in written and "not implemented" not in written
    # what prettier fixed without a model
    assert "  if (USERS.has(address)) throw new AddressTaken(user.email);" in written
    message = git(repository, "log", "-1", "--format=%B", str(outcome.commit))
    assert "Aurora-Red: 3" in message and "Aurora-Green: 7" in message
    evidence = json.loads(await home.desk.artifacts.of(TaskRef(id=task.id)).read("evidence.json") or b"")
    assert (
        evidence["baseline"]["passed"] == 1
        and "tests/users.test.ts > create > says that an address is taken" in (evidence["red"])
    )
    assert containers(task.id) == []
