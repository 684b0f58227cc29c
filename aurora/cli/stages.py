"""The stages of a task in plain words, and the line that is printed where one begins."""

from aurora.cli.layout import clock
from aurora.client.events import Event
from aurora.domain.steps import Step

_STAGES: tuple[tuple[str, tuple[Step, ...]], ...] = (
    ("opening the repository", (Step.OPEN_WORKSPACE,)),
    ("checking the task against the specification", (Step.CHECK_CONTEXT,)),
    ("planning", (Step.DRAFT_PLAN,)),
    ("defining interfaces", (Step.DEFINE_INTERFACES, Step.CHECK_INTERFACES)),
    ("writing tests", (Step.WRITE_TESTS,)),
    ("writing code", (Step.WRITE_CODE,)),
    (
        "checking and fixing",
        (
            Step.RUN_GATES,
            Step.OBSERVE_TESTS,
            Step.EXERCISE_CONTRACT,
            Step.CHECK_MUTANTS,
            Step.ASK_CHECKERS,
            Step.REFLECT,
            Step.FIX_CODE,
            Step.REVIEW,
        ),
    ),
    ("committing", (Step.CREATE_COMMIT, Step.DELIVER)),
)
"""Stages in the order of the flow. A step of several stages, such as running tests, belongs to the one at hand."""
_NUMBERS = {step.value: number for number, (_, steps) in enumerate(_STAGES, 1) for step in steps}


def stage_of(activity: str) -> int:
    """The number of the stage that an activity begins or belongs to; 0 where it belongs to the one at hand."""
    return _NUMBERS.get(activity, 0)


class Stages:
    """The stage that a followed task is in."""

    def __init__(self) -> None:
        self._number = 0

    def line_of(self, event: Event) -> str | None:
        """The heading of a stage, where this event begins one: `12:01:05  [3/8] planning`."""
        number = stage_of(event.activity) if event.kind == "began" else 0
        if number in (0, self._number):
            return None
        self._number = number
        return f"{clock(event.at)}  {self}"

    def __str__(self) -> str:
        """`[3/8] planning`; empty before the first."""
        return f"[{self._number}/{len(_STAGES)}] {_STAGES[self._number - 1][0]}" if self._number else ""
