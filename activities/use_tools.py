"""use_tools: a turn's second half: the calls run in the sandbox, the draft is sealed, the results are told.

Needs Docker and no key. A retry starts from the same draft, so nothing half done exists.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from temporalio import activity

from activities.checks import covering, judged_trees, weak_tests
from activities.checks.planned_texts import with_texts
from activities.checks.project_tools import ProjectTools, changed_paths, policy_for
from activities.messages import ToolsInput, ToolsResult
from activities.turns import call_words, reports, result_tools, step_tools
from activities.turns import results as given_results
from activities.turns.brief import render_exchange
from activities.turns.call_words import given_to, subject_of
from activities.turns.conversation import append, canonical, load
from activities.turns.turn import ASKED_AT_ONCE
from aurora.domain.contradiction import WHY_BYTES, Contradiction, Reported
from aurora.domain.environment import EnvironmentReport
from aurora.domain.findings import Report
from aurora.domain.frozen_tests import FrozenTests
from aurora.domain.plan import CoveredBehaviours, Plan
from aurora.domain.questions import AnswerBook, Exchange
from aurora.domain.step_notes import NOTE_BYTES, StepNote, StepNotes
from aurora.domain.steps import Step, WriteAccess
from aurora.domain.task import Draft
from aurora.errors import AuroraError, ToolRefusal
from aurora.labelled import on_a_line
from aurora.ports import ArtifactStore, Block, Box, Message, Sandbox, TaskArtifacts
from aurora.stored_values import answers_of, fetch, keep, tell, whole, workspace_of
from aurora.text import fit
from aurora.tools.grants import Grants
from aurora.tools.tool_executor import ToolExecutor
from aurora.tools.tool_results import tool_result

OUTSIDE_SHOWN = 20
PATH_BYTES = 200
SAID_BYTES = 600


@dataclass(frozen=True)
class UseToolsActivity:
    artifacts: ArtifactStore
    sandbox: Sandbox

    @activity.defn
    async def use_tools(self, order: ToolsInput) -> ToolsResult:
        artifacts = self.artifacts.of(order.draft.task)
        workspace = await workspace_of(artifacts, order.draft)
        messages = await load(artifacts, order.conversation)
        uses = _calls(messages[-1])
        whole_plan = await fetch(artifacts, order.draft.plan, Plan) if order.draft.plan else None
        plan = whole_plan.of_part(order.draft.part) if whole_plan else None
        frozen = await fetch(artifacts, order.draft.frozen, FrozenTests) if order.draft.frozen else None
        thawed = await fetch(artifacts, frozen.thawed, Contradiction) if frozen and frozen.thawed else None
        exchanges = await whole(artifacts, order.said)
        answers = _Answers(order, exchanges)
        book = await answers_of(artifacts, order.draft)
        grants = Grants.of(workspace.task, AnswerBook(exchanges=(*book.exchanges, *exchanges)))
        named = await _named(artifacts, order)
        policy = policy_for(workspace, whole_plan, frozen, order.step, thawed, grants, named)
        said, results = _StepOutcome(order, reports.known(workspace, messages)), []
        foreign: tuple[str, ...] = ()
        draft, (outside, far) = order.draft, _NOTHING
        planned = plan if order.step is Step.WRITE_TESTS and plan is not None and plan.tests else None
        finishing = planned is not None and any(use["name"] == "finish" for use in uses)
        if not finishing and not any(_needs_box(use, order.step) for use in uses):
            results = [_without_box(use, answers, said, uses) for use in uses]
            counts = None
        else:
            async with self.sandbox.open(draft, workspace) as box:
                tools = ProjectTools(artifacts, workspace, order.step, frozen, thawed, _coming(uses, whole_plan))
                executor = ToolExecutor(box, policy, tools)
                for use in uses:
                    if not _needs_box(use, order.step):
                        results.append(_without_box(use, answers, said, uses))
                        continue
                    text, is_error = await executor.use(use["name"], given_to(use))
                    results.append(tool_result(use, text, is_error))
                counts = executor.counts
                if executor.wrote:
                    changes, title = executor.changes, f"{order.step} {order.turn}"
                    try:
                        draft, foreign = await tools.sealed(box, title, changes.written, changes.removed)
                    except ToolRefusal as refusal:
                        draft, counts = order.draft, None
                        results = [_discarded(use, result, refusal) for use, result in zip(uses, results, strict=True)]
                if said.finished and planned is not None and draft_is_usable(results):
                    draft, results = await _covered(tools, box, draft, planned, said, uses, results)
                if said.finished and draft_is_usable(results):
                    draft = await with_texts(tools, box, draft, plan)
                kept_whole = draft != order.draft or not executor.wrote
                if executor.last_run is not None and kept_whole and not foreign:
                    await judged_trees.note(artifacts, box, draft, *executor.last_run)
                if kept_whole:
                    outside, far = await _outside(tools, box, draft, whole_plan)
        draft = await tell(artifacts, draft, order.said)
        if said.finished and draft_is_usable(results):
            draft = await _noted(artifacts, draft, order.step, said.summary)
        results = _finish_reply(uses, results, said.blocked is not None or said.environment is not None)
        message: Message = {"role": "user", "content": [*results, *_taken_back(foreign), *answers.clarifications()]}
        return ToolsResult(
            draft=draft,
            conversation=await append(artifacts, order.conversation, message),
            finished=said.finished and draft_is_usable(results),
            said=said.summary,
            blocked=said.blocked,
            environment=said.environment,
            left_out=said.left_out,
            disagreed=said.disagreed,
            same_key=_same_key(uses, results),
            counts=counts,
            outside=outside,
            far=far,
            summary=_summary(uses, results, draft, order.draft),
        )


def _coming(uses: Sequence[Block], plan: Plan | None) -> frozenset[str]:
    """Files that are still to be written: by another call of the reply, or as the plan says. One file of a new package
    imports another before it is there, whatever their order."""
    written = {str(given_to(use).get("path", "")) for use in uses if use["name"] == "write_file"}
    planned = {file.path for file in plan.files} if plan is not None else set[str]()
    return frozenset(written | planned)


class _Answers:
    """Everything that the Architect said since the last turn, whole."""

    def __init__(self, order: ToolsInput, said: tuple[Exchange, ...]) -> None:
        self._clarifications = [render_exchange(exchange) for exchange in said if exchange.question is None]
        answered = {exchange.question.id: exchange for exchange in said if exchange.question is not None}
        self.answers = {
            answer.tool_use_id: "\n".join(filter(None, (_answered(answered[answer.question_id]), answer.outcome)))
            for answer in order.answers
        }
        """Answers by the call that asked."""

    def clarifications(self) -> list[Block]:
        return [{"type": "text", "text": text} for text in self._clarifications]


def _answered(exchange: Exchange) -> str:
    return render_exchange(exchange)


class _StepOutcome:
    """The report about the step itself in the calls that need no box."""

    def __init__(self, order: ToolsInput, facts: str) -> None:
        self.step = order.step
        self.reporting = order.step.write_access is WriteAccess.CODE and order.draft.frozen is not None
        self.rewriting = order.step is Step.REWRITE_TEST
        self.finished = False
        self.summary = ""
        self.blocked: Reported | None = None
        self.environment: EnvironmentReport | None = None
        self.facts = facts
        self.covers: object = None
        self.guards: object = None
        """Both of `finish`, as they were given."""
        self.left_out: tuple[str, ...] = ()
        self.disagreed = ""


_NOTHING: tuple[tuple[str, ...], bool] = ((), False)
_WITHOUT_BOX = frozenset({"ask_architect", "report_blocked", "disagree", "finish"})


def _calls(message: Message) -> list[Block]:
    if message["role"] != "assistant":
        raise AuroraError("the conversation does not end with the model's calls")
    return [block for block in message["content"] if block.get("type") == "tool_use"]


def _needs_box(use: Block, step: Step) -> bool:
    name = str(use["name"])
    alone = name in _WITHOUT_BOX or result_tools.named(name) is not None
    return not alone and not step_tools.refusal(step, name)


def _without_box(use: Block, answers: _Answers, said: _StepOutcome, uses: list[Block]) -> Block:
    given = given_to(use)
    if why := step_tools.refusal(said.step, str(use["name"])):
        return tool_result(use, why, True)
    if result_tools.named(str(use["name"])) is not None:
        return tool_result(use, given_results.not_taken(uses), True)
    if use["name"] == "finish":
        said.finished = True
        said.summary = fit(str(given.get("summary", "")), SAID_BYTES)
        said.covers, said.guards = given.get("covers"), given.get("guards")
        return tool_result(use, "The checkers judge the draft next.")
    if use["name"] == "disagree":
        if not said.rewriting:
            return tool_result(use, "There is nothing to disagree with in this step.", True)
        said.disagreed = fit(str(given.get("why") or "it gave no reason"), WHY_BYTES)
        return tool_result(use, "Noted: the Architect decides.")
    if use["name"] == "report_blocked":
        return _reported(use, given, said)
    answer = answers.answers.get(use["id"])
    if answer is None:
        what = (
            "The question was not asked: give its kind and its text, of kind dependency its `packages` or `files`, and "
            f"at most {ASKED_AT_ONCE} in one turn."
        )
        return tool_result(use, what, True)
    return tool_result(use, answer)


def _reported(use: Block, given: dict[str, Any], said: _StepOutcome) -> Block:
    """A report that can't be checked is refused at once: the conversation goes on."""
    if said.blocked is not None or said.environment is not None:
        return tool_result(use, "One report a turn: the first one is looked at now.", True)
    taken = reports.read(given, of_tests=said.reporting, facts=said.facts)
    if isinstance(taken, str):
        return tool_result(use, taken, True)
    if isinstance(taken, EnvironmentReport):
        said.environment = taken
        return tool_result(use, "The Architect has been asked: the answer follows.")
    said.blocked = taken
    return tool_result(use, "The report is being checked: the result follows.")


async def _covered(
    tools: ProjectTools, box: Box, draft: Draft, plan: Plan, said: _StepOutcome, uses: list[Block], results: list[Block]
) -> tuple[Draft, list[Block]]:
    """The draft with what covers the plan's tests; where some of them are not accounted for, or a new test is weak,
    `finish` is refused."""
    before = await fetch(tools.artifacts, draft.covered, CoveredBehaviours) if draft.covered else None
    covers = await covering.covered(box, tools, plan, said.covers, before, said.guards)
    if isinstance(covers, CoveredBehaviours) and (weak := await weak_tests.refused(box, tools, plan)):
        covers = weak
    if isinstance(covers, CoveredBehaviours):
        said.left_out = covering.left_out(covers)
        return draft.covered_by(await keep(tools.artifacts, covers)), results
    pairs = zip(uses, results, strict=True)
    return draft, [tool_result(use, covers, True) if use["name"] == "finish" else result for use, result in pairs]


def _discarded(use: Block, result: Block, refusal: ToolRefusal) -> Block:
    """The turn's draft can't be kept as a whole: the next turn starts where this one did, and the model must know."""
    if use["name"] in _WITHOUT_BOX:
        return result
    return tool_result(use, f"Nothing that this turn wrote was kept: {refusal}", True)


def draft_is_usable(results: list[Block]) -> bool:
    """A `finish` beside a refused call is not taken: the model has not seen the refusal yet."""
    return not any(block.get("is_error") for block in results)


def _finish_reply(uses: list[Block], results: list[Block], reported: bool) -> list[Block]:
    """The answer to `finish` agrees with those beside it: a refused call is named, and the step goes on."""
    refused = [use for use, result in zip(uses, results, strict=True) if result.get("is_error")]
    if reported and not refused:
        text = "The step is not finished: the report is checked first, and the result follows."
        return [
            tool_result(use, text) if use["name"] == "finish" else one for use, one in zip(uses, results, strict=True)
        ]
    if not refused:
        return results
    names = ", ".join(dict.fromkeys(fit(f"{use['name']} {subject_of(use)}".strip(), 100) for use in refused[:5]))
    more = f" and {len(refused) - 5} more" if len(refused) > 5 else ""
    text = (
        f"The step is not finished, because a call beside `finish` was refused: {names}{more}. Its answer says why. "
        "Deal with that, then call `finish` again."
    )
    return [
        tool_result(use, text, True) if use["name"] == "finish" and not result.get("is_error") else result
        for use, result in zip(uses, results, strict=True)
    ]


async def _named(artifacts: TaskArtifacts, order: ToolsInput) -> tuple[str, ...]:
    """Files that the findings name which this visit is about."""
    if order.step.write_access is not WriteAccess.REPORTED:
        return ()
    reports = [await fetch(artifacts, digest, Report) for digest in order.reports]
    return tuple(finding.path for report in reports for finding in report.findings if finding.path)


def _taken_back(foreign: tuple[str, ...]) -> list[Block]:
    if not foreign:
        return []
    shown = ", ".join(on_a_line(path) for path in foreign[:OUTSIDE_SHOWN])
    text = f"Not kept, because no call of yours wrote it (a program of the project did): {shown}"
    return [{"type": "text", "text": text + (" and more" if len(foreign) > OUTSIDE_SHOWN else "")}]


async def _noted(artifacts: TaskArtifacts, draft: Draft, step: Step, said: str) -> Draft:
    """The draft with what the step said when it finished, for those who do not share its conversation."""
    if not said.strip():
        return draft
    before = await fetch(artifacts, draft.notes, StepNotes) if draft.notes else StepNotes()
    return draft.noted(await keep(artifacts, before.with_note(StepNote(step=step, said=fit(said, NOTE_BYTES)))))


def _same_key(uses: list[Block], results: list[Block]) -> str:
    calls = [[use["name"], use.get("input"), result["content"]] for use, result in zip(uses, results, strict=True)]
    return hashlib.sha256(canonical(calls)).hexdigest()[:16]


async def _outside(tools: ProjectTools, box: Box, draft: Draft, plan: Plan | None) -> tuple[tuple[str, ...], bool]:
    """Files that a reader of the plan would not expect to change, and whether they lie far from what it names."""
    if plan is None or draft.commit == draft.base:
        return _NOTHING
    named = {*(file.path for file in plan.files), *(test.path for test in plan.tests)}
    changed = await changed_paths(box, draft.base, gone=True)
    outside = [path for path in changed if path not in named and not tools.is_test(path)]
    folders = {PurePosixPath(path).parent for path in named}
    far = any(PurePosixPath(path).parent not in folders for path in outside)
    return tuple(fit(path, PATH_BYTES) for path in outside[:OUTSIDE_SHOWN]), far


def _summary(uses: list[Block], results: list[Block], after: Draft, before: Draft) -> str:
    sealed = f" → {after.commit[:8]}" if after.commit != before.commit else ""
    return call_words.done(uses, results) + sealed
