"""Activities under their real names whose results a test scripts: for the workflow alone."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any, get_type_hints

from temporalio import activity

from activities import class_of
from activities.messages import (
    CheckInput,
    CheckReportInput,
    CheckReportResult,
    CheckResult,
    CloseTaskInput,
    CloseTaskResult,
    CommitInput,
    CommitResult,
    DeliverInput,
    DeliverResult,
    FixResult,
    Judgement,
    KeepTextsInput,
    KeepTextsResult,
    NextPartInput,
    OpenWorkspaceResult,
    ReadSettingsInput,
    ReadSettingsResult,
    RecordAnswersInput,
    RecordTaskInput,
    RecordTaskResult,
    ReplayTestInput,
    ReplayTestResult,
    Stock,
    ToolsInput,
    ToolsResult,
    TurnInput,
    TurnReply,
)
from aurora.domain.contradiction import Reported
from aurora.domain.findings import Finding, Report, ReportStatus, TestCounts
from aurora.domain.notices import Notice, Notified
from aurora.domain.outcome import Delivery, Usage
from aurora.domain.questions import Exchange
from aurora.domain.steps import ACTIVITIES, MODEL_STEPS, Activity, ActivityKind, Step
from aurora.domain.task import Draft, Task, TaskRef
from aurora.text import fit
from tests.support.seeds import BASE as BASE
from tests.support.seeds import BOUNDS, D, opened
from tests.support.seeds import task as task
from workflows.architect import name_of


def digest(n: int) -> str:
    return f"sha256:{n:064x}"


def green(checker: str = "tests") -> Report:
    return Report(checker=checker, status=ReportStatus.PASSED, summary="ok", counts=TestCounts(collected=3, passed=3))


def red(*messages: str, checker: str = "tests") -> Report:
    findings = tuple(Finding(check=checker, test_id=m, message=m) for m in messages)
    return Report(
        checker=checker, status=ReportStatus.FAILED, summary="red", findings=findings, total=len(findings), whole=D
    )


def result(n: int = 1, **more: Any) -> TurnReply:
    return TurnReply(call_id=f"c{n}", conversation=D, stop="result", result=digest(n), usage=usage(), **more)


def tools(n: int = 1, **more: Any) -> TurnReply:
    return TurnReply(call_id=f"c{n}", conversation=D, stop="tool_use", usage=usage(), summary="asks finish", **more)


THAWED, REFROZEN = digest(1001), digest(1002)


def reported(clause: str = "201, not 200", test: str = "tests/test_a.py::test_a") -> Reported:
    return Reported(test=test, clause=clause, why="the clause says so")


def stands(test: str = "tests/test_a.py::test_a", **more: Any) -> CheckReportResult:
    given = {
        "standing": "stands",
        "test": test,
        "case": D,
        "thawed": THAWED,
        "source": "assert old",
        "place": "the task",
    }
    return CheckReportResult.model_validate(given | more)


def contradicts(yes: bool = True, **more: Any) -> Judgement:
    return Judgement.model_validate({"contradicts": yes, "quoted": True, "why": "says the judge"} | more)


def usage() -> Usage:
    return Usage(input_tokens=100, output_tokens=10, microdollars=1_000, calls=1)


class Steps:
    """`script[name]`: results, callables of the order, or exceptions, used up in order; then the default."""

    def __init__(self, **script: Sequence[Any]) -> None:
        self.script = {name: list(results) for name, results in script.items()}
        self.orders: dict[str, list[Any]] = defaultdict(list)
        self.bounds = BOUNDS
        self.tells = False
        self.left_open = 0
        """Microdollars that the closing finds open beside what the flow knows."""
        self.whole: dict[str, Exchange] = {}
        self.commits = 0
        self.operations_done: list[int] = []
        """The results of test runs, used up in order."""
        self.replying = frozenset(step.value for step in MODEL_STEPS)
        self.ran: list[str] = []

    async def _next(self, name: str, order: Any, default: Callable[[Any], Any]) -> Any:
        self.ran.append(name)
        self.orders[name].append(order)
        queue = self.script.get(name)
        value = queue.pop(0) if queue else default
        if callable(value):
            value = value(order)
        if asyncio.iscoroutine(value):
            value = await value
        if isinstance(value, BaseException):
            raise value
        return value

    def _moved(self, draft: Draft) -> Draft:
        self.commits += 1
        return draft.at(f"{self.commits:040x}", D)

    def activities(self) -> list[Callable[..., Any]]:
        return [self._scripted(declared) for declared in ACTIVITIES]

    def _scripted(self, declared: Activity) -> Callable[..., Any]:
        own: Callable[..., Any] | None = getattr(self, declared.value, None)
        if own is not None:
            return own
        return self._turn(declared) if declared.kind is ActivityKind.MODEL else self._step(declared)

    def _step(self, declared: Activity) -> Callable[..., Any]:
        """A step without a method here: takes and gives what the real one does. By default a check passes, and any
        other result has the draft that was given."""
        hints = get_type_hints(getattr(class_of(declared), declared.value))
        kind = hints.pop("return")

        async def step(order: Any) -> Any:
            if kind is CheckResult:
                report = await self._next(declared.value, order, lambda o: green(declared.value))
                if isinstance(report, CheckResult):
                    return report
                return CheckResult(draft=order.draft, report=report, summary=report.summary)
            return await self._next(declared.value, order, lambda o: kind(draft=o.draft))

        (given,) = hints.values()
        step.__annotations__ = {"order": given, "return": kind}
        return activity.defn(name=declared.value)(step)

    def _turn(self, step: Activity) -> Callable[..., Any]:
        structured = import_module(f"activities.{step}").SPEC.output is not None

        @activity.defn(name=step.value)
        async def turn(order: TurnInput) -> TurnReply:
            agrees = {"verdict": contradicts()} if step is Step.JUDGE_CONTRADICTION else {}
            default = result(**agrees) if structured else tools()
            reply: TurnReply = await self._next(step.value, order, lambda o: default)
            return reply

        return turn

    @activity.defn
    async def open_workspace(self, order: Task) -> OpenWorkspaceResult:
        whole = opened(order, self.bounds)
        opening: OpenWorkspaceResult = await self._next(
            "open_workspace", order, lambda o: OpenWorkspaceResult(opened=whole)
        )
        return opening

    @activity.defn
    async def read_settings(self, order: ReadSettingsInput) -> ReadSettingsResult:
        read: ReadSettingsResult = await self._next("read_settings", order, lambda o: ReadSettingsResult())
        return read

    @activity.defn
    async def use_tools(self, order: ToolsInput) -> ToolsResult:
        def done(o: ToolsInput) -> ToolsResult:
            draft = self._moved(o.draft)
            return ToolsResult(draft=draft, conversation=D, finished=True, same_key=draft.commit)

        used: ToolsResult = await self._next("use_tools", order, done)
        return used

    @activity.defn
    async def run_tests(self, order: CheckInput) -> CheckResult:
        if order.mode in ("red", "as_written"):
            frozen = order.draft.frozen_as(D)
            seen: CheckResult = await self._next(order.mode, order, lambda o: CheckResult(draft=frozen, report=green()))
            return seen
        report = await self._next("run_tests", order, lambda o: green("run_tests"))
        done = self.operations_done.pop(0) if self.operations_done else None
        return CheckResult(draft=order.draft, report=report, summary=report.summary, operations_done=done)

    @activity.defn
    async def check_report(self, order: CheckReportInput) -> CheckReportResult:
        checked: CheckReportResult = await self._next("check_report", order, lambda o: stands(o.reported.test))
        return checked

    @activity.defn
    async def replay_test(self, order: ReplayTestInput) -> ReplayTestResult:
        def holds(o: ReplayTestInput) -> ReplayTestResult:
            return ReplayTestResult(standing="holds", draft=o.draft.frozen_as(REFROZEN), after="assert new")

        replayed: ReplayTestResult = await self._next("replay_test", order, holds)
        return replayed

    @activity.defn
    async def apply_lint_fixes(self, order: CheckInput) -> FixResult:
        return FixResult(draft=self._moved(order.draft))

    def answers(self) -> list[str]:
        """Everything that joined the drafts' answers, whole, in order."""
        notified = [e for o in (*self.orders["record_answers"], *self.orders["use_tools"]) for e in _exchanges(o)]
        return [self.whole[name_of(e)].text if e.whole else e.text for e in notified]

    @activity.defn
    async def record_answers(self, order: RecordAnswersInput) -> Draft:
        self.orders["record_answers"].append(order)
        return order.draft.answered(D)

    @activity.defn
    async def next_part(self, order: NextPartInput) -> Draft:
        self.ran.append("next_part")
        self.orders["next_part"].append(order)
        return order.draft.model_copy(update={"part": order.draft.part + 1, "since": order.draft.commit})

    @activity.defn
    async def create_commit(self, order: CommitInput) -> CommitResult:
        self.orders["create_commit"].append(order)
        if queue := self.script.get("create_commit"):
            scripted: CommitResult = queue.pop(0)(order)
            return scripted
        return CommitResult(draft=self._moved(order.draft), message="feat: users", evidence=D, files=2)

    @activity.defn
    async def deliver(self, order: DeliverInput) -> DeliverResult:
        delivery = Delivery(state="delivered", branch=order.task.branch, commit=order.draft.commit)
        delivered: DeliverResult = await self._next("deliver", order, lambda o: DeliverResult(delivery=delivery))
        return delivered

    @activity.defn
    async def close_task(self, order: CloseTaskInput) -> CloseTaskResult:
        self.orders["close_task"].append(order)
        if queue := self.script.get("close_task"):
            await queue.pop(0)(order)
        known = order.outcome
        outcome = known.model_copy(update={"open_microdollars": known.open_microdollars + self.left_open})
        return CloseTaskResult(outcome=outcome, tell=self.tells)

    @activity.defn
    async def record_task(self, order: RecordTaskInput) -> RecordTaskResult:
        self.orders["record_task"].append(order)
        if queue := self.script.get("record_task"):
            await queue.pop(0)(order)
        return RecordTaskResult(audit=order.audit_from + len(order.view.audit))

    @activity.defn
    async def keep_texts(self, order: KeepTextsInput) -> KeepTextsResult:
        self.orders["keep_texts"].append(order)
        self.whole |= {name_of(e): e for e in order.exchanges}
        light = (e.model_copy(update={"text": fit(e.text, 300), "whole": D}) for e in order.exchanges)
        return KeepTextsResult(exchanges=tuple(light))

    @activity.defn
    async def take_stock(self, order: TaskRef) -> Stock:
        stock: Stock = await self._next("take_stock", order, lambda o: Stock(usage=Usage()))
        return stock

    @activity.defn
    async def notify(self, order: Notice) -> Notified:
        notified: Notified = await self._next("notify", order, lambda o: Notified(accepted=("hook",)))
        return notified


def _exchanges(order: RecordAnswersInput | ToolsInput) -> tuple[Exchange, ...]:
    return order.exchanges if isinstance(order, RecordAnswersInput) else order.said
