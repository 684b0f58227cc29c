"""A turn's first half: one reply of the model. Written once, registered under each step's name.

Needs the key and no Docker; the request is a pure function of the order and of the artifacts it names.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources
from typing import Any

from anthropic import transform_schema
from pydantic import ValidationError

from activities.brief import Brief
from activities.calls import Calls, call_id
from activities.conversation import append, load
from activities.keeping import answers_of, fetch, keep, workspace_of
from activities.wire import Asked, CallHead, TurnOrder, TurnReply
from aurora.domain import Frozen, FrozenTests, Plan, QuestionDraft, QuestionKind, Reflection, Report, Step, clip
from aurora.ports import ArtifactStore, Block, Message, ModelReply, ModelRequest, TaskArtifacts
from aurora.tools.schemas import ASKABLE, misfit, offered
from aurora.workspace import Workspace

CHARS_PER_TOKEN = 3
"""A low guess, so that an estimate of a request's tokens is a high one."""
LEAST_USEFUL_TOKENS = 1_024


@dataclass(frozen=True)
class StepSpec:
    """What makes one step's turns its own."""

    step: Step
    opening: Callable[[Brief], str]
    read_only: bool = False
    output: type[Frozen] | None = None
    """The structured result of a step that reads and decides; such a step ends with it instead of `finish`."""
    effort: str = "medium"
    max_tokens: int = 16_000


@dataclass(frozen=True)
class Turns:
    artifacts: ArtifactStore
    calls: Calls

    async def reply(self, order: TurnOrder, spec: StepSpec) -> TurnReply:
        artifacts = self.artifacts.of(order.draft.task)
        workspace = await workspace_of(artifacts, order.draft)
        fresh = await self._fresh_messages(artifacts, order, spec, workspace)
        messages = await load(artifacts, order.conversation) + fresh
        request = self._request(order, spec, workspace, messages)
        provider = workspace.settings.provider

        fitted = await self._fit(request, provider, order.left_microdollars)
        if fitted is None:
            return TurnReply(
                call_id="", conversation=order.conversation, stop="out_of_budget", summary="the next call would not fit"
            )
        request, bound = fitted
        name = call_id(order.step, order.visit, order.turn, order.draft.commit, provider, request)
        paid = await self.calls.pay(artifacts, name, request, provider, bound)
        head = order.conversation
        if fresh:
            head = await append(artifacts, head, *fresh)
        return await self._judge(artifacts, spec, head, name, paid.reply, paid.open_microdollars)

    async def _fresh_messages(
        self, artifacts: TaskArtifacts, order: TurnOrder, spec: StepSpec, workspace: Workspace
    ) -> list[Message]:
        messages = []
        if order.conversation is None:
            brief = await gather(artifacts, order, workspace)
            messages.append(_user(spec.opening(brief)))
        if order.nudge:
            messages.append(_user(order.nudge))
        return messages

    def _request(self, order: TurnOrder, spec: StepSpec, workspace: Workspace, messages: list[Message]) -> ModelRequest:
        settings = workspace.settings
        system: list[Block] = [
            {"type": "text", "text": prompt("common"), "cache_control": {"type": "ephemeral"}},
            {"type": "text", "text": f"Step: {order.step}\n\n{prompt(order.step)}"},
        ]
        return ModelRequest(
            model=settings.model_for(order.step),
            system=tuple(system),
            messages=tuple(with_breakpoints(messages)),
            tools=offered(settings.tools, read_only=spec.read_only),
            max_tokens=spec.max_tokens,
            output_schema=transform_schema(spec.output) if spec.output else None,
            effort=spec.effort,
            temperature=settings.temperature,
        )

    async def _fit(self, request: ModelRequest, provider: str, left: int) -> tuple[ModelRequest, int] | None:
        """The request with `max_tokens` lowered to what may be spent, and its upper bound; none when nothing fits.

        The endpoint is asked to count only when a high estimate does not fit already.
        """
        estimate = len(request.model_dump_json()) // CHARS_PER_TOKEN
        bound = self.calls.model.upper_bound(request, estimate)
        if bound <= left:
            return request, bound
        counted = await self.calls.model.count(request, provider=provider)
        bound = self.calls.model.upper_bound(request, counted)
        while bound > left and request.max_tokens > LEAST_USEFUL_TOKENS:
            request = request.model_copy(update={"max_tokens": max(LEAST_USEFUL_TOKENS, request.max_tokens // 2)})
            bound = self.calls.model.upper_bound(request, counted)
        return (request, bound) if bound <= left else None

    async def _judge(
        self,
        artifacts: TaskArtifacts,
        spec: StepSpec,
        head: str | None,
        name: str,
        reply: ModelReply,
        open_microdollars: int,
    ) -> TurnReply:
        """What the reply means for the loop. A reply cut off or refused is not kept: its calls must never run."""

        def result(stop: Any, *, conversation: str | None, summary: str, **more: Any) -> TurnReply:
            return TurnReply(
                call_id=name,
                conversation=conversation,
                stop=stop,
                usage=reply.usage,
                model=reply.model,
                open_microdollars=open_microdollars,
                summary=clip(summary, 300),
                **more,
            )

        if reply.stop_reason == "max_tokens":
            nudge = f"Your last reply was cut at {spec.max_tokens} tokens and is lost. Do the same in smaller pieces."
            return result("nudge", conversation=head, summary="reply cut at max_tokens", nudge=nudge)
        if reply.stop_reason == "refusal":
            return result("refusal", conversation=head, summary=f"the model refused: {reply.refusal}")
        if reply.stop_reason == "model_context_window_exceeded":
            return result("context_exceeded", conversation=None, summary="the conversation outgrew the context window")

        kept = await append(artifacts, head, {"role": "assistant", "content": list(reply.content)})
        uses = [block for block in reply.content if block.get("type") == "tool_use"]
        if uses:
            heads = tuple(CallHead(name=clip(u["name"], 60), about=about(u)) for u in uses[:20])
            asks, problem = _questions(uses)
            summary = "asks " + ", ".join(f"{h.name} {h.about}".strip() for h in heads)
            return result("tool_use", conversation=kept, summary=summary, calls=heads, asks=asks, nudge=problem)
        if reply.stop_reason == "pause_turn":
            return result("pause_turn", conversation=kept, summary="the service paused the turn")
        text = "".join(block.get("text", "") for block in reply.content if block.get("type") == "text")
        if spec.output is None:
            nudge = "Nothing was done: call a tool, or call finish when the step is complete."
            return result("nudge", conversation=kept, summary="said something, called nothing", nudge=nudge)
        try:
            value = spec.output.model_validate_json(text)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"]) or "the whole"
            nudge = clip(f"That is not the result asked for: {where}: {first['msg']}. Give the whole JSON again.")
            return result("nudge", conversation=kept, summary=f"invalid result at {where}", nudge=nudge)
        return result("result", conversation=kept, summary=_headline(value), result=await keep(artifacts, value))


async def gather(artifacts: TaskArtifacts, order: TurnOrder, workspace: Workspace) -> Brief:
    draft = order.draft
    reports, reflections = [], []
    for digest in order.about:
        raw = await artifacts.get(digest)
        if b'"wrong_assumption"' in raw:
            reflections.append(Reflection.model_validate_json(raw))
        else:
            reports.append(Report.model_validate_json(raw))
    return Brief(
        workspace=workspace,
        answers=await answers_of(artifacts, draft),
        listing=(await artifacts.get(workspace.listing)).decode(),
        contract=(await artifacts.get(workspace.contract.digest)).decode() if workspace.contract else "",
        plan=await fetch(artifacts, draft.plan, Plan) if draft.plan else None,
        frozen=await fetch(artifacts, draft.frozen, FrozenTests) if draft.frozen else None,
        diff=(await artifacts.get(draft.diff)).decode() if draft.diff else "",
        reports=tuple(reports),
        reflections=tuple(reflections),
        advice=order.advice,
    )


def prompt(name: str) -> str:
    return (resources.files("aurora.prompts") / f"{name}.md").read_text(encoding="utf-8")


def with_breakpoints(messages: list[Message]) -> list[Message]:
    """Cache breakpoints on the last user message and the one before it; with the system's that is three of four.

    The older one lets a request find what the previous request wrote even when more than 20 blocks lie between.
    """
    users = [i for i, m in enumerate(messages) if m["role"] == "user"][-2:]
    marked = list(messages)
    for i in users:
        *rest, last = messages[i]["content"]
        marked[i] = {**messages[i], "content": [*rest, {**last, "cache_control": {"type": "ephemeral"}}]}
    return marked


def about(use: Block) -> str:
    """What a tool call is about, short: for summaries."""
    given = use.get("input") or {}
    for key in ("path", "pattern", "glob", "test", "summary"):
        if given.get(key):
            return clip(str(given[key]), 80)
    for key in ("selection", "paths"):
        if given.get(key):
            return clip(" ".join(map(str, given[key])), 80)
    return ""


def _user(text: str) -> Message:
    return {"role": "user", "content": [{"type": "text", "text": text}]}


def _questions(uses: list[Block]) -> tuple[tuple[Asked, ...], str]:
    asked, problem = [], ""
    for use in uses:
        if use["name"] != "ask_architect":
            continue
        given = use["input"]
        if wrong := misfit("ask_architect", given):
            problem = f"ask_architect: {wrong}"
            continue
        try:
            draft = QuestionDraft(
                kind=given["kind"] if given["kind"] in ASKABLE else QuestionKind.DECISION,
                text=clip(str(given.get("question", "")), 4_000),
                options=tuple(clip(str(o)) for o in given.get("options") or ())[:8],
                assumed=clip(str(given.get("assumed") or "")),
            )
        except ValidationError as error:
            problem = clip(f"ask_architect: {error.errors()[0]['msg']}")
            continue
        asked.append(Asked(tool_use_id=use["id"], question=draft))
    return tuple(asked), problem


def _headline(value: Frozen) -> str:
    for name in ("summary", "next_change"):
        text = getattr(value, name, "")
        if text:
            return str(text)
    return type(value).__name__.lower()
