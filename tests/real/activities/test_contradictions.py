"""The worth of a report, and of a rewritten test, on a real sandbox with real runs."""

import hashlib
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from activities.check_report import CheckReportActivity, resolved
from activities.messages import CheckReportInput, ReplayTestInput, ReplayTestResult, ToolsInput, ToolsResult
from activities.replay_test import ReplayTestActivity
from activities.turns.conversation import append, load
from activities.use_tools import UseToolsActivity
from aurora.domain.contradiction import Contradiction, Reported
from aurora.domain.findings import Report
from aurora.domain.frozen_tests import FrozenTests, Snapshot
from aurora.domain.steps import Step
from aurora.domain.task import Draft, TaskRef
from aurora.domain.workspace import Workspace
from aurora.drivers.sandbox.docker_sandbox import DockerSandbox
from aurora.stored_values import fetch, keep
from tests.support.boxes import DEPENDENCIES, PROJECT, new_draft, workspace_of
from tests.support.memory_artifacts import MemoryArtifacts

pytestmark = pytest.mark.docker
in_make_attacks = pytest.mark.skipif(os.environ.get("AURORA_ATTACKS") != "all", reason="played by `make attacks`")

PATH = "tests/test_shop.py"
CLAUSE = "a created user is answered with 201"
STUBS = "def create(name: str) -> dict:\n    raise NotImplementedError\n"
CODE = 'def create(name: str) -> dict:\n    return {"status": 201, "name": name}\n'
TESTS = """\
import pytest

from shop import create


@pytest.fixture
def name():
    return "ada"


def test_green():
    assert callable(create)


@pytest.mark.parametrize("other", ["bob", "eve"])
def test_names(other):
    assert create(other)["name"] == other


for number in (1, 2):
    exec(f"def test_made_{number}(): assert create('a')['status'] == 200")


def test_status(name):
    answer = create(name)
    assert answer["status"] == 200
    assert answer["name"] == "ada"
"""
STATUS = TESTS[TESTS.index("def test_status") :]
HONEST = STATUS.replace("200", "201")
RED = ("test_names[bob]", "test_names[eve]", "test_made_1", "test_made_2", "test_status")


@dataclass
class Ground:
    artifacts: MemoryArtifacts
    sandbox: DockerSandbox
    draft: Draft
    """With the code written, and its tests frozen as they were red."""
    workspace: Workspace
    record: str | None = None
    """The frozen record with `test_status` thawed."""

    @property
    def mine(self) -> Any:
        return self.artifacts.of(self.draft.task)

    async def frozen(self, **more: Any) -> FrozenTests:
        assert self.draft.frozen is not None
        kept = await fetch(self.mine, self.draft.frozen, FrozenTests)
        return kept.model_copy(update=more)

    async def checked(self, test: str = "test_status", clause: str = CLAUSE) -> Any:
        order = CheckReportInput(draft=self.draft, reported=Reported.of(test, clause, "because I say so"))
        return await CheckReportActivity(self.artifacts, self.sandbox).check_report(order)

    async def thawed(self) -> Draft:
        self.record = self.record or (await self.checked()).thawed
        return self.draft.frozen_as(self.record)

    async def rewritten(self, text: str, also: dict[str, str] | None = None) -> Draft:
        draft = await self.thawed()
        async with self.sandbox.open(draft, self.workspace) as box:
            for path, content in ({PATH: text} | (also or {})).items():
                await box.write(path, content.encode())
            sealed = await box.seal("rewrite_test 1")
        return sealed.frozen_as(draft.frozen)

    async def replayed(self, draft: Draft, **more: Any) -> ReplayTestResult:
        order = ReplayTestInput(draft=draft, before=self.draft, **more)
        return await ReplayTestActivity(self.artifacts, self.sandbox).replay_test(order)

    async def findings(self, replayed: ReplayTestResult) -> str:
        assert replayed.whole is not None
        report = await fetch(self.mine, replayed.whole, Report)
        return "; ".join(finding.message for finding in report.findings)


@pytest.fixture(scope="module")
async def ground(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Ground]:
    artifacts = MemoryArtifacts()
    sandbox = DockerSandbox(artifacts)
    image = await sandbox.build(TaskRef(id="images"), DEPENDENCIES, PROJECT)
    folder: Path = tmp_path_factory.mktemp("ground") / "shop"
    base = await new_draft(artifacts, folder, {"src/shop.py": STUBS, PATH: TESTS})
    workspace = workspace_of(base, image)
    task = workspace.task.model_copy(update={"text": f"Create users: {CLAUSE.upper()}."})
    workspace = workspace.model_copy(update={"task": task})
    mine = artifacts.of(base.task)
    test_ids = tuple(f"{PATH}::{name}" for name in (*RED, "test_green"))
    frozen = FrozenTests(
        files={PATH: hashlib.sha256(TESTS.encode()).hexdigest()},
        texts={PATH: TESTS},
        test_ids=test_ids,
        red=test_ids[:-1],
        green_before=test_ids[-1:],
        seen_red=Snapshot(commit=base.commit),
    )
    draft = base.model_copy(update={"workspace": await keep(mine, workspace), "frozen": await keep(mine, frozen)})
    async with sandbox.open(draft, workspace) as box:
        await box.write("src/shop.py", CODE.encode())
        coded = await box.seal("write_code 1")
    yield Ground(artifacts, sandbox, coded.frozen_as(draft.frozen), workspace)
    await sandbox.release(base.task)
    await sandbox.close()


# ── a report ─────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_red_frozen_test_and_a_clause_of_the_task_stand(ground: Ground) -> None:
    checked = await ground.checked(f"{PATH}::test_status")
    assert (checked.standing, checked.test, checked.place) == ("stands", f"{PATH}::test_status", "the task")
    assert checked.source == STATUS
    frozen = await fetch(ground.mine, checked.thawed, FrozenTests)
    case = await fetch(ground.mine, checked.case, Contradiction)
    # nothing is thrown away but for the one test, and that one is known by the rest of its file
    assert frozen == await ground.frozen(thawed=checked.case)
    assert case.before == STATUS and len(case.rest) == 64 and case.why == "because I say so"


async def test_a_report_about_a_green_test_is_refused(ground: Ground) -> None:
    for test in ("test_green", "test_names"):
        checked = await ground.checked(test)
        assert checked.standing == "refused" and "is green now" in checked.why
        assert checked.thawed is None and checked.case is None


@pytest.mark.parametrize(
    ("named", "found"),
    [
        pytest.param(f"{PATH}::test_status", f"{PATH}::test_status", id="its id"),
        pytest.param(f"`./{PATH}::test_status`", f"{PATH}::test_status", id="in quotes, from here"),
        pytest.param(f"{PATH}::test_names[bob]", f"{PATH}::test_names", id="with its parameters"),
        pytest.param(f"{PATH}::test_names[another]", f"{PATH}::test_names", id="with other parameters"),
        pytest.param("test_names[bob]", f"{PATH}::test_names", id="its name alone"),
        pytest.param("test_a", None, id="a name that two have"),
        pytest.param("TestA::test_a", "tests/test_a.py::TestA::test_a", id="a method by its class"),
        pytest.param("test_nobody", None, id="no test"),
        pytest.param("", None, id="no name"),
        pytest.param("tests/test_other.py::test_status", None, id="another file", marks=in_make_attacks),
        pytest.param("tests/test_old.py::test_old", None, id="a test that is not frozen"),
        pytest.param(PATH, None, id="a whole file"),
        pytest.param("test", None, id="a part of the names"),
        pytest.param("users > are created", "tests/a.test.ts > users > are created", id="of Node, without its file"),
    ],
)
def test_a_report_names_one_frozen_test(named: str, found: str | None) -> None:
    test_ids = (
        *(f"{PATH}::{name}" for name in RED),
        "tests/test_a.py::TestA::test_a",
        "tests/test_a.py::TestB::test_a",
        "tests/test_old.py::test_old",
        "tests/a.test.ts > users > are created",
    )
    files = dict.fromkeys((PATH, "tests/test_a.py", "tests/a.test.ts"), "0")
    assert resolved(named, FrozenTests(files=files, test_ids=test_ids, red=())) == found


async def test_an_invented_clause_and_a_generated_test_are_the_architects_to_judge(ground: Ground) -> None:
    invented = await ground.checked(clause="POST /users answers None and stores nothing")
    assert invented.standing == "asks" and "stands neither in the task" in invented.why and invented.place == ""
    generated = await ground.checked("test_made_1")
    assert generated.standing == "asks" and "can't be told apart" in generated.why


# ── an edit of the rewriter ──────────────────────────────────────────────────────────────────────────────────────


async def test_whoever_rewrites_a_test_can_edit_nothing_else(ground: Ground) -> None:
    edits = (
        (PATH, 'return "ada"', 'return "eve"', "outside of that test"),
        (PATH, "import pytest\n", "import pytest\nimport shop\n", "outside of that test"),
        (PATH, "def test_status", "def test_state", "no single such test"),
        (PATH, "callable(create)", "True", "outside of that test"),
        ("src/shop.py", '"status": 201', '"status": 200', "may not be written in this step"),
        (PATH, 'answer["status"] == 200', 'answer["status"] == 201', "changed"),
    )
    draft = await ground.thawed()
    used, shown = await edited(ground, Step.REWRITE_TEST, draft, *(edit[:3] for edit in edits))
    assert [bool(one.get("is_error")) for one in shown] == [True] * 5 + [False]
    for one, (*_, said) in zip(shown, edits, strict=True):
        assert said in one["content"][0]["text"]
    assert used.draft.commit != draft.commit


async def test_the_coder_can_edit_no_test_while_one_is_thawed(ground: Ground) -> None:
    edit = (PATH, 'answer["status"] == 200', "True")
    used, (shown,) = await edited(ground, Step.WRITE_CODE, await ground.thawed(), edit)
    assert shown["is_error"] and used.draft.commit == ground.draft.commit


async def edited(
    ground: Ground, step: Step, draft: Draft, *edits: tuple[str, ...]
) -> tuple[ToolsResult, list[dict[str, Any]]]:
    """One turn with these edits, and what each was told."""
    given = [dict(zip(("path", "old", "new"), edit, strict=True)) for edit in edits]
    uses = [{"type": "tool_use", "id": f"t{n}", "name": "edit_file", "input": one} for n, one in enumerate(given)]
    asked = await append(ground.mine, None, {"role": "assistant", "content": uses})
    order = ToolsInput(draft=draft, step=step, turn=1, conversation=asked)
    used = await UseToolsActivity(ground.artifacts, ground.sandbox).use_tools(order)
    return used, (await load(ground.mine, used.conversation))[-1]["content"]


# ── the rewritten test ───────────────────────────────────────────────────────────────────────────────────────────


async def test_an_honest_rewrite_is_frozen_again_with_the_proof_of_all_others(ground: Ground) -> None:
    draft = await ground.rewritten(TESTS.replace(STATUS, HONEST))
    replayed = await ground.replayed(draft)
    assert replayed.standing == "holds", replayed
    assert replayed.draft.frozen is not None
    frozen, before = await fetch(ground.mine, replayed.draft.frozen, FrozenTests), await ground.frozen()
    (rewrite,) = frozen.rewrites
    assert (rewrite.before, rewrite.after, rewrite.decided_by) == (STATUS, HONEST, "check")
    assert (rewrite.clause, rewrite.why) == (CLAUSE, "because I say so")
    assert frozen.files == {PATH: hashlib.sha256(TESTS.replace(STATUS, HONEST).encode()).hexdigest()}
    assert (set(frozen.red), set(frozen.test_ids)) == (set(before.red), set(before.test_ids))
    assert (frozen.seen_red, frozen.green_before, frozen.thawed) == (before.seen_red, before.green_before, None)


def body(*lines: str) -> str:
    return "def test_status(name):\n" + "".join(f"    {line}\n" for line in lines)


@in_make_attacks
@pytest.mark.parametrize(
    ("test", "why"),
    [
        pytest.param(body("create(name)", "assert True", "assert 1 == 1"), "0 assertions", id="called, then nothing"),
        pytest.param(
            body("assert create.__name__ == 'create'", "assert name == 'ada'"), "may pass without any code", id="green"
        ),
    ],
)
async def test_a_rewrite_that_may_ask_for_less_is_a_question(ground: Ground, test: str, why: str) -> None:
    replayed = await ground.replayed(await ground.rewritten(TESTS.replace(STATUS, test)))
    assert replayed.standing == "asks" and why in replayed.why and replayed.after == test


async def test_assert_true_is_a_question_and_the_yes_to_it_is_on_record(ground: Ground) -> None:
    draft = await ground.rewritten(TESTS.replace(STATUS, body("assert True")))
    replayed = await ground.replayed(draft)
    assert replayed.standing == "asks"
    assert "0 assertions instead of 2" in replayed.why and "0 of its cases are red" in replayed.why
    accepted = await ground.replayed(draft, decided_by="architect", accepted=True)
    assert accepted.standing == "holds" and accepted.draft.frozen is not None
    frozen = await fetch(ground.mine, accepted.draft.frozen, FrozenTests)
    assert [one.decided_by for one in frozen.rewrites] == ["architect"]


@pytest.mark.parametrize(
    ("text", "also", "why"),
    [
        pytest.param(
            TESTS, {"src/shop.py": STUBS}, "This file may not change", id="another file", marks=in_make_attacks
        ),
        pytest.param(TESTS, {PATH: TESTS}, "was not changed", id="nothing", marks=in_make_attacks),
        pytest.param(TESTS.replace("callable(create)", "True"), {}, "differs outside of test_status", id="a neighbour"),
        pytest.param(
            TESTS.replace(STATUS, "@pytest.mark.skip\n" + HONEST),
            {},
            "Skipped|no reason|unconditional",
            id="skipped",
            marks=in_make_attacks,
        ),
        pytest.param(
            TESTS.replace(STATUS, HONEST.replace("name)", "nobody)", 1)),
            {},
            "fixture 'nobody' not found",
            id="fixture",
            marks=in_make_attacks,
        ),
        pytest.param(
            TESTS.replace(STATUS, "@(lambda f: (globals().update(test_names=test_green), f)[1])\n" + HONEST),
            {},
            "does not run any more",
            id="a decorator that replaces a neighbour",
        ),
    ],
)
async def test_a_rewrite_that_touches_anything_else_or_does_not_run_is_refused(
    ground: Ground, text: str, also: dict[str, str], why: str
) -> None:
    replayed = await ground.replayed(await ground.rewritten(text, also), decided_by="architect", accepted=True)
    assert replayed.standing == "refused" and replayed.draft.frozen != ground.draft.frozen
    found = await ground.findings(replayed)
    assert any(one in found for one in why.split("|")), found


@in_make_attacks
async def test_without_the_red_draft_the_architect_is_asked(ground: Ground) -> None:
    draft = await ground.rewritten(TESTS.replace(STATUS, HONEST))
    assert draft.frozen is not None
    record = await fetch(ground.mine, draft.frozen, FrozenTests)
    old = draft.frozen_as(await keep(ground.mine, record.model_copy(update={"seen_red": None})))
    replayed = await ground.replayed(old)
    assert replayed.standing == "asks" and "can't be replayed" in replayed.why
