"""The tools that end a step or say why it can't go on, as each step is offered them."""

from typing import Any, Final

from aurora.domain.steps import Step, WriteAccess
from aurora.ports import Block
from aurora.tools.schemas import CATALOGUE, ON_ENVIRONMENTS, REPORTING

COVERS: Final[dict[str, Any]] = {
    "type": "array",
    "description": "For each numbered test of the plan the tests that check it, or why there is none. Leave it out "
    "where the plan has none, and where nothing changed since your last finish.",
    "items": {
        "type": "object",
        "properties": {
            "planned": {"type": "integer", "description": "Its number in the plan."},
            "tests": {
                "type": "array",
                "items": {"type": "string"},
                "description": "Test ids, as the runner prints them or as `file::name`; parameters may be left out.",
            },
            "left_out": {"type": "string", "description": "Why no test checks it; empty where one does."},
        },
        "required": ["planned", "tests", "left_out"],
        "additionalProperties": False,
    },
}
GUARDS: Final[dict[str, Any]] = {
    "type": "array",
    "items": {"type": "string"},
    "description": "Ids of your tests that pass already, before any code, because they say what must stay as it is. "
    "Any other of your tests must fail now.",
}
_OF_CONTRADICTIONS: Final = ("clause", "test")


def for_step(tools: tuple[Block, ...], step: Step) -> tuple[Block, ...]:
    """The tools with `report_blocked` and `finish` as this step can use them: a contradiction is reported by who works
    under frozen tests, and `covers` and `guards` are asked of who writes them."""
    if not tools:
        return ()
    reports = CATALOGUE["report_blocked"] if step.write_access is WriteAccess.CODE else _WITHOUT_CONTRADICTION
    finish = WITH_COVERS if step is Step.WRITE_TESTS else CATALOGUE["finish"]
    others = [tool for tool in tools if tool["name"] not in ("report_blocked", "finish")]
    return (*others, reports, *([finish] if any(tool["name"] == "finish" for tool in tools) else []))


def _without_contradiction() -> Block:
    whole = CATALOGUE["report_blocked"]
    properties = {k: v for k, v in whole["input_schema"]["properties"].items() if k not in _OF_CONTRADICTIONS}
    properties["kind"] = {"type": "string", "enum": ["environment", "missing_tool"]}
    properties["why"] = {"type": "string", "description": "What you tried, and its output."}
    properties["missing"] = {"type": "string", "description": "The service, variable, file, command or package."}
    return {
        **whole,
        "description": f"{REPORTING} {ON_ENVIRONMENTS}",
        "input_schema": {**whole["input_schema"], "properties": properties, "required": list(properties)},
    }


def _with_covers() -> Block:
    plain = CATALOGUE["finish"]
    schema, more = plain["input_schema"], {"covers": COVERS, "guards": GUARDS}
    return {**plain, "input_schema": {**schema, "properties": {**schema["properties"], **more}}}


_WITHOUT_CONTRADICTION: Final = _without_contradiction()
WITH_COVERS: Final = _with_covers()
"""`finish` as a step is offered it that may write tests."""
