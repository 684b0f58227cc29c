"""A repeated visit goes on with its conversation where that is cheaper than a new one, and hears what is new."""

from typing import Any

import pytest
from temporalio.testing import ActivityEnvironment

from activities import write_tests
from activities.messages import Attempt, PastConversation, TurnReply
from activities.turns import request_frame
from activities.turns.conversation import append, load
from activities.turns.conversation_reuse import Sizes, going_on_is_cheaper, sizes_of
from aurora.domain.findings import Finding, Report, ReportStatus
from aurora.domain.questions import Exchange
from aurora.domain.steps import Step
from aurora.labelled import unlabelled
from aurora.stored_values import keep, tell
from tests.support.desk_of_one import Table, table
from tests.support.workspaces import workspace

OTHER = "c" * 40
ATTEMPT = Attempt(number=2, most=3, found=("attempt 1: 183 red, 1 for a wrong reason",))


async def again(
    at: Table,
    *earlier: dict[str, Any],
    warm: bool = True,
    commit: str | None = None,
    step: Step = Step.WRITE_TESTS,
    frame: str = "",
) -> list[str]:
    """All texts of the conversation that a visit of write_tests begins with; `step`: whose visit came before."""
    head = await append(at.kept(), None, *earlier)
    draft = await at.draft()
    observed = await tell(at.kept(), draft, (Exchange(question=None, text="ids are numbers", id="c1"),))
    now = await tell(at.kept(), observed, (Exchange(question=None, text="log it, too", id="c2"),))
    finding = Finding(check="red", test_id="tests/test_a.py::test_a", message="NameError: no_such_name")
    report = Report(checker="red", status=ReportStatus.FAILED, summary="1 wrong", findings=(finding,), total=1)
    past = PastConversation(
        head=head,
        step=step,
        frame=frame or request_frame.name_of(request_frame.frame_of(write_tests.SPEC, workspace())),
        commit=commit or draft.commit,
        answers=observed.answers,
        tokens=9_000,
        replied_at=1,
    )
    order = await at.order(
        step=Step.WRITE_TESTS,
        draft=now,
        reports=(await keep(at.kept(), report),),
        advice="mind the ids",
        attempt=ATTEMPT,
        before=past,
        warm=warm,
    )
    reply: TurnReply = await ActivityEnvironment().run(write_tests.WriteTestsActivity(at.turns).write_tests, order)
    messages = (await load(at.kept(), reply.conversation))[:-1]
    return [block["text"] for message in messages for block in message["content"] if block["type"] == "text"]


def said(role: str, text: str) -> dict[str, Any]:
    return {"role": role, "content": [{"type": "text", "text": text}]}


FINISH = {"type": "tool_use", "id": "t1", "name": "finish", "input": {"summary": "Eight tests."}}
TAKEN = {"type": "tool_result", "tool_use_id": "t1", "content": [{"type": "text", "text": "The checkers judge next."}]}
EARLIER = (
    said("user", "the brief"),
    {"role": "assistant", "content": [FINISH]},
    {"role": "user", "content": [TAKEN]},
)


async def test_a_short_conversation_goes_on_with_the_report_and_what_it_has_not_heard() -> None:
    async with table() as at:
        brief, now = await again(at, *EARLIER)
    assert brief == "the brief"
    assert "attempt 2 of 3" in now and "NameError: no_such_name" in now and "mind the ids" in now
    assert "log it, too" in now and "ids are numbers" not in now
    assert now.startswith("Step: write_tests (again)")
    assert "The repository" not in now and "have changed the draft" not in now


async def test_the_next_step_goes_on_with_what_was_read_and_hears_what_it_is_asked() -> None:
    far = said("assistant", "x" * 60_000)
    async with table() as at:
        brief, _, now = await again(at, *EARLIER, far, step=Step.DEFINE_INTERFACES, warm=False)
    assert brief == "the brief"
    assert now.startswith("Step: write_tests\n") and "Write the tests of the plan" in now and "log it, too" in now


async def test_under_another_model_or_other_tools_a_conversation_is_begun_anew() -> None:
    async with table() as at:
        opening, *_, words = await again(at, *EARLIER, step=Step.DEFINE_INTERFACES, frame="another")
    assert "The repository" in opening and words.startswith("Step: write_tests\n")


async def test_what_a_linter_changed_since_is_said() -> None:
    async with table() as at:
        assert "read a file again before you edit it" in (await again(at, *EARLIER, commit=OTHER))[-1]


async def test_a_conversation_that_went_far_astray_gives_way_to_a_new_one_that_knows_what_was_found() -> None:
    async with table() as at:
        opening = "\n".join(await again(at, *EARLIER, said("assistant", "x" * 60_000)))
    assert "Attempt 2 of 3. What was found before:\n- attempt 1: 183 red, 1 for a wrong reason" in unlabelled(opening)
    assert "The repository" in opening and "ids are numbers" in opening


@pytest.mark.parametrize(
    ("conversation", "warm", "goes_on"),
    [
        pytest.param(30_000, True, True, id="a warm one three times as long"),
        pytest.param(35_000, True, False, id="a warm one longer than that"),
        pytest.param(9_900, False, True, id="a cold one shorter than brief and reading"),
        pytest.param(11_000, False, False, id="a cold one longer than both"),
    ],
)
def test_the_sizes_decide(conversation: int, warm: bool, goes_on: bool) -> None:
    assert going_on_is_cheaper(Sizes(conversation, brief=6_000, reread=4_000), warm=warm) is goes_on


def test_what_was_read_counts_once_for_each_call_and_what_was_written_does_not() -> None:
    def called(number: int, name: str, text: str, **given: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        use = {"type": "tool_use", "id": f"t{number}", "name": name, "input": given}
        result = {"type": "tool_result", "tool_use_id": f"t{number}", "content": [{"type": "text", "text": text}]}
        return {"role": "assistant", "content": [use]}, {"role": "user", "content": [result]}

    messages = [
        *called(1, "read_file", "x" * 1_000, path="a.py"),
        *called(2, "read_file", "x" * 1_000, path="a.py"),
        *called(3, "search_code", "x" * 500, pattern="b"),
        *called(4, "run_pytest", "x" * 9_000, selection=[]),
    ]
    assert 1_500 < sizes_of(messages, "brief").reread < 1_650
