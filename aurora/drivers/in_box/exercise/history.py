"""Requests that succeeded and what they stand on, so that a later one can use what they made and be told with it."""

from dataclasses import dataclass, field, replace
from typing import Any

from . import pointers
from .links import Outcome
from .records import Request, TakenValue

RELATED = 3
"""Earlier requests, beside those that a value was taken from, that are told with a finding."""
_CHANGING = ("POST", "PUT", "PATCH", "DELETE")


@dataclass
class Use:
    """A value taken from an earlier request."""

    at: str
    source: "Call"
    expression: str
    value: str


@dataclass
class Call:
    """A request that was answered."""

    request: Request
    outcome: Outcome
    uses: tuple[Use, ...] = ()
    gone: bool = False
    """True if what it made was taken away again."""
    spent: bool = False
    """True if a request that takes things away was built on it."""

    @property
    def changing(self) -> bool:
        return self.request.method in _CHANGING


@dataclass
class History:
    """Successful requests, the latest last."""

    made: dict[str, list[Call]] = field(default_factory=dict)
    changes: list[Call] = field(default_factory=list)

    def add(self, made: Call) -> None:
        self.made.setdefault(made.request.operation, []).append(made)
        if made.changing:
            self.changes.append(made)

    def latest(self, operation: str, *, fresh: bool = False) -> Call | None:
        """The latest of `operation` whose outcome still stands."""
        held = [made for made in self.made.get(operation, []) if not made.gone and not (fresh and made.spent)]
        return held[-1] if held else None

    def related(self, made: Call, makers: list[str]) -> list[Call]:
        """Earlier changes that the answer to `made` may depend on: its like, what fills its list or changed its own,
        and what made a thing that it names by chance: a generated id of 1 is often there."""
        sources = [use.source for use in made.uses]
        named = set(made.outcome.path_parameters.values()) - {use.value for use in made.uses}
        values = _distinct(made.outcome.sent)
        worth: list[tuple[int, int, Call]] = []
        for index, earlier in enumerate(self.changes):
            if earlier is made or earlier in sources:
                continue
            alike = earlier.request.operation == made.request.operation
            own = any(use.source in sources for use in earlier.uses)
            shared = len(values & _distinct(earlier.outcome.sent))
            by_chance = bool(named & _distinct(earlier.outcome.received)) and not earlier.gone
            if own or by_chance or earlier.request.operation in makers or (alike and shared):
                worth.append((shared + by_chance, index, earlier))
        best = sorted(worth, key=lambda one: one[:2])[-RELATED:]
        return [earlier for _, _, earlier in sorted(best, key=lambda one: one[1])]


def _distinct(sent: Any) -> set[str]:
    """Values of a body that tell one from another."""
    return {str(value) for _, value in pointers.leaves(sent) if value is not None and not isinstance(value, bool)}


def requests_before(made: Call, related: list[Call]) -> tuple[tuple[Request, ...], Request]:
    """The requests that go before `made`, in order, and its own, with the places of all values that were taken."""
    order: list[Call] = []
    for earlier in related:
        _visit(earlier, order)
    _visit(made, order)
    places = {id(one): index for index, one in enumerate(order)}
    requests = [
        replace(
            one.request,
            taken=tuple(TakenValue(use.at, places[id(use.source)], use.expression, use.value) for use in one.uses),
        )
        for one in order
    ]
    return tuple(requests[:-1]), requests[-1]


def _visit(made: Call, order: list[Call]) -> None:
    if any(one is made for one in order):
        return
    for use in made.uses:
        _visit(use.source, order)
    order.append(made)
