"""The specification that makes one step's turns its own."""

from collections.abc import Callable
from dataclasses import dataclass

from activities.turns.brief import Brief, opening
from aurora.domain.steps import Step
from aurora.domain.value import Value


@dataclass(frozen=True)
class StepSpec:
    step: Step
    opening: Callable[[Brief], str] = opening
    """The first words of a conversation that the step begins."""
    output: type[Value] | None = None
    """The structured result of a step that reads and decides; such a step ends with it instead of `finish`."""
    disagrees: bool = False
    """True if it may say that what it is asked to do should not be done."""
    effort: str = "medium"
    """Effort of a step with a conversation of its own."""
    max_tokens: int = 16_000
