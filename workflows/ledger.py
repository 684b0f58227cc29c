"""The money spent, by step, and the rest. Pure; replay gives the same sums because results do.

settled (usage reported) <= billed <= settled + open (tries whose usage nobody knows, at their upper bound)
"""

from typing import Final

from pydantic import BaseModel, ConfigDict

from activities.messages import CALL_CHARS, Bounds, Stock, TurnReply
from aurora.domain.outcome import Usage
from aurora.domain.steps import Step
from aurora.domain.view import StepSpend
from aurora.text import fit

WARN_AT: Final = 0.8
LEAST_RAISE: Final = 10
"""Turns."""
KEPT_CALLS: Final = 50
SAID_BYTES: Final = 300


class Bound(BaseModel):
    """One bound: what was used of what may be used."""

    what: str
    used: float
    most: float

    @property
    def reached(self) -> bool:
        return self.used >= self.most

    @property
    def near(self) -> bool:
        return self.used >= WARN_AT * self.most

    def __str__(self) -> str:
        if self.what == "dollars":
            return f"${self.used:.4f} of ${self.most:.2f}"
        if self.what == "wall clock":
            return f"{self.used / 60:.0f} of {self.most / 60:.0f} minutes at work"
        return f"{self.used:.0f} of {self.most:.0f} {self.what}"


class Ledger(BaseModel):
    model_config = ConfigDict(extra="ignore")

    max_turns: int = 0
    max_tokens: int = 0
    max_seconds: int = 0
    budget: int = 0
    most: int | None = None
    """Microdollars that the worker's policy allows at most, whoever raises."""
    turns: int = 0
    reported: Usage = Usage()
    """By the replies that reached the flow."""
    stocked: Usage = Usage()
    """By the replies that are stored, when stock was last taken."""
    open_by_call: dict[str, int] = {}
    open_before: int = 0
    """Of calls too long ago to be told apart."""
    by_step: dict[Step, StepSpend] = {}

    def set_bounds(self, bounds: Bounds) -> None:
        self.max_turns, self.max_tokens = bounds.max_turns, bounds.max_tokens
        self.max_seconds, self.budget = bounds.wall_seconds, bounds.microdollars
        self.most = bounds.most_microdollars

    def count_visit(self, step: Step) -> int:
        """Count a visit of a step; its number, from 1."""
        spend = self.by_step.get(step, StepSpend(step=step))
        self.by_step[step] = spend.model_copy(update={"visits": spend.visits + 1})
        return spend.visits + 1

    def settle(self, step: Step, reply: TurnReply) -> None:
        self.turns += 1
        self.reported += reply.usage
        self.owe({reply.call_id: reply.open_microdollars})
        spend = self.by_step.get(step, StepSpend(step=step))
        self.by_step[step] = spend.model_copy(update={"turns": spend.turns + 1, "usage": spend.usage + reply.usage})

    def note_said(self, step: Step, said: str) -> None:
        """The model's message when it finished a visit of the step."""
        spend = self.by_step.get(step, StepSpend(step=step))
        self.by_step[step] = spend.model_copy(update={"said": fit(said, SAID_BYTES)})

    def forget_said(self) -> None:
        """Forget the messages of a part that is done."""
        self.by_step = {step: spend.model_copy(update={"said": ""}) for step, spend in self.by_step.items()}

    def said_of(self, *steps: Step) -> str:
        """The message at the end of the first of these steps that has one."""
        return next((spend.said for step in steps if (spend := self.by_step.get(step)) and spend.said), "")

    def restock(self, stock: Stock) -> None:
        """Take stock after a call that did not finish: what the artifacts know, which may be more than was reported."""
        self.stocked = stock.usage
        self.open_by_call, self.open_before = {}, 0  # stock knows every call
        self.owe(stock.open_by_call)

    def close(self, settled: Usage, unknown: int) -> None:
        """The last word: what was paid and what may have been, in microdollars, calls that did not finish among it."""
        self.stocked, self.open_by_call, self.open_before = settled, {}, unknown

    def owe(self, calls: dict[str, int]) -> None:
        """Note the possible cost of calls beyond what was reported, in microdollars by their ids."""
        for call, microdollars in calls.items():
            name = call[:CALL_CHARS]
            if microdollars:
                self.open_by_call[name] = microdollars
            else:
                self.open_by_call.pop(name, None)
        while len(self.open_by_call) > KEPT_CALLS:
            oldest = next(iter(self.open_by_call))
            self.open_before += self.open_by_call.pop(oldest)

    def raise_by(self, microdollars: int | None = None, *, seconds: float = 0) -> None:
        """More money, by half when no sum is named, and more of what is nearly used up: a task that stops again at
        once helps nobody. `seconds`: worked so far."""
        half = max(self.budget // 2, 1)
        self.budget += half if microdollars is None else microdollars
        if self.most is not None:
            self.budget = min(self.budget, self.most)
        for bound in self.bounds(seconds):
            if not bound.near or bound.what == "dollars":
                continue
            if bound.what == "turns":
                self.max_turns += max(self.max_turns // 2, LEAST_RAISE)
            elif bound.what == "tokens":
                self.max_tokens += self.max_tokens // 2
            else:
                self.max_seconds += self.max_seconds // 2

    @property
    def settled(self) -> Usage:
        return self.reported if self.reported.calls >= self.stocked.calls else self.stocked

    @property
    def open(self) -> int:
        return self.open_before + sum(self.open_by_call.values())

    @property
    def left(self) -> int:
        """Microdollars that may still be promised."""
        return max(0, self.budget - self.settled.microdollars - self.open)

    @property
    def tokens_left(self) -> int:
        return max(0, self.max_tokens - self.settled.tokens)

    def bounds(self, seconds: float) -> tuple[Bound, ...]:
        money = (self.settled.microdollars + self.open) / 1e6
        return (
            Bound(what="turns", used=self.turns, most=self.max_turns),
            Bound(what="dollars", used=money, most=self.budget / 1e6),
            Bound(what="tokens", used=self.settled.tokens, most=self.max_tokens),
            Bound(what="wall clock", used=seconds, most=self.max_seconds),
        )

    def reached(self, seconds: float) -> str:
        """The bound that forbids another call, in words; nothing when none does."""
        return next((f"a limit is reached: {b}" for b in self.bounds(seconds) if b.reached), "")

    def warnings(self, seconds: float) -> list[str]:
        """The warnings of each limit that is nearly reached: read anew each time, so that none outlives a raise."""
        return [f"a limit is nearly reached: {b}" for b in self.bounds(seconds) if b.most and b.near]
