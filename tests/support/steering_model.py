"""The state of a task after the messages to it: a small model that the real workflow is held against."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from aurora.domain.questions import MAX_ANSWER_CHARS
from aurora.domain.view import Control

START = 10_000_000
MOST = 40_000_000
"""Microdollars: the budget, and what the worker permits."""


@dataclass
class Model:
    """Of the acts whose order is known. What happens at one instant may happen in any order, so where two acts of one
    instant contradict each other the model says only what both allow."""

    answered_by: tuple[str, ...] = ()
    raises: dict[str, float] = field(default_factory=dict)
    clarified: dict[str, str] = field(default_factory=dict)
    """id -> text, each once."""
    answers: dict[str, str] = field(default_factory=dict)
    """Question -> the text that was accepted."""
    paused: bool | None = False
    """None: both were said at one instant."""
    cancelled: bool = False
    accepted: Counter[str] = field(default_factory=Counter)
    done: set[tuple[str, str]] = field(default_factory=set)
    """Messages that were sent again have no second effect."""
    halves: int = 0
    """Budget questions answered `raise`: half as much again."""

    def control(self, control: Control, taken: bool, together: set[str]) -> None:
        if not taken:
            assert not self.must_be_taken(control), f"{control} was refused"
            return
        assert not self.must_be_refused(control), f"{control} was taken"
        self.accepted[control.verb] += 1
        if (control.verb, control.id) in self.done:
            return
        self.done.add((control.verb, control.id))
        match control.verb:
            case "pause" | "resume":
                self.paused = None if {"pause", "resume"} <= together else control.verb == "pause"
            case "cancel":
                self.cancelled = True
            case "raise_budget":
                self.raises.setdefault(control.id, control.amount)

    def must_be_refused(self, control: Control) -> bool:
        if control.id in self.raises and control.verb == "raise_budget":
            return False  # said before: the same again is no error and no second effect
        if control.verb in ("approve", "raise_budget") and self.answered_by and control.by not in self.answered_by:
            return True
        return control.verb == "raise_budget" and not 0 < control.amount <= 10_000

    def must_be_taken(self, control: Control) -> bool:
        """While the task runs; one that has ended refuses all but a cancel."""
        return False

    def clarify(self, text: str, said_id: str) -> None:
        if 0 < len(text.strip()) <= MAX_ANSWER_CHARS:
            self.clarified.setdefault(said_id, text.strip())

    @property
    def raised(self) -> int:
        return sum(round(amount * 1_000_000) for amount in self.raises.values())


def words(value: Any) -> str:
    return str(value).strip().lower()
