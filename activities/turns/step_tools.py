"""The tools that a step of a shared conversation may use: all are offered in every request, and a call is judged here.

Offering each step its own would change the first bytes of the request, and with them all that is cached behind.
"""

from activities.turns import result_tools
from aurora.domain.conversations import shared_by
from aurora.domain.steps import Step, WriteAccess
from aurora.ports import Block
from aurora.tools.endings import WITH_COVERS
from aurora.tools.schemas import CATALOGUE, READ_ONLY, offered

_OF_READERS = frozenset({*READ_ONLY, "report_blocked"})


def shared_tools(names: tuple[str, ...], test_tool: str) -> tuple[Block, ...]:
    """The tools of every step that shares a conversation; `names`: those that the settings name."""
    makers = [tool for tool in offered(names, read_only=False, test_tool=test_tool) if tool["name"] != "finish"]
    return (*makers, WITH_COVERS, *(tool.block for tool in result_tools.RESULT_TOOLS))


def refusal(step: Step, name: str) -> str:
    """The reason why the step may not use a tool that stands in its request; empty where it may, and for an unknown
    tool."""
    if shared_by(step) is None:
        return ""
    if (result := result_tools.named(name)) is not None:
        belongs = f"`{name}` belongs to the step {result.step}, and this is the step {step}."
        return "" if name in result_tools.taken_in(step) else f"Nothing was done: {belongs}"
    if step.write_access is not WriteAccess.NONE or name in _OF_READERS or name not in CATALOGUE:
        return ""
    own = result_tools.ending(step)
    assert own is not None
    if name == "finish":
        return f"The step {step} ends with `{own.name}`, not with `finish`."
    if name == "ask_architect":
        where = f"`missing` of `{own.name}`, a package in its `packages`"
        return "" if step is not Step.CHECK_CONTEXT else f"Nothing was asked: name it in {where}."
    return f"Nothing was done: the step {step} only reads; `{name}` belongs to the steps after the plan."
