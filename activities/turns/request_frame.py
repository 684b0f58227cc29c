"""The part of a request that stays the same over a conversation: model, effort, system text and tools.

The service caches by exact prefix in the order tools, system, messages, and thinking blocks are bound to theirs: a
conversation goes on only in the frame that it was begun in.
"""

import hashlib
from collections.abc import Sequence
from importlib import resources
from string import Template

from activities.turns import plan_parts
from activities.turns.conversation import canonical
from activities.turns.step_spec import StepSpec
from activities.turns.step_tools import shared_tools
from activities.turns.strict_schema import strict_schema
from aurora.domain.conversations import shared_by
from aurora.domain.steps import Step, WriteAccess
from aurora.domain.workspace import Workspace
from aurora.ports import Block, Message, ModelRequest
from aurora.toolchains import registry
from aurora.toolchains.wording import Wording
from aurora.tools.endings import for_step
from aurora.tools.schemas import offered

SHARED_EFFORT = "medium"
"""One effort for all steps of a conversation: whether another one has the messages read anew is said in two ways."""
LONG_PLAN = 2
"""The factor by which a reply with a plan of many operations may be longer than another one."""
MARK = {"type": "ephemeral"}


PLAN_NOW = f"Step: {Step.DRAFT_PLAN}\n\nDraft the plan now, as it was asked for above."
"""After check_context, whose words have told what the step asks."""


def frame_of(spec: StepSpec, workspace: Workspace) -> ModelRequest:
    """A request of the step without its messages."""
    settings, wording = workspace.settings, registry.wording(workspace.toolchain)
    common: Block = {"type": "text", "text": prompt("common", wording), "cache_control": MARK}
    if shared_by(spec.step) is not None:
        return ModelRequest(
            model=settings.model_for(spec.step),
            system=(common,),
            messages=(),
            tools=shared_tools(settings.tools, wording.test_tool),
            max_tokens=most_tokens(spec, workspace),
            effort=SHARED_EFFORT,
            temperature=settings.temperature,
        )
    return ModelRequest(
        model=settings.model_for(spec.step),
        system=(common, {"type": "text", "text": step_words(spec, workspace)}),
        messages=(),
        tools=for_step(
            offered(
                settings.tools,
                read_only=spec.step.write_access is WriteAccess.NONE,
                test_tool=wording.test_tool,
                disagreeing=spec.disagrees,
            ),
            spec.step,
        ),
        max_tokens=spec.max_tokens,
        output_schema=strict_schema(spec.output) if spec.output else None,
        effort=spec.effort,
        temperature=settings.temperature,
    )


def most_tokens(spec: StepSpec, workspace: Workspace) -> int:
    """The most tokens of one reply: the plan of a large contract is long."""
    plans = spec.step in (Step.CHECK_CONTEXT, Step.DRAFT_PLAN)
    return LONG_PLAN * spec.max_tokens if plans and plan_parts.words(workspace) else spec.max_tokens


def name_of(frame: ModelRequest) -> str:
    """Equal for frames in which one conversation can go on."""
    parts = [frame.model, list(frame.system), list(frame.tools), frame.effort, frame.output_schema, frame.temperature]
    return hashlib.sha256(canonical(parts)).hexdigest()[:16]


def step_words(spec: StepSpec, workspace: Workspace) -> str:
    """The instruction of the step: in the system text of a conversation of its own, else said in the shared one."""
    wording = registry.wording(workspace.toolchain)
    words = f"Step: {spec.step}\n\n{prompt(spec.step, wording).strip()}"
    if spec.step is Step.DRAFT_PLAN and (parts := plan_parts.words(workspace)):
        words += f"\n\n{parts}"
    if spec.step is Step.CHECK_CONTEXT:  # whoever finds nothing missing may go on in the same reply
        words += f"\n\nThe step draft_plan asks:\n{prompt(Step.DRAFT_PLAN, wording)}"
        if parts := plan_parts.words(workspace):
            words += f"\n{parts}"
    return words


def prompt(name: str, wording: Wording) -> str:
    """A step's prompt in the words of the project's toolchain."""
    text = (resources.files("aurora.prompts") / f"{name}.md").read_text(encoding="utf-8")
    return Template(text).substitute(wording.of_prompts())


def with_breakpoints(messages: Sequence[Message]) -> tuple[Message, ...]:
    """Cache breakpoints at the end of the user's last turn and of the one before it, and after what every conversation
    of the task begins with; with the system's those are the four that there may be.

    The older one is where the request before ended: it lets this one find what that one wrote, even when more than 20
    blocks lie between. The service takes messages of one role in a row as one turn."""
    ends = [
        i
        for i, message in enumerate(messages)
        if message["role"] == "user" and (i + 1 == len(messages) or messages[i + 1]["role"] != "user")
    ]
    marked = list(messages)
    for i in ends[-2:]:
        *rest, last = messages[i]["content"]
        marked[i] = {**messages[i], "content": [*rest, {**last, "cache_control": MARK}]}
    begin, *more = marked[0]["content"]
    if more:
        marked[0] = {**marked[0], "content": [{**begin, "cache_control": MARK}, *more]}
    return tuple(marked)
