"""Steps that share a conversation: the same first bytes in every request, and each step's own tools and results."""

from typing import Any

import pytest
from temporalio.testing import ActivityEnvironment

from activities import check_context, define_interfaces, draft_plan, fix_code, fix_lint, write_code, write_tests
from activities.messages import PastConversation, ToolsInput, ToolsResult, TurnReply
from activities.turns import request_frame, step_tools
from activities.turns.conversation import append, load
from activities.use_tools import UseToolsActivity
from aurora.domain.conversations import SHARED_BY, shared_by
from aurora.domain.plan import Plan
from aurora.domain.questions import QuestionKind
from aurora.domain.steps import Step
from aurora.messages_double.strictness import check_request
from aurora.messages_double.tokens import of_block
from aurora.settings.repository import BackendSettings
from aurora.stored_values import fetch
from tests.support.desk_of_one import Table, plan, table
from tests.support.memory_box import MemorySandbox
from tests.support.workspaces import workspace

SPECS = {
    spec.step: spec
    for spec in (
        check_context.SPEC, draft_plan.SPEC, define_interfaces.SPEC, write_tests.SPEC, write_code.SPEC, fix_code.SPEC,
        fix_lint.SPEC,
    )
}  # fmt: skip
CLEAR = {"name": "submit_context", "input": {"summary": "All is said.", "missing": []}}
OPEN = {"name": "submit_context", "input": {"summary": "One thing.", "missing": [{"question": "Which codes?"}]}}


def submitted(drafted: Plan) -> dict[str, Any]:
    return {"name": "submit_plan", "input": drafted.model_dump(mode="json")}


async def checked(at: Table, settings: BackendSettings | None = None) -> TurnReply:
    order = await at.order(Step.CHECK_CONTEXT, draft=await at.draft(settings))
    checker = check_context.CheckContextActivity(at.turns, at.artifacts)
    reply: TurnReply = await ActivityEnvironment().run(checker.check_context, order)
    return reply


# ── one head for all ─────────────────────────────────────────────────────────────────────────────────────────────


def test_every_step_of_a_conversation_has_the_same_head() -> None:
    for steps in SHARED_BY.values():
        assert len({request_frame.name_of(request_frame.frame_of(SPECS[step], workspace())) for step in steps}) == 1


def test_a_model_of_its_own_gives_a_step_another_head() -> None:
    own = workspace(settings=BackendSettings(models={"draft_plan": "claude-opus-5-5"}))
    frames = {step: request_frame.name_of(request_frame.frame_of(SPECS[step], own)) for step in SPECS}
    assert frames[Step.DRAFT_PLAN] not in {name for step, name in frames.items() if step is not Step.DRAFT_PLAN}


def test_the_shared_tools_are_within_the_service_s_limits() -> None:
    frame = request_frame.frame_of(SPECS[Step.WRITE_TESTS], workspace())
    message = {"role": "user", "content": [{"type": "text", "text": "Step: write_tests"}]}
    check_request(
        {
            "model": frame.model,
            "max_tokens": 100,
            "system": list(frame.system),
            "tools": list(frame.tools),
            "messages": [message],
            "output_config": {"effort": frame.effort},
        }
    )


def test_the_beginning_and_the_ends_of_the_user_s_last_two_turns_are_marked() -> None:
    def message(role: str) -> dict[str, Any]:
        return {"role": role, "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}

    roles = ("user", "assistant", "user", "assistant", "user", "user")
    marked = request_frame.with_breakpoints([message(role) for role in roles])
    marks = [[("cache_control" in block) for block in one["content"]] for one in marked]
    assert [at for at, one in enumerate(marks) if any(one)] == [0, 2, 5]
    assert marks[0] == [True, False] and marks[5] == [False, True]


async def test_the_coder_s_first_request_reads_what_the_conversation_before_it_began_with() -> None:
    async with table({"tool_calls": [CLEAR]}, {"text": "Looking."}) as at:
        await checked(at)
        draft = await at.draft(plan=plan())
        coder = write_code.WriteCodeActivity(at.turns)
        await ActivityEnvironment().run(coder.write_code, await at.order(Step.WRITE_CODE, draft=draft))
        first, second = (call["usage"] for call in at.double.ledger.calls)
        head = request_frame.frame_of(SPECS[Step.WRITE_CODE], workspace())
        of_the_head = sum(map(of_block, (*head.tools, *head.system)))
        assert second["cache_read_input_tokens"] > of_the_head > 0
        assert second["cache_read_input_tokens"] < first["cache_creation_input_tokens"], (
            "not what check_context is asked"
        )


# ── results ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_context_and_plan_may_come_in_one_reply_with_the_questions_of_the_plan() -> None:
    drafted = plan()
    async with table({"tool_calls": [CLEAR, submitted(drafted)]}) as at:
        reply = await checked(at, BackendSettings.model_validate({"architect": {"approve_plan": True}}))
        assert reply.stop == "result" and reply.ahead is not None
        assert await fetch(at.kept(), reply.ahead, Plan) == drafted
        assert [question.kind for question in reply.questions] == [QuestionKind.PLAN]
        *_, reported = await load(at.kept(), reply.conversation)
        assert [block["content"][0]["text"] for block in reported["content"]] == ["Taken.", "Taken."]


async def test_a_plan_beside_open_questions_waits_for_their_answers() -> None:
    async with table({"tool_calls": [OPEN, submitted(plan())]}) as at:
        reply = await checked(at)
        assert reply.ahead is None and [q.kind for q in reply.questions] == [QuestionKind.MISSING_SPEC]
        *_, reported = await load(at.kept(), reply.conversation)
        assert "drafted with the answers" in reported["content"][1]["content"][0]["text"]


async def test_a_result_given_as_text_is_taken_too() -> None:
    async with table({"text": '{"summary": "All is said.", "missing": []}'}) as at:
        reply = await checked(at)
    assert (reply.stop, reply.summary) == ("result", "clear: All is said.")


async def test_a_result_that_is_none_goes_back_in_the_same_conversation() -> None:
    async with table({"text": '{"missing": 3}'}) as at:
        reply = await checked(at)
    assert reply.stop == "nudge" and "Give the whole by `submit_context`" in reply.nudge


def test_a_plan_has_interfaces_when_a_file_gains_a_symbol() -> None:
    assert plan().has_interfaces
    only_bodies = [file.model_copy(update={"symbols": ()}) for file in plan().files]
    assert not plan(files=tuple(only_bodies)).has_interfaces


# ── each step's own tools ────────────────────────────────────────────────────────────────────────────────────────


async def used(step: Step, *names: str) -> tuple[ToolsResult, list[str]]:
    """The results of the calls, with the messages of those that were refused."""
    async with table() as at:
        given = {"finish": {"summary": "done"}, "write_file": {"path": "app/a.py", "content": "A = 1\n"}}
        uses = [{"type": "tool_use", "id": name, "name": name, "input": given.get(name, {})} for name in names]
        conversation = await append(at.kept(), None, {"role": "assistant", "content": uses})
        order = ToolsInput(draft=await at.draft(), step=step, turn=1, conversation=conversation)
        result: ToolsResult = await ActivityEnvironment().run(
            UseToolsActivity(at.artifacts, MemorySandbox()).use_tools, order
        )
        reported = (await load(at.kept(), result.conversation))[-1]["content"]
        return result, [one["content"][0]["text"] for one in reported if one.get("is_error")]


@pytest.mark.parametrize("step", [Step.CHECK_CONTEXT, Step.DRAFT_PLAN])
async def test_a_step_that_reads_writes_nothing_and_ends_by_its_result(step: Step) -> None:
    result, reported = await used(step, "write_file", "finish")
    assert not result.finished and len(reported) == 2
    assert f"the step {step} only reads" in reported[0] and "belongs to the steps after the plan" in reported[0]
    assert "ends with `submit_" in reported[1]


@pytest.mark.parametrize("step", [Step.DEFINE_INTERFACES, Step.WRITE_TESTS, Step.WRITE_CODE, Step.FIX_LINT])
async def test_a_result_of_another_step_is_refused_with_the_step_it_belongs_to(step: Step) -> None:
    result, (reported, finish) = await used(step, "submit_plan", "finish")
    assert "`submit_plan` belongs to the step draft_plan" in reported and not result.finished
    assert "The step is not finished" in finish


async def test_a_result_beside_other_calls_is_taken_when_what_they_say_was_seen() -> None:
    _, reported = await used(Step.DRAFT_PLAN, "list_files", "submit_plan")
    assert any("give it alone" in text for text in reported)


async def test_a_plan_without_a_word_on_the_context_is_not_taken() -> None:
    result, (reported,) = await used(Step.CHECK_CONTEXT, "submit_plan")
    assert "say by `submit_context` first" in reported and not result.finished


def test_what_only_reads_is_never_refused_and_steps_apart_are_left_alone() -> None:
    for step in Step:
        for name in ("read_file", "list_files", "search_code", "report_blocked"):
            assert step_tools.refusal(step, name) == ""
    assert step_tools.refusal(Step.REWRITE_TEST, "finish") == step_tools.refusal(Step.REFLECT, "submit_plan") == ""


def test_who_codes_and_who_judges_shares_no_conversation_with_who_writes_the_tests() -> None:
    writer = shared_by(Step.WRITE_TESTS)
    assert writer is not None and writer is not shared_by(Step.WRITE_CODE)
    for step in (Step.REFLECT, Step.JUDGE_CONTRADICTION, Step.REWRITE_TEST):
        assert shared_by(step) is None


async def test_the_double_knows_the_step_by_the_last_words_that_name_one() -> None:
    async with table({"tool_calls": [CLEAR]}, {"tool_calls": [submitted(plan())]}) as at:
        first = await checked(at)
        draft = await at.draft()
        past = PastConversation(
            head=first.conversation or "", step=Step.CHECK_CONTEXT, frame=first.frame, commit=draft.commit, tokens=1,
            replied_at=1,
        )  # fmt: skip
        planner = draft_plan.DraftPlanActivity(at.turns, at.artifacts)
        order = await at.order(Step.DRAFT_PLAN, draft=draft, before=past)
        second: TurnReply = await ActivityEnvironment().run(planner.draft_plan, order)
        assert second.stop == "result" and not second.without_interfaces
        calls = at.double.ledger.calls
        assert [call["step"] for call in calls] == ["check_context", "draft_plan"]
        read = [call["usage"]["cache_read_input_tokens"] for call in calls]
        sent = [call["usage"]["cache_creation_input_tokens"] for call in calls]
        assert read[0] == 0 and read[1] >= sent[0], "all of the first request is read from the cache"
