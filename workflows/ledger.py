"""What was spent, by step, and what is left. Pure; replay gives the same sums because results do."""

from activities.wire import Bounds, TurnReply
from aurora.domain import Step, Usage
from aurora.view import StepSpend

WARN_AT = 0.8
LEAST_RAISE = 10
"""Turns."""


class Ledger:
    """settled (usage reported) + open (tries whose usage nobody knows, at their upper bound)."""

    def __init__(self) -> None:
        self.max_turns = 0
        self.budget = 0
        self.turns = 0
        self.settled = Usage()
        self.open_by_call: dict[str, int] = {}
        self.by_step: dict[Step, StepSpend] = {}
        self.warned = False

    def bound(self, bounds: Bounds) -> None:
        self.max_turns = bounds.max_turns
        self.budget = bounds.microdollars

    def enter(self, step: Step) -> int:
        """Count a visit of a step; its number, from 1."""
        spend = self.by_step.get(step, StepSpend(step=step))
        self.by_step[step] = spend.model_copy(update={"visits": spend.visits + 1})
        return spend.visits + 1

    def settle(self, step: Step, reply: TurnReply) -> None:
        self.turns += 1
        self.settled += reply.usage
        if reply.open_microdollars:
            self.open_by_call[reply.call_id] = reply.open_microdollars
        spend = self.by_step.get(step, StepSpend(step=step))
        self.by_step[step] = spend.model_copy(update={"turns": spend.turns + 1, "usage": spend.usage + reply.usage})

    def raise_by(self, microdollars: int | None = None) -> None:
        """More money, by half when no sum is named, and more turns: a task that stops again at once helps nobody."""
        self.budget += max(self.budget // 2, 1) if microdollars is None else microdollars
        self.max_turns += max(self.max_turns // 2, LEAST_RAISE)
        self.warned = False

    @property
    def open(self) -> int:
        return sum(self.open_by_call.values())

    @property
    def left(self) -> int:
        """Microdollars that may still be promised."""
        return max(0, self.budget - self.settled.microdollars - self.open)

    @property
    def turns_left(self) -> int:
        return max(0, self.max_turns - self.turns)

    def warning(self) -> str:
        """Once, when four fifths of the money or of the turns are gone."""
        spent = self.settled.microdollars + self.open
        if self.warned or (spent < WARN_AT * self.budget and self.turns < WARN_AT * self.max_turns):
            return ""
        self.warned = True
        return (
            f"four fifths of a bound are used: ${spent / 1e6:.2f} of ${self.budget / 1e6:.2f}, "
            f"{self.turns} of {self.max_turns} turns"
        )
