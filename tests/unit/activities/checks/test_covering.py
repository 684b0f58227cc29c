"""The tests that the plan wants are matched with those that were written: when the model finishes, and when it was
collected."""

from typing import Any

import pytest

from activities.checks.covering import among, operations_done, with_uncollected
from activities.messages import ToolsInput, ToolsResult
from activities.turns.conversation import append, load
from activities.use_tools import UseToolsActivity
from aurora.domain import runs
from aurora.domain.findings import Report, ReportStatus, TestCounts
from aurora.domain.plan import CoveredBehaviour, CoveredBehaviours, Plan, PlannedTest
from aurora.domain.steps import Step
from aurora.domain.task import Draft
from aurora.stored_values import fetch, keep
from tests.support.desk_of_one import plan
from tests.support.memory_artifacts import MemoryArtifacts
from tests.support.memory_box import MemorySandbox
from tests.support.workspaces import DIGEST, SHA, workspace

USERS = "tests/test_users.py"
PLAN = plan(
    tests=(
        PlannedTest(path=USERS, behaviour="a user is created with 201"),
        PlannedTest(path=USERS, behaviour="a taken address is a 409"),
    )
)
TEXT = """\
class TestUsers(Base):
    def test_created(self):
        self.created()

def test_taken():
    assert taken()
"""


def covers(planned: Any, *tests: Any, left_out: Any = "") -> dict[str, Any]:
    return {"planned": planned, "tests": list(tests), "left_out": left_out}


CREATED, TAKEN = covers(1, f"{USERS}::TestUsers::test_created"), covers(2, f"{USERS}::test_taken[a]")


class Desk:
    def __init__(self, plan: Plan = PLAN, step: Step = Step.WRITE_TESTS) -> None:
        self.artifacts, self.plan, self.step = MemoryArtifacts(), plan, step
        self.space = workspace()
        self.mine = self.artifacts.of(self.space.task.ref)
        self.sandbox = MemorySandbox(tests__test_users=TEXT, tests__test_old="def test_old(): ...\n")
        self.sandbox.changed = {USERS}
        self.draft: Draft | None = None

    async def finish(self, **given: Any) -> tuple[ToolsResult, str]:
        """The result of a call of finish."""
        if self.draft is None:
            kept, planned = await keep(self.mine, self.space), await keep(self.mine, self.plan)
            self.draft = Draft(
                task=self.space.task.ref, workspace=kept, base=SHA, base_pack=DIGEST, commit=SHA, plan=planned
            )
        use = {"type": "tool_use", "id": "f", "name": "finish", "input": {"summary": "done", **given}}
        asked = await append(self.mine, None, {"role": "assistant", "content": [use]})
        order = ToolsInput(draft=self.draft, step=self.step, turn=1, conversation=asked)
        result = await UseToolsActivity(self.artifacts, self.sandbox).use_tools(order)
        self.draft = result.draft
        (reported,) = (await load(self.mine, result.conversation))[-1]["content"]
        return result, reported["content"][0]["text"]

    async def covered(self) -> tuple[CoveredBehaviour, ...]:
        assert self.draft is not None and self.draft.covered is not None
        return (await fetch(self.mine, self.draft.covered, CoveredBehaviours)).behaviours


async def test_a_finish_that_accounts_for_each_planned_test_is_taken_and_kept() -> None:
    desk = Desk()
    result, _ = await desk.finish(covers=[CREATED, covers(2, left_out="the store has no addresses yet")])
    assert result.finished
    first, second = await desk.covered()
    assert (first.behaviour, first.tests) == ("a user is created with 201", (f"{USERS}::TestUsers::test_created",))
    assert second.left_out == "the store has no addresses yet"
    assert result.left_out == ("a taken address is a 409 (the model's reason: the store has no addresses yet)",)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        pytest.param(None, ["1 (a user is created", "2 (a taken address"], id="nothing"),
        pytest.param([CREATED], ["2 (a taken address is a 409) is not in `covers`"], id="one left out"),
        pytest.param([CREATED, covers(2)], ["2: give `tests`"], id="neither tests nor a reason"),
        pytest.param([CREATED, covers(2, f"{USERS}::test_gone")], [f"{USERS} has no test_gone"], id="no such test"),
        pytest.param([CREATED, covers(2, "tests/test_old.py::test_old")], ["no test file that"], id="an old test"),
        pytest.param([CREATED, covers(2, USERS)], [f"as `{USERS}::name`"], id="a file only"),
        pytest.param([CREATED, TAKEN, covers(7, "x")], ["one of the plan's 2 tests, not 7"], id="no such number"),
        pytest.param([CREATED, TAKEN, covers(True, "x")], ["not True"], id="no number"),
        pytest.param([CREATED, 3, "2", {"tests": "x"}], ["2 (a taken address"], id="odd entries"),
        pytest.param("all", ["1 (a user is created"], id="a word"),
    ],
)  # fmt: skip
async def test_a_finish_that_leaves_one_open_is_refused_with_its_name(given: Any, said: list[str]) -> None:
    result, reported = await Desk().finish(covers=given)
    assert not result.finished and not result.left_out
    assert all(part in reported for part in said) and "Not finished yet" in reported


@pytest.mark.parametrize("path", ["./tests/test_users.py", "test_users.py"])
async def test_a_path_as_a_runner_in_a_folder_prints_it_is_known(path: str) -> None:
    desk = Desk()
    assert (await desk.finish(covers=[covers(1, f"{path}::TestUsers::test_created"), TAKEN]))[0].finished
    assert (await desk.covered())[0].tests == (f"{USERS}::TestUsers::test_created",)


async def test_what_an_earlier_finish_said_stands_until_it_is_said_otherwise() -> None:
    desk = Desk()
    assert (await desk.finish(covers=[CREATED, TAKEN]))[0].finished
    assert (await desk.finish())[0].finished
    assert (await desk.finish(covers=[covers(2, left_out="gone again")]))[0].finished
    assert [bool(one.tests) for one in await desk.covered()] == [True, False]
    desk.sandbox.tree[USERS] = b"def test_taken(): ...\n"
    _, reported = await desk.finish()
    assert "has no test_created" in reported


@pytest.mark.parametrize(
    ("given", "step"),
    [
        pytest.param(plan(tests=()), Step.WRITE_TESTS, id="a plan without tests"),
        pytest.param(PLAN, Step.WRITE_CODE, id="another step"),
    ],
)
async def test_nothing_is_asked_where_there_is_nothing_to_cover(given: Plan, step: Step) -> None:
    result, _ = await Desk(given, step).finish()
    assert result.finished and result.draft.covered is None


# ── what was collected ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("said", "collected", "known"),
    [
        pytest.param("t/test_a.py::test_b", "t/test_a.py::test_b[x-1]", True, id="without parameters"),
        pytest.param("t/test_a.py::test_b[x-1]", "t/test_a.py::test_b[0.7]", True, id="with random ones"),
        pytest.param("t/test_a.py::test_b", "t/test_a.py::TestC::test_b", True, id="without its class"),
        pytest.param("t/test_a.py::TestC", "t/test_a.py::TestC::test_b", True, id="a class"),
        pytest.param("t/test_a.py::test_b", "t/test_a.py::test_bc", False, id="another test"),
        pytest.param("t/test_a.py::test_b", "t/test_c.py::test_b", False, id="another file"),
        pytest.param("t/test_a.py", "t/test_a.py::test_b", False, id="a file only"),
        pytest.param("t/test_a.py::Test", "t/test_a.py::TestC::test_b", False, id="half of a class"),
        pytest.param("a.test.ts > users > refuses %s", "a.test.ts > users > refuses no name", True, id="each %s"),
        pytest.param("a.test.ts > adds $a to ${b}", "a.test.ts > adds 1 to 2", True, id="each $a"),
        pytest.param("a.test.ts::refuses it", "a.test.ts > users > refuses it (in project unit)", True, id="name only"),
        pytest.param("a.test.ts > users", "a.test.ts > users > refuses it", True, id="a suite"),
        pytest.param("a.test.ts > users > refuses", "a.test.ts > users > refuses it", False, id="half of a name"),
        pytest.param("a.test.ts > costs $5 (net)", "a.test.ts > costs $5 (net)", True, id="a dollar that is none"),
    ],
)
def test_an_id_is_known_as_a_model_writes_it(said: str, collected: str, known: bool) -> None:
    assert among(said, [collected]) is known


def test_what_was_not_collected_is_a_finding_beside_the_others() -> None:
    seen = Report(checker="red", status=ReportStatus.PASSED, summary="2 red")
    said = CoveredBehaviour(planned=2, path=USERS, behaviour="x", tests=(f"{USERS}::test_a", f"{USERS}::test_lost"))
    report = with_uncollected(seen, CoveredBehaviours(behaviours=(said,)), [f"{USERS}::test_a"])
    (finding,) = report.findings
    assert report.status is ReportStatus.FAILED and report.fingerprint
    assert "The plan's test 2 is said to be checked by" in finding.message and finding.path == USERS
    whole = with_uncollected(seen, CoveredBehaviours(behaviours=(said,)), [f"{USERS}::test_a", f"{USERS}::test_lost"])
    assert whole == seen


@pytest.mark.parametrize(
    ("name", "one", "fits"),
    [
        ("adds %i and %i", "adds 1 and 2", True),
        ("adds %i and %i", "adds 1 and ", False),
        ("%s is %s", "a is b", True),
        ("%s is %s", "is b", False),
        ("adds ${a}", "adds 3", True),
        ("%s%s", "ab", True),
        ("%s%s", "a", False),
        ("%s" * 140 + "x", "a" * 900, False),
        ("$a" * 140 + "x", "a" * 900 + "x", True),
    ],
)
def test_gaps_of_a_name_stand_for_something_and_are_read_at_once(name: str, one: str, fits: bool) -> None:
    assert among(f"a.test.ts::{name}", [f"a.test.ts > {one}"]) is fits


async def test_a_weak_test_is_refused_at_finish_with_its_line() -> None:
    desk = Desk()
    desk.sandbox = MemorySandbox(tests__test_users=TEXT + "\n\ndef test_idle():\n    taken()\n")
    desk.sandbox.changed = {USERS}
    result, reported = await desk.finish(covers=[CREATED, TAKEN])
    assert not result.finished
    assert f"{USERS}:9 test_idle asserts nothing" in reported


async def test_guards_are_kept_with_what_covers_the_plan() -> None:
    desk = Desk()
    result, _ = await desk.finish(covers=[CREATED, TAKEN], guards=[f"./{USERS}::test_taken"])
    assert result.finished and desk.draft is not None and desk.draft.covered is not None
    kept = await fetch(desk.mine, desk.draft.covered, CoveredBehaviours)
    assert kept.guards == (f"{USERS}::test_taken",)


async def test_as_many_guards_are_kept_as_the_tests_of_a_large_part_have() -> None:
    desk = Desk()
    named = [f"{USERS}::test_{number}" for number in range(300)]
    await desk.finish(covers=[CREATED, TAKEN], guards=named)
    assert desk.draft is not None and desk.draft.covered is not None
    assert list((await fetch(desk.mine, desk.draft.covered, CoveredBehaviours)).guards) == named


@pytest.mark.parametrize(
    ("operation", "sentence", "known"),
    [
        ("POST /users", "POST /users 409 for a taken address", True),
        ("POST /users", "POST /users/{id} 404", False),
        ("Mutation.addUser", "Mutation.addUser returns the user", True),
        ("Mutation.addUser", "addUser stores the user", True),
        ("Mutation.addUser", "addUsers stores each user", False),
        ("Mutation.addUser", "readdUser stores the user", False),
        ("Query.user", "Query.user of an unknown id is null", True),
        ("Query.user", "a taken address makes no user", False),
    ],
)
def test_an_operation_is_done_when_tests_whose_sentences_name_it_are_green(
    operation: str, sentence: str, known: bool
) -> None:
    test = f"{USERS}::test_it"
    said = plan(tests=(PlannedTest(path=USERS, behaviour=sentence),), operations=(operation,))
    behaviour = CoveredBehaviour(planned=1, path=USERS, behaviour=sentence, tests=(test,))
    for outcome in (runs.TestOutcome.PASSED, runs.TestOutcome.FAILED):
        run = runs.TestRun(
            cases=(runs.TestCase(test_id=test, outcome=outcome),),
            counts=TestCounts(),
            end=runs.ExecEnd.EXITED,
            exit_code=0,
            output="",
        )
        done = operations_done(said, CoveredBehaviours(behaviours=(behaviour,)), run)
        assert done == ({operation} if known and outcome is runs.TestOutcome.PASSED else set())
