"""A turn's first half: one reply of the model. Written once, registered under each step's name.

Needs the key and no Docker; the request is a pure function of the order and of the artifacts it names.
"""

from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from activities.messages import Asked, CallHead, TurnInput, TurnReply
from activities.turns import (
    context_pieces,
    contract_shown,
    conversation_reuse,
    plan_parts,
    request_frame,
    result_tools,
    results,
    step_tools,
)
from activities.turns.brief import SCHEMA_CHARS, Brief, known, made, render_exchange
from activities.turns.call_words import asked_for, given_to, subject_of
from activities.turns.calls import CallBudget, Calls, Unaffordable, call_id
from activities.turns.conversation import append, load
from activities.turns.dependency_questions import UNNAMED, completed, named
from activities.turns.questions import allowable, cleaned, of_protected, worded
from activities.turns.step_spec import StepSpec
from aurora.domain.context_report import ContextReport
from aurora.domain.contradiction import Contradiction
from aurora.domain.conversations import shared_by
from aurora.domain.findings import Report
from aurora.domain.frozen_tests import FrozenTests
from aurora.domain.plan import Plan, Reflection
from aurora.domain.planned_texts import PlannedTexts
from aurora.domain.questions import AnswerBook, QuestionKind
from aurora.domain.step_notes import StepNotes
from aurora.domain.steps import Step
from aurora.domain.task import Draft
from aurora.domain.value import Value
from aurora.domain.workspace import Toolchain, Workspace
from aurora.ports import ArtifactStore, Block, Message, ModelReply, ModelRequest, TaskArtifacts
from aurora.stored_values import answers_of, fetch, finished_of, keep, whole, workspace_of
from aurora.survey import graphql_choice
from aurora.text import fit

UNSEEN_TOKENS = 2_000
"""Tokens that a service may add to a request: its own words about tools and output formats."""
LEAST_USEFUL_TOKENS = 1_024
ASKED_AT_ONCE = 4
ALLOWS = "The answer `yes` or `approve` lets this task write the files listed first; any other answer does not."
ASKABLE = (QuestionKind.MISSING_SPEC, QuestionKind.DECISION, QuestionKind.DEPENDENCY)


@dataclass(frozen=True)
class Turns:
    artifacts: ArtifactStore
    calls: Calls

    async def reply(self, order: TurnInput, spec: StepSpec) -> TurnReply:
        artifacts = self.artifacts.of(order.draft.task)
        workspace = await workspace_of(artifacts, order.draft)
        frame = request_frame.frame_of(spec, workspace)
        head, fresh = await self._begun(artifacts, order, spec, workspace, request_frame.name_of(frame))
        messages = await load(artifacts, head) + fresh
        request = frame.model_copy(update={"messages": request_frame.with_breakpoints(messages)})
        provider = workspace.settings.provider

        fitted = await self._fit(request, provider, order.left_microdollars, order.left_tokens)
        if fitted is None:
            return TurnReply(
                call_id="",
                conversation=order.conversation,
                stop="out_of_budget",
                summary="the next call would exceed the budget",
            )
        request, bound = fitted
        name = call_id(order.step, order.visit, order.turn, order.draft.commit, provider, request)
        call_budget = CallBudget(order.left_microdollars, order.counted_microdollars)
        paid = await self.calls.pay(artifacts, name, request, provider, bound, call_budget)
        if isinstance(paid, Unaffordable):
            return TurnReply(
                call_id=name,
                conversation=order.conversation,
                stop="out_of_budget",
                open_microdollars=paid.open_microdollars,
                summary="one more try would exceed the budget: earlier tries may have been billed",
            )
        if fresh:
            head = await append(artifacts, head, *fresh)
        reply = await self._interpret(
            artifacts, spec, head, name, paid.reply, paid.open_microdollars, order.draft, workspace
        )
        return reply.model_copy(update={"frame": request_frame.name_of(frame)})

    async def _begun(
        self, artifacts: TaskArtifacts, order: TurnInput, spec: StepSpec, workspace: Workspace, frame: str
    ) -> tuple[str | None, list[Message]]:
        """The conversation that this turn goes on with, and what is said in it now."""
        head: str | None = order.conversation
        messages = []
        if head is None:
            brief = await gather(artifacts, order, workspace)
            words = request_frame.step_words(spec, workspace)
            shared = shared_by(spec.step) is not None
            texts = [known(brief), *filter(None, [made(brief)]), words] if shared else [spec.opening(brief)]
            before = order.before
            if before is not None and before.frame == frame and await self._goes_on(artifacts, order, "\n".join(texts)):
                answered = await fetch(artifacts, before.answers, AnswerBook) if before.answers else AnswerBook()
                if before.step is Step.CHECK_CONTEXT and order.step is Step.DRAFT_PLAN:
                    words = request_frame.PLAN_NOW
                head, texts = before.head, [conversation_reuse.next_message(brief, answered, order, words)]
            messages.append(_user(*texts))
        said = [render_exchange(exchange) for exchange in await whole(artifacts, order.said)]
        if order.nudge or said:
            messages.append(_user(*([order.nudge] if order.nudge else []), *said))
        return head, messages

    async def _goes_on(self, artifacts: TaskArtifacts, order: TurnInput, opening: str) -> bool:
        """Return whether the visit goes on with the conversation before it: the next step always; one that goes back
        with findings where that is cheaper than a new conversation, for it may be the conversation that went astray."""
        assert order.before is not None
        if order.before.step is not order.step or not order.reports:
            return True
        sizes = conversation_reuse.sizes_of(await load(artifacts, order.before.head), opening)
        return conversation_reuse.going_on_is_cheaper(sizes, warm=order.warm)

    async def _fit(
        self, request: ModelRequest, provider: str, left: int, left_tokens: int
    ) -> tuple[ModelRequest, int] | None:
        """The request with `max_tokens` lowered to what may be spent, and its upper bound; none when nothing fits.

        No token is shorter than a byte, so the request's length bounds its tokens, whatever it is written in. The
        endpoint is asked to count only when that bound does not fit.
        """
        most = len(request.model_dump_json().encode()) + UNSEEN_TOKENS
        bound = self.calls.model.upper_bound(request, most)
        if bound <= left and most + request.max_tokens <= left_tokens:
            return request, bound
        counted = await self.calls.model.count(request, provider=provider)
        bound = self.calls.model.upper_bound(request, counted)
        while bound > left or counted + request.max_tokens > left_tokens:
            if request.max_tokens <= LEAST_USEFUL_TOKENS:
                return None
            request = request.model_copy(update={"max_tokens": max(LEAST_USEFUL_TOKENS, request.max_tokens // 2)})
            bound = self.calls.model.upper_bound(request, counted)
        return request, bound

    async def _interpret(
        self,
        artifacts: TaskArtifacts,
        spec: StepSpec,
        head: str | None,
        name: str,
        reply: ModelReply,
        open_microdollars: int,
        draft: Draft,
        workspace: Workspace,
    ) -> TurnReply:
        """The meaning of the reply for the loop. A reply cut off or refused is not kept: its calls must never run."""

        def result(stop: Any, *, conversation: str | None, summary: str, **more: Any) -> TurnReply:
            return TurnReply(
                call_id=name,
                conversation=conversation,
                stop=stop,
                usage=reply.usage,
                model=fit(reply.model, 100),
                open_microdollars=open_microdollars,
                summary=fit(summary, 300),
                **more,
            )

        if reply.stop_reason == "max_tokens":
            most = request_frame.most_tokens(spec, workspace)
            nudge = f"Your last reply was cut at {most} tokens and is lost. Do the same in smaller pieces."
            return result("nudge", conversation=head, summary="the reply was cut off at its token limit", nudge=nudge)
        if reply.stop_reason == "refusal":
            return result("refusal", conversation=head, summary=f"the model refused: {reply.refusal}")
        if reply.stop_reason == "model_context_window_exceeded":
            return result("context_exceeded", conversation=None, summary="the conversation outgrew the context window")

        kept = await append(artifacts, head, {"role": "assistant", "content": list(reply.content)})
        uses = [block for block in reply.content if block.get("type") == "tool_use"]
        given = await self._given(artifacts, uses, spec.step, draft, workspace) if uses else None
        if given is not None:
            answered = await append(artifacts, kept, given.answers)
            if given.value is None:
                return result("nudge", conversation=answered, summary=f"the result was rejected: {given.problem}")
            ahead = await keep(artifacts, given.plan) if given.plan is not None else None
            value = given.value
            stored = await keep(artifacts, value)
            return result("result", conversation=answered, summary=_headline(value), result=stored, ahead=ahead)
        if uses:
            heads = tuple(CallHead(name=fit(str(u["name"]), 60), about=subject_of(u)) for u in uses[:20])
            allowed = [use for use in uses if not step_tools.refusal(spec.step, str(use["name"]))]
            asks, problem = _questions(allowed, workspace.toolchain)
            return result("tool_use", conversation=kept, summary=asked_for(uses), calls=heads, asks=asks, nudge=problem)
        if reply.stop_reason == "pause_turn":
            return result("pause_turn", conversation=kept, summary="the model's service paused the turn")
        text = "".join(block.get("text", "") for block in reply.content if block.get("type") == "text")
        if spec.output is None:
            nudge = "Nothing was done: call a tool, or call finish when the step is complete."
            return result("nudge", conversation=kept, summary="the reply calls no tool", nudge=nudge)
        try:
            value = spec.output.model_validate_json(text)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"]) or "the whole"
            nudge = f"That is not the result asked for: {where}: {first['msg']}. {_how_to_end(spec)}"
            return result(
                "nudge", conversation=kept, summary=f"the result is not valid at {where}", nudge=fit(nudge, 400)
            )
        return result("result", conversation=kept, summary=_headline(value), result=await keep(artifacts, value))

    async def _given(
        self, artifacts: TaskArtifacts, uses: list[Block], step: Step, draft: Draft, workspace: Workspace
    ) -> results.GivenResults | None:
        """The results in a reply; what is wrong with one beyond its shape is told beside it."""
        judge = await plan_parts.judge(artifacts, workspace, uses)
        doubts = await context_pieces.judge(artifacts, draft, workspace, uses)
        return results.given(uses, step, lambda value: judge(value) if isinstance(value, Plan) else doubts)


async def gather(artifacts: TaskArtifacts, order: TurnInput, workspace: Workspace) -> Brief:
    draft = order.draft
    graphql, cut = await _schema(artifacts, workspace)
    plan = await fetch(artifacts, draft.plan, Plan) if draft.plan else None
    own = plan.of_part(draft.part) if plan else None
    return Brief(
        workspace=workspace,
        answers=await answers_of(artifacts, draft),
        listing=(await artifacts.get(workspace.listing)).decode(),
        contract=await contract_shown.shown(artifacts, workspace, own, of_part=draft.part > 0),
        graphql=graphql,
        graphql_cut=cut,
        documents={d.path: (await artifacts.get(d.digest)).decode() for d in workspace.documents},
        revised=(await artifacts.get(workspace.task.revises.record)).decode() if workspace.task.revises else "",
        plan=own,
        other_parts=plan_parts.others(plan, draft.part, await finished_of(artifacts, draft)) if plan else "",
        frozen=await fetch(artifacts, draft.frozen, FrozenTests) if draft.frozen else None,
        diff=(await artifacts.get(draft.diff)).decode() if draft.diff else "",
        context=await fetch(artifacts, draft.context, ContextReport) if draft.context else None,
        notes=await fetch(artifacts, draft.notes, StepNotes) if draft.notes else StepNotes(),
        planned_texts=await planned_texts_of(artifacts, draft),
        reports=tuple([await fetch(artifacts, digest, Report) for digest in order.reports]),
        reflections=tuple([await fetch(artifacts, digest, Reflection) for digest in order.reflections]),
        advice=order.advice,
        last=order.last,
        attempt=order.attempt,
        case=await fetch(artifacts, order.case, Contradiction) if order.case else None,
    )


async def _schema(artifacts: TaskArtifacts, workspace: Workspace) -> tuple[str, bool]:
    """(the GraphQL schema, whether it is a part): the same for every step of a task."""
    if workspace.graphql is None:
        return "", False
    text = (await artifacts.get(workspace.graphql.digest)).decode("utf-8", "replace")
    if len(text) <= SCHEMA_CHARS:
        return text, False
    return await graphql_choice.part(text, workspace.task.text, SCHEMA_CHARS), True


def _how_to_end(spec: StepSpec) -> str:
    tool = result_tools.ending(spec.step)
    return f"Give the whole by `{tool.name}`." if tool else "Give the whole JSON again."


async def planned_texts_of(artifacts: TaskArtifacts, draft: Draft) -> PlannedTexts | None:
    """Those of the draft's own commit; none where it was changed since."""
    texts = await fetch(artifacts, draft.planned_texts, PlannedTexts) if draft.planned_texts else None
    return texts if texts is not None and texts.commit == draft.commit else None


def _user(*texts: str) -> Message:
    return {"role": "user", "content": [{"type": "text", "text": text} for text in texts]}


def _questions(uses: list[Block], toolchain: Toolchain) -> tuple[tuple[Asked, ...], str]:
    """The questions among the calls, and the faults of those that ask nothing; use_tools tells the model of each."""
    asking = [use for use in uses if use["name"] == "ask_architect"]
    asked, problem = [], ""
    for use in asking[:ASKED_AT_ONCE]:
        given = given_to(use)
        options, files = given.get("options"), given.get("files")
        allows = allowable(cleaned(files if isinstance(files, list) else ()))
        packages = named(given.get("packages"))
        if kind_of(given.get("kind")) is QuestionKind.DEPENDENCY and not packages and not allows:
            problem = UNNAMED
            continue
        text = str(given.get("question") or "")
        if allows and text.strip():
            text = f"{ALLOWS}\n{of_protected(allows, allows)}\n\n{text}"
        question = worded(
            kind_of(given.get("kind")),
            text,
            options if isinstance(options, list) else (),
            str(given.get("assumed") or ""),
            among=min(len(asking), ASKED_AT_ONCE),
        )
        if question is None:
            problem = "ask_architect: the question says nothing."
        else:
            question = question.model_copy(update={"allows": allows})
            if packages and question.kind is QuestionKind.DEPENDENCY:
                question = completed(question, packages, toolchain)
            asked.append(Asked(tool_use_id=use["id"], question=question))
    return tuple(asked), problem


def kind_of(given: object) -> QuestionKind:
    """The kind of a question that a model may ask; the other kinds are the workflow's own."""
    return next((kind for kind in ASKABLE if kind.value == given), QuestionKind.DECISION)


def _headline(value: Value) -> str:
    for name in ("summary", "next_change"):
        text = getattr(value, name, "")
        if text:
            return str(text)
    return type(value).__name__.lower()
