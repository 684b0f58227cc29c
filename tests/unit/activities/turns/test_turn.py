"""The Architect's words reach the conversation whole, and a plan is shown with all that its approval is about."""

from typing import Any

from temporalio.testing import ActivityEnvironment

from activities import run_tests
from activities.checks.project_tools import ProjectTools
from activities.create_commit import commit_message
from activities.draft_plan import DraftPlanActivity
from activities.keep_texts import head
from activities.messages import CheckInput, CheckResult, ToolAnswer, ToolsInput, ToolsResult, TurnReply
from activities.turns.conversation import append, load
from activities.use_tools import UseToolsActivity
from activities.write_code import WriteCodeActivity
from aurora import ports
from aurora.domain import runs
from aurora.domain.findings import Finding, Report, ReportStatus, TestCounts
from aurora.domain.frozen_tests import FrozenTests
from aurora.domain.plan import Plan, PlannedFile
from aurora.domain.questions import Exchange, Question, QuestionKind
from aurora.domain.runs import ExecEnd
from aurora.domain.steps import Step
from aurora.labelled import unlabelled
from aurora.settings.repository import ArchitectSettings, BackendSettings
from aurora.stored_values import answers_of, fetch, keep, tell
from aurora.toolchains.python import pytest_runs
from tests.support.desk_of_one import Table, plan, table
from tests.support.memory_box import SEALED, MemorySandbox
from tests.support.workspaces import workspace

LONG = "An e-mail address is unique, whatever its case. " * 100


async def asked(at: Table, id: str, said: str, **more: Any) -> tuple[Exchange, Exchange]:
    """(whole, head) of an answered question."""
    question = Question(id=id, kind=QuestionKind.DECISION, text="Which?", step=Step.WRITE_CODE, asked_at=1)
    exchange = Exchange(question=question, text=said, **more)
    return exchange, head(exchange, await keep(at.kept(), exchange))


async def unasked(at: Table, said: str) -> Exchange:
    exchange = Exchange(question=None, text=said, id="c1")
    return head(exchange, await keep(at.kept(), exchange))


# ── said before a turn ───────────────────────────────────────────────────────────────────────────────────────────


async def test_what_was_said_since_the_last_turn_is_heard_whole_beside_the_nudge() -> None:
    async with table() as at:
        _, answer = await asked(at, "q1", LONG)
        _, assumed = await asked(at, "q2", "JSON only", silent=True)
        order = await at.order(nudge="Go on.", said=(answer, await unasked(at, LONG + "Now."), assumed))
        reply: TurnReply = await ActivityEnvironment().run(WriteCodeActivity(at.turns).write_code, order)
        messages = await load(at.kept(), reply.conversation)
        assert [unlabelled(block["text"]) for block in messages[1]["content"]] == [
            "Go on.",
            f"The Architect says:\n{LONG}",
            f"The Architect adds, unasked:\n{LONG}Now.",
            "Nobody answered in time; as the settings allow, this is assumed:\nJSON only",
        ]


async def test_what_was_said_makes_another_call_and_the_same_words_the_same_one() -> None:
    async with table({"text": "a"}, {"text": "b"}) as at:
        _, answer = await asked(at, "q1", LONG)
        ids = []
        for said in ((), (answer,), (answer,)):
            reply: TurnReply = await ActivityEnvironment().run(
                WriteCodeActivity(at.turns).write_code, await at.order(said=said)
            )
            ids.append(reply.call_id)
        assert ids[0] != ids[1] == ids[2]
        assert len(at.double.ledger.calls) == 2


# ── said to a question of the turn ───────────────────────────────────────────────────────────────────────────────


def use(name: str, at: int = 0, **given: Any) -> dict[str, Any]:
    return {"type": "tool_use", "id": f"u{at}", "name": name, "input": given}


async def used(at: Table, sandbox: MemorySandbox, *uses: dict[str, Any], **more: Any) -> ToolsResult:
    draft = more.pop("draft", None) or await at.draft()
    conversation = await append(at.kept(), None, {"role": "assistant", "content": list(uses)})
    order = ToolsInput(draft=draft, step=Step.WRITE_CODE, turn=1, conversation=conversation, **more)
    result: ToolsResult = await ActivityEnvironment().run(UseToolsActivity(at.artifacts, sandbox).use_tools, order)
    return result


async def texts(at: Table, result: ToolsResult) -> list[str]:
    last = (await load(at.kept(), result.conversation))[-1]
    said = (block["content"][0] if "content" in block else block for block in last["content"])
    return [unlabelled(block["text"]) for block in said]


async def test_an_answer_that_travelled_as_its_head_comes_back_whole() -> None:
    async with table() as at:
        whole, answer = await asked(at, "q1", LONG)
        tool_answers = (ToolAnswer(tool_use_id="u0", question_id="q1"),)
        result = await used(
            at, MemorySandbox(), use("ask_architect"), answers=tool_answers, said=(answer, await unasked(at, LONG))
        )
        assert await texts(at, result) == [
            f"The Architect says:\n{LONG}",
            f"The Architect adds, unasked:\n{LONG}",
        ]
        book = await answers_of(at.kept(), result.draft)
        assert book.exchanges[0] == whole and book.exchanges[1].text == LONG


async def test_answers_with_the_same_head_go_to_the_calls_that_asked_their_questions() -> None:
    async with table() as at:
        answers = [(await asked(at, f"q{n}", LONG + end))[1] for n, end in enumerate(("one", "two"))]
        tool_answers = tuple(ToolAnswer(tool_use_id=f"u{n}", question_id=f"q{n}") for n in (1, 0))
        uses = [use("ask_architect", n) for n in range(2)]
        result = await used(at, MemorySandbox(), *uses, answers=tool_answers, said=tuple(reversed(answers)))
        assert [text[-3:] for text in await texts(at, result)] == ["one", "two"]


async def test_silence_is_told_as_silence() -> None:
    async with table() as at:
        _, answer = await asked(at, "q1", "JSON only", silent=True)
        tool_answers = (ToolAnswer(tool_use_id="u0", question_id="q1"),)
        result = await used(at, MemorySandbox(), use("ask_architect"), answers=tool_answers, said=(answer,))
        assert (await texts(at, result))[0].startswith("Nobody answered in time")


# ── outside the plan ─────────────────────────────────────────────────────────────────────────────────────────────


async def test_files_that_the_plan_does_not_name_are_said_tests_are_not() -> None:
    async with table() as at:
        sandbox = MemorySandbox()
        sandbox.changed = {"app/users.py", "app/other.py", "tests/test_users.py", "tests/helpers.py"}
        draft = (await at.draft(plan=plan())).at(SEALED, None)
        result = await used(at, sandbox, use("list_files", glob="**"), draft=draft)
        assert (result.outside, result.far) == (("app/other.py",), False)
        sandbox.changed |= {"deploy/setup.py"}
        result = await used(at, sandbox, use("list_files", glob="**"), draft=draft)
        assert (result.outside, result.far) == (("app/other.py", "deploy/setup.py"), True)


async def test_before_there_is_a_plan_nothing_is_outside_it() -> None:
    async with table() as at:
        sandbox = MemorySandbox()
        sandbox.changed = {"app/other.py"}
        assert (await used(at, sandbox, use("list_files", glob="**"))).outside == ()


# ── the plan ─────────────────────────────────────────────────────────────────────────────────────────────────────


async def planned(drafted: Plan) -> str:
    settings = BackendSettings(architect=ArchitectSettings(approve_plan=True))
    submitted = {"name": "submit_plan", "input": drafted.model_dump(mode="json")}
    async with table({"tool_calls": [submitted], "usage": {"output_tokens": 100}}) as at:
        order = await at.order(Step.DRAFT_PLAN, draft=await at.draft(settings))
        reply: TurnReply = await ActivityEnvironment().run(DraftPlanActivity(at.turns, at.artifacts).draft_plan, order)
        (question,) = reply.questions
        assert (question.kind, question.options) == (QuestionKind.PLAN, ("approve", "abandon"))
        return question.text


async def test_a_plan_is_shown_with_everything_its_approval_is_about() -> None:
    text = await planned(
        plan(operations=("POST /users",), dependencies=("fastapi",), risks=("e-mails differ in case only",))
    )
    for said in (
        "Add POST /users", "- app/users.py: the route (create_user)", "- tests/test_users.py: POST /users answers 201",
        "- POST /users", "- fastapi", "- e-mails differ in case only",
        "for 1 calls so far", "A guess: 8 to 24 more calls for 1 files and 1 tests", "The budget of $10.00 binds",
    ):  # fmt: skip
        assert said in text


async def test_a_long_plan_hides_none_of_its_parts() -> None:
    files = tuple(PlannedFile(path=f"app/f{n}.py", purpose="word " * 200) for n in range(60))
    text = await planned(plan(summary="S" * 5_000, files=files, risks=("risk " * 2_000,), operations=("GET /x",) * 300))
    assert len(text.encode()) <= 4_000
    for said in ("Files:", "more", "Tests:", "Contract operations:", "Risks:", "Cost:", "binds whatever the guess."):
        assert said in text


# ── reports ──────────────────────────────────────────────────────────────────────────────────────────────────────


def failed(*names: str) -> runs.TestRun:
    cases = tuple(
        runs.TestCase(test_id=f"tests/test_a.py::{n}", outcome=runs.TestOutcome.FAILED, message=f"boom {number}")
        for number, n in enumerate(names)
    )
    return runs.TestRun(cases=cases, counts=TestCounts(failed=len(cases)), end=ExecEnd.EXITED, exit_code=1, output="")


async def kept(run: runs.TestRun) -> Report:
    async with table() as at:
        tools = ProjectTools(at.kept(), workspace(), Step.RUN_TESTS)
        return await tools.keep(pytest_runs.report(run, None))


async def test_the_same_failing_set_has_the_same_fingerprint_however_much_is_cut() -> None:
    names = [f"t{n:03}" for n in range(50)]
    one, other = await kept(failed(*names)), await kept(failed(*reversed(names)))
    fewer, none = await kept(failed(*names[:49])), await kept(failed())
    assert one.fingerprint == other.fingerprint != fewer.fingerprint
    assert [len(r.findings) for r in (one, fewer)] == [10, 10]
    assert one.total == 50 and none.fingerprint not in (one.fingerprint, fewer.fingerprint)


async def test_the_model_reads_what_the_history_only_has_the_head_of() -> None:
    async with table() as at:
        tools = ProjectTools(at.kept(), workspace(), Step.RUN_TESTS)
        finding = Finding(check="x", path="p" * 900, test_id="n" * 900, message="m" * 4_000, hint="d" * 1_000)
        report = Report(checker="x", status=ReportStatus.FAILED, findings=(finding,) * 30)
        small = await tools.keep(report)
        assert [len(getattr(small.findings[0], name)) for name in ("path", "test_id", "message", "hint")] == [
            198, 198, 298, 118,
        ]  # fmt: skip
        assert small.whole is not None
        assert await fetch(at.kept(), small.whole, Report) == report


async def test_a_whole_report_is_bounded_in_bytes_and_says_so() -> None:
    async with table() as at:
        tools = ProjectTools(at.kept(), workspace(), Step.RUN_TESTS)
        findings = tuple(Finding(check="x", path=f"p{n}", message="m" * 4_000) for n in range(3_000))
        report = Report(checker="x", status=ReportStatus.FAILED, summary="3000 findings", findings=findings)
        small = await tools.keep(report)
        assert small.whole is not None and small.total == 3_000
        whole = await fetch(at.kept(), small.whole, Report)
        assert 1_000 < len(whole.findings) < 3_000 and whole.findings == findings[: len(whole.findings)]
        assert f"only the first {len(whole.findings)} of 3000 findings are kept" in whole.summary


async def test_a_run_that_cannot_be_trusted_has_a_fingerprint_too() -> None:
    async with table() as at:
        sandbox = MemorySandbox()
        sandbox.tests = ports.TestExecution(end=ExecEnd.OUT_OF_TIME, exit_code=1, stdout="", stderr="")
        order = CheckInput(draft=await at.draft(), mode="whole")
        seen: CheckResult = await ActivityEnvironment().run(
            run_tests.RunTestsActivity(at.artifacts, sandbox).run_tests, order
        )
        assert seen.report.status is ReportStatus.INVALID and seen.report.fingerprint


# ── the commit ───────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_commit_says_what_nobody_decided() -> None:
    async with table() as at:
        _, assumed = await asked(at, "q1", "JSON\nonly", silent=True)
        _, answered = await asked(at, "q2", "201")
        draft = await tell(at.kept(), await at.draft(plan=plan()), (assumed, answered))
        frozen = FrozenTests(files={}, test_ids=(), red=())
        message = commit_message(draft, plan(), frozen, TestCounts(), await answers_of(at.kept(), draft))
        assert message.splitlines()[-1] == 'Aurora-Assumed: q1 "Which?": JSON only'
