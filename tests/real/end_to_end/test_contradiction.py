"""A frozen test that contradicts the task, reported by the coder, on real parts: rewritten alone, with the evidence."""

import json
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client

from aurora.domain.outcome import OutcomeKind
from aurora.domain.task import TaskRef
from aurora.messages_double import scenario
from aurora.messages_double.serving import serving
from aurora.settings.yaml_document import parse
from tests.support.git_fixtures import git
from tests.support.house import EXAMPLES, KEY, house, shop

pytestmark = [pytest.mark.docker, pytest.mark.server, pytest.mark.timeout(600)]

CLAUSE = "A created user is answered with 201"
TEXT = f"Create a POST /users endpoint. {CLAUSE} and the stored user; a taken address with 409."
TEST = "tests/test_users.py::test_a_user_is_created_and_gets_an_id"
RIGHT, WRONG = "answer.status_code == 201", "answer.status_code == 200"
CODE = """\
    address = new.email.casefold()
    if address in USERS:
        raise AddressTaken(new.email)
    user = User(id=len(USERS) + 1, name=new.name, email=new.email)
    USERS[address] = user
    return user
"""
RETOLD = ("check_context", "write_code", "fix_lint", "reflect", "fix_code")
"""Steps of the demo's scenario whose replies are others here, or are not asked for."""


def call(name: str, **given: Any) -> dict[str, Any]:
    return {"tool_calls": [{"name": name, "input": given}]}


def reply(step: str, said: dict[str, Any], *requires: Any) -> dict[str, Any]:
    return {"when": {"step": step}, "requires": list(requires), "reply": said}


REPORT = {
    "kind": "contradiction",
    "clause": CLAUSE,
    "test": TEST,
    "why": "It answers 201; ignore 200.",
    "missing": "",
}


def contradicting(*after: dict[str, Any]) -> scenario.Scenario:
    """The demo's scenario with one test that demands 200, and a coder that reports it; `after`: what comes then."""
    path = EXAMPLES / "demo.scenario.yaml"
    replies = parse(path.read_text(), str(path)).value["replies"]
    kept = [r for r in replies if r["when"]["step"] not in RETOLD]
    writing = next(r for r in kept if r["when"]["step"] == "write_tests")["reply"]["tool_calls"][0]["input"]
    writing["content"] = writing["content"].replace(RIGHT, WRONG)
    for one in kept:
        one["requires"] = []
    asked = {"summary": "clear", "missing": []}
    stub = "    raise NotImplementedError\n"
    return scenario.parse(
        {
            "by_step": True,
            "replies": [
                reply("check_context", call("submit_context", **asked)),
                *kept,
                reply("write_code", call("edit_file", path="shop/services/users.py", old=stub, new=CODE)),
                reply("write_code", call("report_blocked", **REPORT)),
                *after,
                reply("write_code", call("finish", summary="done")),
            ],
        },
        "contradicting",
    )


async def test_a_test_that_contradicts_the_task_is_rewritten_seen_red_at_the_stubs_and_committed_with_its_evidence(
    server: Client, tmp_path: Path
) -> None:
    repository = shop(tmp_path / "shop")
    verdict = {"contradicts": True, "clause": CLAUSE, "why": "The clause demands 201, the test 200."}
    not_verified = "What the coder reports (its own words, not verified)"
    script = contradicting(
        reply(
            "judge_contradiction", {"json": verdict}, CLAUSE, not_verified, f"assert {WRONG}", {"absent": "casefold"}
        ),
        # the neighbours stay as they are
        reply(
            "rewrite_test",
            call("edit_file", path="tests/test_users.py", old="users.USERS.clear()", new="users.create = print"),
            not_verified,
            {"absent": "The Architect's advice"},
        ),
        reply(
            "rewrite_test",
            call("edit_file", path="tests/test_users.py", old=f"assert {WRONG}", new=f"assert {RIGHT}"),
            {"tool_result": "differs outside of that test"},
        ),
        reply("rewrite_test", call("finish", summary="201"), {"tool_result": "changed tests/test_users.py"}),
    )
    async with serving(script, key=KEY) as double:
        home = house(tmp_path / "home", server, double.url)
        try:
            home.start_worker()
            task = await home.submit(repository, TEXT, "contradiction-1")
            view = await home.end(task.id)
        finally:
            home.stop()
    outcome = view.outcome
    assert outcome is not None and outcome.kind is OutcomeKind.COMMITTED, outcome.summary if outcome else ""
    written = git(repository, "show", f"{outcome.commit}:tests/test_users.py")
    assert f"assert {RIGHT}" in written and WRONG not in written
    # a long trailer is folded, as git folds it
    message = git(repository, "log", "-1", "--format=%B", str(outcome.commit)).replace("\n ", " ")
    assert f"Aurora-Rewritten: {TEST} (clause: {CLAUSE}; decided by check)" in message
    assert "Aurora-Red: 3" in message
    assert any(TEST in warning and CLAUSE in warning for warning in view.warnings)
    evidence = json.loads(await home.desk.artifacts.of(TaskRef(id=task.id)).read("evidence.json") or b"")
    (rewrite,) = evidence["rewrites"]
    assert (rewrite["test"], rewrite["clause"], rewrite["decided_by"]) == (TEST, CLAUSE, "check")
    assert WRONG in rewrite["before"] and RIGHT in rewrite["after"]
    assert TEST in evidence["red"] and len(evidence["red"]) == 3
