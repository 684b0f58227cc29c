"""use_tools: a turn's second half: the calls run in the sandbox, the draft is sealed, the results are told.

Needs Docker and no key. A retry starts from the same draft, so nothing half done exists.
"""

import hashlib
from dataclasses import dataclass

from temporalio import activity

from activities.conversation import append, canonical, load
from activities.keeping import fetch, tell, workspace_of
from activities.project_tools import DIFF_CHARS, ProjectTools, policy_for
from activities.turn import about
from activities.wire import Told, ToolOrder, ToolsResult
from aurora.domain import Draft, FrozenTests, Plan, clip
from aurora.errors import AuroraError, ToolRefusal
from aurora.ports import ArtifactStore, Block, Message, Sandbox
from aurora.tools.hands import Hands
from aurora.tools.output import cut


@dataclass(frozen=True)
class ToolUser:
    artifacts: ArtifactStore
    sandbox: Sandbox

    @activity.defn
    async def use_tools(self, order: ToolOrder) -> ToolsResult:
        artifacts = self.artifacts.of(order.draft.task)
        workspace = await workspace_of(artifacts, order.draft)
        uses = _calls((await load(artifacts, order.conversation))[-1])
        plan = await fetch(artifacts, order.draft.plan, Plan) if order.draft.plan else None
        frozen = await fetch(artifacts, order.draft.frozen, FrozenTests) if order.draft.frozen else None
        policy = policy_for(workspace, plan, frozen, order.step)
        said, results = _Said(), []
        draft = order.draft
        if all(use["name"] in _WITHOUT_BOX for use in uses):
            results = [_unboxed(use, order.told, said) for use in uses]
            census = None
        else:
            async with self.sandbox.open(draft, workspace) as box:
                hands = Hands(box, policy, ProjectTools(artifacts, workspace, order.step))
                for use in uses:
                    if use["name"] in _WITHOUT_BOX:
                        results.append(_unboxed(use, order.told, said))
                        continue
                    text, is_error = await hands.use(use["name"], use.get("input") or {})
                    results.append(_result(use, text, is_error))
                census = hands.census
                if hands.wrote:
                    try:
                        draft = await box.seal(f"{order.step} {order.turn}")
                        draft = draft.shown(await artifacts.put(cut(await box.diff(), DIFF_CHARS).encode()))
                    except ToolRefusal as refusal:
                        draft, census = order.draft, None
                        results = [_unkept(use, result, refusal) for use, result in zip(uses, results, strict=True)]
        draft = await tell(artifacts, draft, order.said)
        message: Message = {"role": "user", "content": [*results, *_unasked(order)]}
        return ToolsResult(
            draft=draft,
            conversation=await append(artifacts, order.conversation, message),
            finished=said.finished and draft_is_usable(results),
            blocked=said.blocked,
            same_key=_same_key(uses, results),
            census=census,
            summary=_summary(uses, results, draft, order.draft),
        )


class _Said:
    """What the calls that need no box said about the step itself."""

    def __init__(self) -> None:
        self.finished = False
        self.blocked = ""


_WITHOUT_BOX = frozenset({"ask_architect", "report_blocked", "finish"})


def _calls(message: Message) -> list[Block]:
    if message["role"] != "assistant":
        raise AuroraError("the conversation does not end with the model's calls")
    return [block for block in message["content"] if block.get("type") == "tool_use"]


def _unboxed(use: Block, told: tuple[Told, ...], said: _Said) -> Block:
    given = use.get("input") or {}
    if use["name"] == "finish":
        said.finished = True
        return _result(use, "The checkers judge the draft next.")
    if use["name"] == "report_blocked":
        said.blocked = clip(f"{given.get('clause', '')} ({given.get('test', '')}: {given.get('why', '')})", 1_500)
        return _result(use, "Noted: the tests go back to their writer.")
    answer = next((t.text for t in told if t.tool_use_id == use["id"]), None)
    if answer is None:
        return _result(use, "The question could not be asked: give its kind and its text.", True)
    return _result(use, f"The Architect answers: {answer}")


def _result(use: Block, text: str, is_error: bool = False) -> Block:
    block: Block = {"type": "tool_result", "tool_use_id": use["id"], "content": [{"type": "text", "text": text or " "}]}
    return {**block, "is_error": True} if is_error else block


def _unkept(use: Block, result: Block, refusal: ToolRefusal) -> Block:
    """The turn's draft can't be kept as a whole: the next turn starts where this one did, and the model must know."""
    if use["name"] in _WITHOUT_BOX:
        return result
    return _result(use, f"Nothing that this turn wrote was kept: {refusal}", True)


def draft_is_usable(results: list[Block]) -> bool:
    """A `finish` beside a refused call is not taken: the model has not seen the refusal yet."""
    return not any(block.get("is_error") for block in results)


def _same_key(uses: list[Block], results: list[Block]) -> str:
    calls = [[use["name"], use.get("input"), result["content"]] for use, result in zip(uses, results, strict=True)]
    return hashlib.sha256(canonical(calls)).hexdigest()[:16]


def _unasked(order: ToolOrder) -> list[Block]:
    return [
        {"type": "text", "text": f"The Architect adds, unasked: {exchange.text}"}
        for exchange in order.said
        if exchange.question is None
    ]


def _summary(uses: list[Block], results: list[Block], after: Draft, before: Draft) -> str:
    done = []
    for use, result in zip(uses, results, strict=True):
        first = result["content"][0]["text"].splitlines()[0] if result["content"][0]["text"].strip() else ""
        if result.get("is_error"):
            done.append(f"{use['name']} {about(use)} refused: {clip(first, 90)}")
        elif use["name"] in ("run_pytest", "run_tests", "run_linter"):
            done.append(f"{use['name']}: {clip(first, 60)}")
        else:
            done.append(f"{use['name']} {about(use)}".strip())
    sealed = f" → {after.commit[:8]}" if after.commit != before.commit else ""
    return clip("; ".join(done) + sealed, 380)
