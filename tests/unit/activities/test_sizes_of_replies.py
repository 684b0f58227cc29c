"""Whatever a model blows up to 3 MB, what Temporal is given of it stays below 64 KiB."""

import hashlib

import pytest

from activities.check_context import CheckContextActivity
from activities.check_report import CheckReportActivity
from activities.draft_plan import DraftPlanActivity
from activities.judge_contradiction import JudgeContradictionActivity
from activities.keep_texts import KeepTextsActivity
from activities.messages import (
    CheckReportInput,
    KeepTextsInput,
    ToolsInput,
)
from activities.reflect import ReflectActivity
from activities.turns.conversation import append
from activities.use_tools import UseToolsActivity
from activities.write_code import WriteCodeActivity
from aurora import ports
from aurora.domain.context_report import ContextReport, MissingPiece
from aurora.domain.contradiction import Contradiction, Reported, Verdict
from aurora.domain.frozen_tests import FrozenTests
from aurora.domain.plan import Plan, Reflection
from aurora.domain.questions import Exchange, Question, QuestionKind
from aurora.domain.runs import ExecEnd
from aurora.domain.steps import Step
from aurora.settings.repository import ArchitectSettings, BackendSettings
from aurora.stored_values import keep
from tests.support.large_texts import MB3, Desk, big, encodable, events, large_plan, small
from tests.support.workspaces import workspace


@big
async def test_a_text(desk: Desk, text: str) -> None:
    await small(WriteCodeActivity(desk.turns({"type": "text", "text": encodable(text)})).write_code, await desk.order())


@big
async def test_names_inputs_and_model(desk: Desk, text: str) -> None:
    said = encodable(text)
    uses = [
        {"type": "tool_use", "id": f"u{n}", "name": said if n == 2 else "read_file", "input": given}
        for n, given in enumerate(
            ({"path": said}, {"paths": [said[:9_999]] * 1_000}, {"pattern": 1}, said[:9], [said[:9]], None)
        )
    ]
    reply = await small(
        WriteCodeActivity(desk.turns(*uses, model=said, stop_reason="tool_use")).write_code, await desk.order()
    )
    assert reply.stop == "tool_use"


@big
@pytest.mark.parametrize("times", [1, 4, 100])
async def test_questions_of_a_turn(desk: Desk, text: str, times: int) -> None:
    said = "Which? " + encodable(text)[: MB3 // times]
    given = {
        "kind": "decision",
        "question": said,
        "options": [said[:1_000]] * (1_000 // times),
        "assumed": said[:9_999],
    }
    uses = [{"type": "tool_use", "id": f"u{n}", "name": "ask_architect", "input": given} for n in range(times)]
    reply = await small(WriteCodeActivity(desk.turns(*uses, stop_reason="tool_use")).write_code, await desk.order())
    assert len(reply.asks) == min(times, 4)


@pytest.mark.parametrize("options", ["text", 7, None, {"a": 1}, [{"a": 1}, 7], ["x"] * 1_000], ids=str)
async def test_options_of_any_shape(desk: Desk, options: object) -> None:
    use = {"type": "tool_use", "id": "u", "name": "ask_architect", "input": {"question": "?", "options": options}}
    reply = await small(WriteCodeActivity(desk.turns(use, stop_reason="tool_use")).write_code, await desk.order())
    assert len(reply.asks[0].question.options) <= 8


@big
async def test_a_refusal(desk: Desk, text: str) -> None:
    await small(
        WriteCodeActivity(desk.turns(stop_reason="refusal", refusal=encodable(text))).write_code, await desk.order()
    )


@big
async def test_a_context_report(desk: Desk, text: str) -> None:
    said = "Which? " + encodable(text)
    piece = MissingPiece(question=said[:9_999], options=(said[:100],) * 1_000, assumed=said[:9_999])
    largest = piece.model_copy(update={"question": said, "packages": (said[:999],) * 1_000})
    report = ContextReport(summary=said[:9_999], missing=(largest, *(piece,) * 20)).model_dump_json()
    turns = desk.turns({"type": "text", "text": report})
    reply = await small(CheckContextActivity(turns, desk.artifacts).check_context, await desk.order(Step.CHECK_CONTEXT))
    assert len(reply.questions) == 8


async def test_a_missing_package_is_a_question_whose_yes_adds_it(desk: Desk) -> None:
    piece = MissingPiece(question="May httpx be added?", options=("yes", "no"), packages=("httpx",))
    report = ContextReport(summary="s", missing=(piece,)).model_dump_json()
    turns = desk.turns({"type": "text", "text": report})
    reply = await small(CheckContextActivity(turns, desk.artifacts).check_context, await desk.order(Step.CHECK_CONTEXT))
    (question,) = reply.questions
    assert question.kind is QuestionKind.DEPENDENCY and "httpx" in question.text
    assert question.text.endswith(piece.question)


@big
async def test_a_question_of_control_characters_only_is_none(desk: Desk, text: str) -> None:
    report = ContextReport(summary="s", missing=(MissingPiece(question=encodable(text)),)).model_dump_json()
    turns = desk.turns({"type": "text", "text": report})
    await small(CheckContextActivity(turns, desk.artifacts).check_context, await desk.order(Step.CHECK_CONTEXT))


@big
async def test_a_plan_to_approve(desk: Desk, text: str) -> None:
    settings = BackendSettings(architect=ArchitectSettings(approve_plan=True))
    turns = desk.turns({"type": "text", "text": large_plan(encodable(text)).model_dump_json()})
    await small(DraftPlanActivity(turns, desk.artifacts).draft_plan, await desk.order(Step.DRAFT_PLAN, settings))


@big
async def test_a_reflection_with_a_contradiction(desk: Desk, text: str) -> None:
    fields = dict.fromkeys(Reflection.model_fields, "because") | {"contradiction": encodable(text)}
    turns = desk.turns({"type": "text", "text": Reflection(**fields).model_dump_json()})
    await small(ReflectActivity(turns, desk.artifacts).reflect, await desk.order(Step.REFLECT))


@big
async def test_a_verdict(desk: Desk, text: str) -> None:
    verdict = Verdict(contradicts=True, clause=encodable(text), why=encodable(text))
    turns = desk.turns({"type": "text", "text": verdict.model_dump_json()})
    said = Contradiction(test="t", path="p", name="n", clause="c", why="w", before=encodable(text))
    order = await desk.order(Step.JUDGE_CONTRADICTION)
    order = order.model_copy(update={"case": await keep(desk.kept, said)})
    await small(JudgeContradictionActivity(turns, desk.artifacts).judge_contradiction, order)


@big
async def test_a_report_and_what_it_is_worth(desk: Desk, text: str) -> None:
    said = encodable(text)
    source = f"def test_1():\n    assert {said[:1_000_000]!r}\n".encode()
    desk.sandbox.tree = {"tests/test_a.py": source}
    test_ids = tuple(f"tests/test_a.py::{name}" for name in ("test_1", said[:10_000]))
    frozen = FrozenTests(files={"tests/test_a.py": hashlib.sha256(source).hexdigest()}, test_ids=test_ids, red=test_ids)
    desk.sandbox.tests = ports.TestExecution(
        end=ExecEnd.EXITED, exit_code=1, stdout=said, stderr=said, events=events(said, 30)
    )
    draft = await desk.draft(frozen=await keep(desk.kept, frozen))
    for named in ("tests/test_a.py::test_1", said):
        order = CheckReportInput(draft=draft, reported=Reported.of(named, said, said))
        await small(CheckReportActivity(desk.artifacts, desk.sandbox).check_report, order)


@big
async def test_a_result_that_is_none(desk: Desk, text: str) -> None:
    turns = desk.turns({"type": "text", "text": f'{{"{encodable(text)[:1000]}": 1, "files": "' + "x" * MB3 + '"}'})
    await small(DraftPlanActivity(turns, desk.artifacts).draft_plan, await desk.order(Step.DRAFT_PLAN))


# ── what its hands do ────────────────────────────────────────────────────────────────────────────────────────────


@big
@pytest.mark.parametrize("name", ["report_blocked", "finish", "write_file", "read_file", "search_code", "run_pytest"])
async def test_calls_and_their_results(desk: Desk, text: str, name: str) -> None:
    said = encodable(text)
    given = dict.fromkeys(("test", "why", "path", "pattern", "glob"), said[:9_999])
    given |= dict.fromkeys(("clause", "content", "summary"), said)
    use = {"type": "tool_use", "id": "u", "name": name, "input": given | {"selection": [said[:9_999]] * 3}}
    conversation = await append(desk.kept, None, {"role": "assistant", "content": [use, use]})
    order = ToolsInput(draft=await desk.draft(), step=Step.WRITE_CODE, turn=1, conversation=conversation)
    await small(UseToolsActivity(desk.artifacts, desk.sandbox).use_tools, order)


@big
async def test_file_names_outside_the_plan(desk: Desk, text: str) -> None:
    name = encodable(text[:4_000]).replace("\0", "")
    desk.sandbox.changed = {f"{n:04}{name}" for n in range(500)}
    plan = await keep(desk.kept, Plan(summary="s", files=(), tests=()))
    use = {"type": "tool_use", "id": "u", "name": "list_files", "input": {"glob": "**"}}
    conversation = await append(desk.kept, None, {"role": "assistant", "content": [use]})
    draft = await desk.draft(plan=plan, commit="b" * 40)
    order = ToolsInput(draft=draft, step=Step.WRITE_CODE, turn=1, conversation=conversation)
    result = await small(UseToolsActivity(desk.artifacts, desk.sandbox).use_tools, order)
    assert len(result.outside) == 20


@big
async def test_an_exchange(desk: Desk, text: str) -> None:
    said = encodable(text)
    question = Question(
        id="q1", kind=QuestionKind.STUCK, text=said[:4_000], step=Step.WRITE_CODE, asked_at=1,
        options=(said[:400],) * 8, assumed=said[:400], asked=(said[:400],) * 9,
    )  # fmt: skip
    exchanges = tuple(Exchange(question=q, text=said, by=said[:400]) for q in (question, None))
    await small(
        KeepTextsActivity(desk.artifacts).keep_texts, KeepTextsInput(task=workspace().task.ref, exchanges=exchanges * 4)
    )
