"""The tools by which a step of a shared conversation gives its result.

A format of the whole reply (`output_config.format`) is part of the prompt's cached prefix, so that changing it from
step to step would have the whole conversation read anew; a tool is there in every request.
"""

from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

from activities.turns.strict_schema import strict_schema
from aurora.domain.context_report import ContextReport
from aurora.domain.plan import Plan
from aurora.domain.steps import Step
from aurora.domain.value import Value
from aurora.ports import Block
from aurora.text import fit


@dataclass(frozen=True)
class ResultTool:
    name: str
    step: Step
    """The step that it ends."""
    kind: type[Value]
    description: str

    @property
    def block(self) -> Block:
        return {
            "name": self.name,
            "description": self.description,
            "strict": True,
            "input_schema": _bare(strict_schema(self.kind)),
        }

    def read(self, given: object) -> Value | str:
        """The result, or what is wrong with it."""
        try:
            return self.kind.model_validate(given)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"]) or "the whole"
            return fit(f"That is not the result asked for: {where}: {first['msg']}. Give the whole again.", 400)


def _bare(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema without titles, defaults and docstrings, which say nothing to the model and travel in every
    request."""
    kept = {key: part for key, part in schema.items() if key not in ("title", "description")}
    for names in ("properties", "$defs"):
        if names in kept:
            kept[names] = {name: _bare(part) for name, part in kept[names].items()}
    return {**kept, "items": _bare(kept["items"])} if "items" in kept else kept


CONTEXT: Final = ResultTool(
    "submit_context",
    Step.CHECK_CONTEXT,
    ContextReport,
    "The result of check_context: what nobody has settled, `missing` empty when the task can be built. Ends the step.",
)
PLAN: Final = ResultTool(
    "submit_plan",
    Step.DRAFT_PLAN,
    Plan,
    "The result of draft_plan. Ends the step. May be in one reply with submit_context when nothing is missing.",
)
RESULT_TOOLS: Final = (CONTEXT, PLAN)


def ending(step: Step) -> ResultTool | None:
    """The tool whose call is the step's result; none for a step that ends otherwise."""
    return next((tool for tool in RESULT_TOOLS if tool.step is step), None)


def named(name: str) -> ResultTool | None:
    return next((tool for tool in RESULT_TOOLS if tool.name == name), None)


def taken_in(step: Step) -> tuple[str, ...]:
    """Names of the results that the step takes: who checks the context may give the plan in the same reply."""
    if step is Step.CHECK_CONTEXT:
        return (CONTEXT.name, PLAN.name)
    own = ending(step)
    return (own.name,) if own else ()
