"""Whatever a user, a repository or a model blows up to 3 MB, what Temporal is given of it stays below 64 KiB."""

import hashlib
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from temporalio.api.failure.v1 import Failure
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities import run_tests
from activities.apply_lint_fixes import ApplyLintFixesActivity
from activities.check_context import ContextChecker, ContextReport, MissingPiece
from activities.check_interfaces import InterfaceChecker
from activities.check_report import ReportChecker
from activities.checks.project_tools import head as project_head
from activities.create_commit import Committer
from activities.deliver import Deliverer
from activities.draft_plan import Planner
from activities.interceptors.heartbeats import translated
from activities.judge_contradiction import ContradictionJudge
from activities.keep_texts import TextKeeper
from activities.messages import (
    CheckInput,
    CheckReportInput,
    CommitInput,
    DeliverInput,
    KeepTextsInput,
    ToolsInput,
    TurnInput,
)
from activities.open_workspace import WorkspaceOpener
from activities.reflect import Reflector
from activities.run_gates import RunGatesActivity
from activities.run_linter import Linter
from activities.turns.calls import Calls
from activities.turns.conversation import append
from activities.turns.turn import Turns
from activities.use_tools import ToolUser
from activities.write_code import Coder
from aurora import errors, ports
from aurora.client.converter import data_converter
from aurora.domain.contradiction import Contradiction, Reported, Verdict
from aurora.domain.findings import Finding, Report, ReportStatus
from aurora.domain.frozen_tests import FrozenTests
from aurora.domain.outcome import Usage
from aurora.domain.plan import Plan, PlannedFile, PlannedTest, Reflection
from aurora.domain.questions import Exchange, Question, QuestionKind
from aurora.domain.runs import ExecEnd
from aurora.domain.steps import Step
from aurora.domain.task import Draft, Remote, Task
from aurora.domain.view import TaskView
from aurora.settings.policy import Policy
from aurora.settings.repository import ArchitectSettings, BackendSettings
from aurora.stored_values import keep
from tests.support.fakes import SayingRepositories
from tests.support.memory_artifacts import MemoryArtifacts, MemoryTaskArtifacts
from tests.support.memory_box import MemorySandbox
from tests.support.workspaces import DIGEST, SHA, workspace

LIMIT = 64 * 1024
MB3 = 3_000_000

TEXTS = [
    pytest.param("x" * MB3, id="letters"),
    pytest.param("\x01" * MB3, id="control characters"),
    pytest.param('"\\' * (MB3 // 2), id="quotes"),
    pytest.param("\n\t" * (MB3 // 2), id="line breaks"),
    pytest.param("🦀" * (MB3 // 4), id="emoji"),
    pytest.param("\ud83d" * (MB3 // 3), id="halves of surrogate pairs"),
]
big = pytest.mark.parametrize("text", TEXTS)


def encodable(text: str) -> str:
    """As it comes out of a driver that decodes UTF-8."""
    return text.encode("utf-8", "replace").decode()


class Model:
    """Replies what a test says, and takes any request."""

    def __init__(self, *content: dict[str, Any], **more: Any) -> None:
        given = {"id": "m", "model": "claude-sonnet-5-5", "stop_reason": "end_turn", "usage": Usage(calls=1)}
        self.answer = ports.ModelReply(**({**given, "content": content} | more))

    async def reply(self, request: ports.ModelRequest, *, provider: str) -> ports.ModelReply:
        return self.answer

    async def count(self, request: ports.ModelRequest, *, provider: str) -> int:
        return 1

    async def describe(self, model: str, *, provider: str) -> ports.ModelCard:
        raise NotImplementedError

    def upper_bound(self, request: ports.ModelRequest, input_tokens: int) -> int:
        return 1


class Desk:
    """One task's artifacts, and its activities' results as Temporal would be given them."""

    def __init__(self) -> None:
        self.artifacts = MemoryArtifacts()
        self.sandbox = MemorySandbox()

    @property
    def kept(self) -> MemoryTaskArtifacts:
        return self.artifacts.of(workspace().task.ref)

    async def draft(self, settings: BackendSettings | None = None, **more: Any) -> Draft:
        space = workspace(settings=settings).model_copy(update={"listing": await self.kept.put(b"app.py")})
        kept = await keep(self.kept, space)
        draft = Draft(task=space.task.ref, workspace=kept, base=SHA, base_pack=DIGEST, commit=SHA)
        return draft.model_copy(update=more)

    def turns(self, *content: dict[str, Any], **more: Any) -> Turns:
        return Turns(self.artifacts, Calls(Model(*content, **more)))

    async def order(self, step: Step = Step.WRITE_CODE, settings: BackendSettings | None = None) -> TurnInput:
        draft = await self.draft(settings)
        return TurnInput(draft=draft, step=step, visit=1, turn=1, conversation=None, left_microdollars=10)


async def small(activity: Callable[[Any], Awaitable[Any]], order: Any) -> Any:
    """The activity's result, which the converter makes small and reads again."""
    result = await ActivityEnvironment().run(activity, order)
    payloads = await data_converter().encode([result])
    assert sum(payload.ByteSize() for payload in payloads) < LIMIT
    (again,) = await data_converter().decode(payloads, [type(result)])
    assert again == result
    return result


@pytest.fixture
def desk() -> Desk:
    return Desk()


# ── what a model says ────────────────────────────────────────────────────────────────────────────────────────────


@big
async def test_a_text(desk: Desk, text: str) -> None:
    await small(Coder(desk.turns({"type": "text", "text": encodable(text)})).write_code, await desk.order())


@big
async def test_names_inputs_and_model(desk: Desk, text: str) -> None:
    said = encodable(text)
    uses = [
        {"type": "tool_use", "id": f"u{n}", "name": said if n == 2 else "read_file", "input": given}
        for n, given in enumerate(
            ({"path": said}, {"paths": [said[:9_999]] * 1_000}, {"pattern": 1}, said[:9], [said[:9]], None)
        )
    ]
    reply = await small(Coder(desk.turns(*uses, model=said, stop_reason="tool_use")).write_code, await desk.order())
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
    reply = await small(Coder(desk.turns(*uses, stop_reason="tool_use")).write_code, await desk.order())
    assert len(reply.asks) == min(times, 4)


@pytest.mark.parametrize("options", ["text", 7, None, {"a": 1}, [{"a": 1}, 7], ["x"] * 1_000], ids=str)
async def test_options_of_any_shape(desk: Desk, options: object) -> None:
    use = {"type": "tool_use", "id": "u", "name": "ask_architect", "input": {"question": "?", "options": options}}
    reply = await small(Coder(desk.turns(use, stop_reason="tool_use")).write_code, await desk.order())
    assert len(reply.asks[0].question.options) <= 8


@big
async def test_a_refusal(desk: Desk, text: str) -> None:
    await small(Coder(desk.turns(stop_reason="refusal", refusal=encodable(text))).write_code, await desk.order())


@big
async def test_a_context_report(desk: Desk, text: str) -> None:
    said = "Which? " + encodable(text)
    piece = MissingPiece(question=said[:9_999], options=(said[:100],) * 1_000, assumed=said[:9_999])
    largest = piece.model_copy(update={"question": said})
    report = ContextReport(summary=said[:9_999], missing=(largest, *(piece,) * 20)).model_dump_json()
    turns = desk.turns({"type": "text", "text": report})
    reply = await small(ContextChecker(turns, desk.artifacts).check_context, await desk.order(Step.CHECK_CONTEXT))
    assert len(reply.questions) == 8


@big
async def test_a_question_of_control_characters_only_is_none(desk: Desk, text: str) -> None:
    report = ContextReport(summary="s", missing=(MissingPiece(question=encodable(text)),)).model_dump_json()
    turns = desk.turns({"type": "text", "text": report})
    await small(ContextChecker(turns, desk.artifacts).check_context, await desk.order(Step.CHECK_CONTEXT))


def large_plan(whole: str) -> Plan:
    said = whole[: MB3 // 10]
    return Plan(
        summary=said,
        reasoning=said,
        files=(PlannedFile(path=said, purpose=said, symbols=(said,) * 3),) * 2,
        tests=(PlannedTest(path=said, behaviour=said),) * 2,
        operations=(said,) * 2,
        dependencies=(said,) * 2,
        risks=(said,) * 2,
    )


@big
async def test_a_plan_to_approve(desk: Desk, text: str) -> None:
    settings = BackendSettings(architect=ArchitectSettings(approve_plan=True))
    turns = desk.turns({"type": "text", "text": large_plan(encodable(text)).model_dump_json()})
    await small(Planner(turns, desk.artifacts).draft_plan, await desk.order(Step.DRAFT_PLAN, settings))


@big
async def test_a_reflection_with_a_contradiction(desk: Desk, text: str) -> None:
    fields = dict.fromkeys(Reflection.model_fields, "because") | {"contradiction": encodable(text)}
    turns = desk.turns({"type": "text", "text": Reflection(**fields).model_dump_json()})
    await small(Reflector(turns, desk.artifacts).reflect, await desk.order(Step.REFLECT))


@big
async def test_a_verdict(desk: Desk, text: str) -> None:
    verdict = Verdict(contradicts=True, clause=encodable(text), why=encodable(text))
    turns = desk.turns({"type": "text", "text": verdict.model_dump_json()})
    said = Contradiction(test="t", path="p", name="n", clause="c", why="w", before=encodable(text))
    order = await desk.order(Step.JUDGE_CONTRADICTION)
    order = order.model_copy(update={"case": await keep(desk.kept, said)})
    await small(ContradictionJudge(turns, desk.artifacts).judge_contradiction, order)


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
        await small(ReportChecker(desk.artifacts, desk.sandbox).check_report, order)


@big
async def test_a_result_that_is_none(desk: Desk, text: str) -> None:
    turns = desk.turns({"type": "text", "text": f'{{"{encodable(text)[:1000]}": 1, "files": "' + "x" * MB3 + '"}'})
    await small(Planner(turns, desk.artifacts).draft_plan, await desk.order(Step.DRAFT_PLAN))


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
    await small(ToolUser(desk.artifacts, desk.sandbox).use_tools, order)


@big
async def test_file_names_outside_the_plan(desk: Desk, text: str) -> None:
    name = encodable(text[:4_000]).replace("\0", "")
    desk.sandbox.changed = {f"{n:04}{name}" for n in range(500)}
    plan = await keep(desk.kept, Plan(summary="s", files=(), tests=()))
    use = {"type": "tool_use", "id": "u", "name": "list_files", "input": {"glob": "**"}}
    conversation = await append(desk.kept, None, {"role": "assistant", "content": [use]})
    draft = await desk.draft(plan=plan, commit="b" * 40)
    order = ToolsInput(draft=draft, step=Step.WRITE_CODE, turn=1, conversation=conversation)
    result = await small(ToolUser(desk.artifacts, desk.sandbox).use_tools, order)
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
        TextKeeper(desk.artifacts).keep_texts, KeepTextsInput(task=workspace().task.ref, exchanges=exchanges * 4)
    )


# ── what the checkers find ───────────────────────────────────────────────────────────────────────────────────────


def events(said: str, count: int) -> tuple[dict[str, Any], ...]:
    test_ids = [f"tests/test_a.py::test_{n}[{said[: MB3 // count]}]" for n in range(count)]
    made: list[dict[str, Any]] = [{"event": "begin"}, {"event": "collected", "nodes": test_ids}]
    for test_id in test_ids:
        made.append({"event": "start", "node": test_id})
        made.append({"event": "result", "node": test_id, "when": "call", "outcome": "failed", "message": said[:9_999]})
    return (*made, {"event": "session", "exit": 1})


@big
@pytest.mark.parametrize("mode", ["red", "focused", "whole"])
async def test_a_run_of_the_tests(desk: Desk, text: str, mode: Any) -> None:
    said = encodable(text)
    desk.sandbox.tree = {"tests/test_a.py": b"x"}
    desk.sandbox.changed = {"tests/test_a.py"}
    desk.sandbox.tests = ports.TestExecution(
        end=ExecEnd.EXITED, exit_code=1, stdout=said, stderr=said, events=events(said, 30)
    )
    frozen = await keep(
        desk.kept, FrozenTests(files={}, test_ids=tuple(f"{n}{said[:10_000]}" for n in range(99)), red=())
    )
    order = CheckInput(draft=await desk.draft(frozen=frozen), mode=mode)
    await small(run_tests.Tester(desk.artifacts, desk.sandbox).run_tests, order)


@big
async def test_a_linter_that_talks(desk: Desk, text: str) -> None:
    desk.sandbox.tool_output = encodable(text)
    desk.sandbox.changed = {"app.py"}
    draft = await desk.draft()
    space = workspace(lint=(("ruff", "check"), ("flake8",), ("mypy",)), fix=(("ruff", "format"),))
    draft = draft.model_copy(update={"workspace": await keep(desk.kept, space)})
    seen = await small(Linter(desk.artifacts, desk.sandbox).run_linter, CheckInput(draft=draft))
    assert not seen.report.passed
    await small(ApplyLintFixesActivity(desk.artifacts, desk.sandbox).apply_lint_fixes, CheckInput(draft=draft))


@big
async def test_an_import_that_fails_loudly(desk: Desk, text: str) -> None:
    desk.sandbox.changed = {"app.py"}
    said = encodable(text)
    desk.sandbox.tests = ports.TestExecution(end=ExecEnd.EXITED, exit_code=1, stdout=said, stderr=said)
    await small(InterfaceChecker(desk.artifacts, desk.sandbox).check_interfaces, CheckInput(draft=await desk.draft()))


@big
async def test_gates_on_strange_files(desk: Desk, text: str) -> None:
    name = encodable(text[:4_000]).replace("\0", "")
    paths = {f"{n:03}{name}.py" for n in range(60)}
    desk.sandbox.tree = dict.fromkeys(paths, f"import nothing_declared\nx = {encodable(text)[:20_000]!r} +".encode())
    desk.sandbox.changed = paths
    frozen = await keep(desk.kept, FrozenTests(files=dict.fromkeys(paths, "0"), test_ids=(), red=()))
    await small(
        RunGatesActivity(desk.artifacts, desk.sandbox).run_gates, CheckInput(draft=await desk.draft(frozen=frozen))
    )


@big
async def test_a_finding_as_large_as_one_can_be(desk: Desk, text: str) -> None:
    said = encodable(text)
    finding = Finding(check=said[:400], path=said, test_id=said, message=said[:4_000], hint=said[:1_000])
    heads = tuple(map(project_head, (finding,) * 10))
    report = Report(checker="x", status=ReportStatus.FAILED, findings=heads)
    payloads = await data_converter().encode([report])
    assert payloads[0].ByteSize() < LIMIT


# ── the ends of a task ───────────────────────────────────────────────────────────────────────────────────────────


@big
async def test_a_commit(desk: Desk, text: str) -> None:
    plan = await keep(desk.kept, large_plan(encodable(text)))
    frozen = await keep(desk.kept, FrozenTests(files={}, test_ids=(), red=()))
    draft = await desk.draft(plan=plan, frozen=frozen)
    order = CommitInput(
        draft=draft, view=TaskView(task_id="t1"), rounds=1, reports=(), without_red=encodable(text[:99])
    )
    done = await small(Committer(desk.artifacts, desk.sandbox).create_commit, order)
    assert done.message.startswith("feat: ")


@big
async def test_a_delivery_that_a_hook_talks_about(desk: Desk, text: str) -> None:
    draft = await desk.draft(bundle=await desk.kept.put(b"bundle"))
    order = DeliverInput(task=workspace().task, draft=draft)
    await small(Deliverer(desk.artifacts, SayingRepositories(encodable(text))).deliver, order)


@big
async def test_a_workspace_of_large_settings(desk: Desk, text: str) -> None:
    said = encodable(text).replace('"', "'").replace("\\", "/")
    shown = "".join(c for c in said[:200_000] if c.isprintable()) or "x"
    names = "[" + ", ".join(f'"{shown[:50]}{n}"' for n in range(50)) + "]"
    yaml = (
        "agents:\n  backend:\n    model: claude-3-sonnet-20240229\n    temperature: 0.5\n"
        f'    models: {{write_code: "{shown}"}}\n'
        "    budget: {dollars: 9999, turns: 2000, turns_per_step: 500}\n"
        f"    architect: {{answered_by: {names}}}\n"
    )
    desk.sandbox.tree = {"aurora.yaml": yaml.encode(), "pyproject.toml": b'[project]\nname = "a"\nversion = "1"\n'}
    desk.sandbox.tree |= {"tests/test_a.py": b"def test_a(): ...\n"}
    source = Remote(url="https://h/" + shown, ref="main")
    task = Task(id="t1", text="x", source=source, submitted_at=0)
    policy = Policy(answered_by=tuple(f"{shown[:50]}{n}" for n in range(5)))
    opener = WorkspaceOpener(desk.artifacts, desk.sandbox, SayingRepositories(""), policy)
    opening = await small(opener.open_workspace, task)
    assert opening.opened is not None and opening.opened.bounds.most_microdollars == 100_000_000


# ── what is raised ───────────────────────────────────────────────────────────────────────────────────────────────

ERRORS: list[Callable[[str], Exception]] = [
    errors.Refusal,
    errors.EndpointTrouble,
    errors.QuotaExhausted,
    errors.RequestRefused,
    errors.ArtifactMissing,
    errors.AuroraError,
    lambda said: errors.ImageBuildFailed(said, said),
    lambda said: errors.Refusal(said, said),
    ValueError,
    KeyError,
    OSError,
    lambda said: UnicodeDecodeError("utf-8", said.encode("utf-8", "replace"), 0, 1, said),
]


def failure_of(error: Exception) -> Failure:
    """As Temporal is sent it."""
    with pytest.raises(ApplicationError) as caught, translated():
        raise error
    failure = Failure()
    data_converter().failure_converter.to_failure(caught.value, data_converter().payload_converter, failure)
    return failure


def chained(error: Exception, said: str, depth: int) -> Exception:
    if depth:
        error.__cause__ = chained(type(f"Deep{depth}", (OSError,), {})(said), said, depth - 1)
    return error


@big
@pytest.mark.parametrize("kind", ERRORS)
@pytest.mark.parametrize("depth", [0, 1, 50])
def test_an_error(text: str, kind: Callable[[str], Exception], depth: int) -> None:
    assert failure_of(chained(kind(text), text, depth)).ByteSize() < LIMIT


def test_an_endless_recursion() -> None:
    def here(n: int) -> int:
        return there(n + 1)

    def there(n: int) -> int:
        return here(n + 1)

    with pytest.raises(RecursionError) as caught:
        here(0)
    failure = failure_of(caught.value)
    assert failure.ByteSize() < LIMIT
    assert failure.application_failure_info.type == "RecursionError"


def test_a_failure_says_what_lies_behind_it() -> None:
    error = errors.SandboxLost("the container is gone")
    error.__cause__ = OSError("connection reset")
    failure = failure_of(error)
    assert (failure.message, failure.application_failure_info.type) == ("the container is gone", "SandboxLost")
    assert (failure.cause.message, failure.cause.application_failure_info.type) == ("connection reset", "OSError")
    assert "test_payload_sizes.py" in failure.stack_trace


def test_an_error_nobody_foresaw_may_be_tried_again_as_the_policies_say() -> None:
    failure = failure_of(ConnectionResetError("gone"))
    assert not failure.application_failure_info.non_retryable
    assert failure.application_failure_info.type == "ConnectionResetError"


def test_a_failure_of_temporals_own_passes_as_it_is() -> None:
    ours = ApplicationError("as it is", type="X", non_retryable=True)
    with pytest.raises(ApplicationError) as caught, translated():
        raise ours
    assert caught.value is ours
