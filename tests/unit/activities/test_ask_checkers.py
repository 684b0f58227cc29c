# ruff: noqa: E501  texts, read as a whole
"""The seam for other agents: the example's Test Engineer as a program of its own, asked through the activity."""

import json
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from temporalio.testing import ActivityEnvironment

from activities.ask_checkers import AskCheckersActivity, read_answer
from activities.messages import CheckInput, CheckResult
from aurora.domain.findings import Report, Weight
from aurora.domain.frozen_tests import FrozenTests
from aurora.domain.plan import Plan, PlannedTest
from aurora.domain.task import Draft, TaskRef
from aurora.drivers.checkers.http_checkers import HttpCheckers
from aurora.errors import CheckerError, Refusal
from aurora.settings.checkers import Checker
from aurora.settings.repository import BackendSettings
from aurora.stored_values import fetch, keep
from tests.support.memory_artifacts import MemoryArtifacts
from tests.support.memory_box import MemorySandbox
from tests.support.workspaces import DIGEST, workspace

ROOT = Path(__file__).parents[3]
SECRET = "whsec_" + b64encode(b"a secret of at least 24 bytes").decode()
PLAN = Plan(
    summary="Create users",
    files=(),
    tests=(
        PlannedTest(path="tests/test_users.py", behaviour="A new address gives 201 with the user"),
        PlannedTest(path="tests/test_users.py", behaviour="An address that is taken is refused with 409"),
    ),
)
CREATED = "def test_a_new_address_gives_the_user_and_201():\n    assert post().status_code == 201\n"
TAKEN = "def test_refused():\n    '''.'''\n    \"\"\"An address that is taken is refused.\"\"\"\n    assert post().status_code == 409\n"


@pytest.fixture(scope="module")
def engineer() -> Iterator[str]:
    """The address of the program, running."""
    program = subprocess.Popen(
        [sys.executable, str(ROOT / "examples/test_engineer/test_engineer.py"), "--port", "0"],
        env={"TEST_ENGINEER_SECRET": SECRET},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert program.stdout is not None
    yield program.stdout.readline().strip()
    program.kill()
    program.communicate()


def checker(url: str, **more: Any) -> Checker:
    given = {"name": "test_engineer", "url": SecretStr(url), "secret": SecretStr(SECRET), "seconds": 20} | more
    return Checker.model_validate(given)


class Desk:
    def __init__(self, *checkers: Checker, wanted: tuple[str, ...] | None = None) -> None:
        self.artifacts, self.sandbox = MemoryArtifacts(), MemorySandbox()
        self.checkers = HttpCheckers(checkers)
        self.kept = self.artifacts.of(TaskRef(id="t1"))
        self.settings = BackendSettings(checkers=wanted)

    async def ask(self, **tests: str) -> CheckResult:
        for name, text in tests.items():
            self.sandbox.tree[f"tests/{name}.py"] = text.encode()
            self.sandbox.changed.add(f"tests/{name}.py")
        frozen = FrozenTests(files={}, test_ids=("tests/test_users.py::test_a",), red=())
        draft = Draft(
            task=TaskRef(id="t1"),
            workspace=await keep(self.kept, workspace().model_copy(update={"settings": self.settings})),
            base="a" * 40,
            base_pack=DIGEST,
            commit="b" * 40,
            plan=await keep(self.kept, PLAN),
            frozen=await keep(self.kept, frozen),
        )
        activity = AskCheckersActivity(self.artifacts, self.sandbox, self.checkers)
        result: CheckResult = await ActivityEnvironment().run(activity.ask_checkers, CheckInput(draft=draft))
        return result

    async def notes(self, result: CheckResult) -> list[tuple[str, str]]:
        assert result.report.whole
        whole = await fetch(self.kept, result.report.whole, Report)
        assert all(note.weight is Weight.ADVICE for note in whole.notes)
        return [(note.check, note.message) for note in whole.notes]


async def test_what_a_checker_finds_goes_the_way_of_a_failing_gate(engineer: str) -> None:
    desk = Desk(checker(engineer))
    seen = await desk.ask(test_users=CREATED)
    (finding,) = seen.report.findings
    assert not seen.report.passed and finding.check == "test_engineer" and finding.path == "tests/test_users.py"
    assert (
        "No test speaks of planned behaviour 2" in finding.message
        and seen.summary == "failed: test_engineer: 2 findings"
    )
    assert [message[:38] for _, message in await desk.notes(seen)] == ["No test of this file sees anything ref"]


async def test_a_draft_whose_tests_speak_of_all_that_was_planned_passes(engineer: str) -> None:
    seen = await Desk(checker(engineer)).ask(test_users=CREATED + TAKEN)
    assert seen.report.passed and seen.report.summary == "test_engineer: 0 findings"


async def test_the_same_draft_is_asked_about_once(engineer: str) -> None:
    desk = Desk(checker(engineer))
    first = await desk.ask(test_users=CREATED)
    desk.checkers = HttpCheckers((checker("http://127.0.0.1:9"),))
    again = await desk.ask(test_users=CREATED)
    assert again.report.fingerprint == first.report.fingerprint != ""


async def test_a_checker_that_is_down_is_a_note_and_a_required_one_the_worlds_trouble() -> None:
    down = "http://127.0.0.1:9"
    desk = Desk(checker(down))
    seen = await desk.ask(test_users=CREATED)
    assert seen.report.passed and seen.report.summary == "test_engineer: not asked"
    ((check, message),) = await desk.notes(seen)
    assert check == "test_engineer" and "at http://127.0.0.1:9 can't be asked" in message and SECRET not in message
    with pytest.raises(CheckerError, match="can't be asked"):
        await Desk(checker(down, required=True)).ask(test_users=CREATED)


async def test_a_request_with_another_secret_is_taken_by_nobody(engineer: str) -> None:
    other = SecretStr("whsec_" + b64encode(b"another secret, of 24 bytes too").decode())
    with pytest.raises(CheckerError, match="it answered 401"):
        await Desk(checker(engineer, secret=other, required=True)).ask(test_users=CREATED)


async def test_aurora_yaml_chooses_among_the_workers_checkers_and_adds_none(engineer: str) -> None:
    desk = Desk(checker(engineer), wanted=("another",))
    seen = await desk.ask(test_users=CREATED)
    assert seen.report.passed and seen.report.summary == "none was asked"
    ((check, message),) = await desk.notes(seen)
    assert check == "another" and "this worker has no checker of that name" in message
    required = Desk(checker(engineer, required=True), wanted=())
    assert not (await required.ask(test_users=CREATED)).report.passed, "the operator's word goes before"


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"<html>",
        b"[]",
        b'{"findings": [{"message": ""}]}',
        b'{"findings": [{"message": "m", "line": -1}]}',
        b'{"findings": [{"message": "m", "weight": "known"}]}',
        json.dumps({"findings": [{"message": "m"}] * 201}).encode(),
        b"[" * 100_000,
        b'{"findings": [{"message": "\\ud800"}]}',
    ],
)
def test_an_answer_that_is_none_is_refused(answer: bytes) -> None:
    with pytest.raises(Refusal):
        read_answer(answer)


def test_an_answer_may_say_more_than_is_read() -> None:
    answer = read_answer(b'{"findings": [{"message": "m", "rule": "x"}], "model": "y"}')
    assert answer.findings[0].weight == "blocks"
