"""A reply that gives a step's result: read, checked, and answered at once, so that the next step's words can follow."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from activities.turns import result_tools
from aurora.domain.context_report import ContextReport
from aurora.domain.plan import Plan
from aurora.domain.steps import Step
from aurora.domain.value import Value
from aurora.ports import Block, Message
from aurora.tools.tool_results import tool_result

TAKEN = "Taken."
ONCE = "Not taken: a reply gives each result once."
NOT_ALONE = "Not accepted yet: give it alone, once you have seen the results of the calls beside it."
CONTEXT_FIRST = "Not accepted: say by `submit_context` first that nothing is missing; both may be in one reply."
ASKED_FIRST = "Not taken: what is missing is asked first, and the plan is drafted with the answers."


@dataclass(frozen=True)
class GivenResults:
    answers: Message
    """To each call, as the conversation needs them before anything else is said."""
    value: Value | None
    """None where the result is none: its answer says why."""
    plan: Plan | None = None
    """Given beside a context in which nothing is missing."""
    problem: str = ""


def not_taken(uses: Sequence[Block]) -> str:
    """The reason why a result is not taken from a reply that `given` reads nothing from."""
    return CONTEXT_FIRST if all(use["name"] == result_tools.PLAN.name for use in uses) else NOT_ALONE


def given(uses: Sequence[Block], step: Step, refused: Callable[[Value], str] = lambda _: "") -> GivenResults | None:
    """The results of the calls; None when they are not all results that the step takes, or its own is not among them.

    `refused`: why a result that can be read is not taken; empty where it is."""
    own = result_tools.ending(step)
    taken = result_tools.taken_in(step)
    names = [str(use["name"]) for use in uses]
    if own is None or own.name not in names or not all(name in taken for name in names):
        return None
    first = dict(reversed(list(zip(names, uses, strict=True))))
    value = own.read(first[own.name].get("input"))
    if isinstance(value, Value):
        value = refused(value) or value
    plan: Plan | None = None
    said = {own.name: value if isinstance(value, str) else TAKEN}
    if step is Step.CHECK_CONTEXT and (use := first.get(result_tools.PLAN.name)) is not None:
        read = result_tools.PLAN.read(use.get("input"))
        if isinstance(read, Plan):
            read = refused(read) or read
        if not isinstance(value, ContextReport):
            said[result_tools.PLAN.name] = NOT_ALONE
        elif value.missing:
            said[result_tools.PLAN.name] = ASKED_FIRST
        elif isinstance(read, Plan):
            said[result_tools.PLAN.name], plan = TAKEN, read
        else:
            said[result_tools.PLAN.name] = str(read)
    results = [
        tool_result(use, ONCE, True)
        if first[name] is not use
        else tool_result(use, said[name], said[name] is not TAKEN)
        for name, use in zip(names, uses, strict=True)
    ]
    answers: Message = {"role": "user", "content": results}
    if isinstance(value, str):
        return GivenResults(answers, None, problem=value)
    return GivenResults(answers, value, plan)
