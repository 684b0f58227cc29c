"""A part that is done: what is kept of it, and what the next one begins with."""

from temporalio.testing import ActivityEnvironment

from activities.messages import NextPartInput
from activities.next_part import NextPartActivity
from aurora.domain.findings import Report, ReportStatus, TestCounts
from aurora.domain.finished_parts import FinishedParts
from aurora.domain.frozen_tests import FrozenTests, Snapshot
from aurora.domain.plan import CoveredBehaviour, CoveredBehaviours, Plan
from aurora.domain.task import Draft, TaskRef
from aurora.stored_values import fetch, finished_of, keep, plan_of
from tests.support.memory_artifacts import MemoryArtifacts
from tests.support.workspaces import DIGEST, SHA

TASK = TaskRef(id="t")
GREEN = Report(checker="tests", status=ReportStatus.PASSED, summary="", counts=TestCounts(collected=9, passed=9))


def _part(title: str) -> dict[str, object]:
    return {
        "title": title,
        "summary": f"Add {title}",
        "operations": [f"GET /{title}"],
        "files": [],
        "tests": [{"path": f"tests/test_{title}.py", "behaviour": "b", "operation": f"GET /{title}"}],
    }


async def test_the_next_part_begins_where_this_one_ended() -> None:
    store = MemoryArtifacts()
    kept = store.of(TASK)
    plan = Plan.model_validate(
        {"summary": "s", "files": [], "tests": [], "parts": [_part("a"), _part("b"), _part("c")]}
    )
    one = Snapshot(commit="1" * 40)
    draft = Draft(
        task=TASK, workspace=DIGEST, base=SHA, base_pack=DIGEST, commit="c" * 40, bundle=DIGEST, part=1,
        plan=await keep(kept, plan),
        covered=await keep(kept, CoveredBehaviours(behaviours=(CoveredBehaviour(planned=1, path="p", behaviour="b"),))),
        frozen=await keep(
            kept,
            FrozenTests(
                files={"tests/test_a.py": "1", "tests/conftest.py": "2"}, support={"tests/data.json": "3"},
                test_ids=("tests/test_a.py::t",), red=("tests/test_a.py::t",), texts={"tests/test_a.py": ""},
                seen_red=one,
            ),
        ),
        notes=DIGEST, diff=DIGEST, planned_texts=DIGEST,
    )  # fmt: skip
    order = NextPartInput(draft=draft, reports=(GREEN,), rounds=2, said="stored", subject="Add a", evidence=DIGEST)
    next_part = NextPartActivity(store).next_part
    following = await ActivityEnvironment().run(next_part, order)
    assert following == await ActivityEnvironment().run(next_part, order)
    assert (following.part, following.since, following.start, following.base) == (2, "c" * 40, "c" * 40, SHA)
    assert (following.covered, following.notes, following.diff, following.planned_texts) == (None,) * 4
    assert (await plan_of(kept, following)) == plan.of_part(2)

    frozen = await fetch(kept, str(following.frozen), FrozenTests)
    # what supports the tests may grow with those of the next part
    assert frozen.protected == {"tests/test_a.py": "1"} and frozen.texts == {} and frozen.of_earlier_parts
    assert frozen.red == ("tests/test_a.py::t",) and frozen.bare("tests/test_a.py") == (None, one)

    (done,) = (await finished_of(kept, following)).parts
    assert (done.number, done.title, done.operations, done.red, done.rounds) == (1, "a", ("GET /a",), 1, 2)
    assert (done.said, done.subject, done.commit, done.evidence) == ("stored", "Add a", "c" * 40, DIGEST)
    assert done.green.passed == 9 and len(done.behaviours) == 1 and FinishedParts(parts=(done,)).operations == 1

    third = await ActivityEnvironment().run(next_part, order.model_copy(update={"draft": following}))
    assert [one.number for one in (await finished_of(kept, third)).parts] == [1, 2]
    # nothing of the second part was frozen: the record of the first stands
    assert [one.tests for one in (await fetch(kept, str(third.frozen), FrozenTests)).earlier] == [1, 0]
