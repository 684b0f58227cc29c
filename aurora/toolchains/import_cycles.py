"""Cycles of imports, as every language's part of the gate finds and tells them."""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import NamedTuple

SHOWN = 12
"""Imports of one cycle that are told."""
MOST_FIRST = 150
"""Modules of one cycle that are tried as the first; a longer cycle has all its other modules between them."""
MOST_STEPS = 6_000_000
"""Of one project's imports that are followed."""


class Link(NamedTuple):
    """One import of a cycle."""

    path: str
    line: int
    target: str
    """Path of the module that is imported."""


def component(path: str, after: Callable[[str], Iterable[str]]) -> frozenset[str]:
    """The modules that a module imports and that import it, itself included. `after`: what a module imports."""
    reached = _reached(path, after)
    back: dict[str, list[str]] = {}
    for one in reached:
        for other in after(one):
            back.setdefault(other, []).append(one)
    return frozenset(reached & _reached(path, lambda one: back.get(one, ())))


def _reached(path: str, after: Callable[[str], Iterable[str]]) -> set[str]:
    seen, waiting = {path}, [path]
    while waiting:
        for other in after(waiting.pop()):
            if other not in seen:
                seen.add(other)
                waiting.append(other)
    return seen


def turned(cycle: Sequence[Link], changed: Collection[str]) -> tuple[Link, ...]:
    """The same cycle from its first changed file on."""
    at = min(range(len(cycle)), key=lambda i: (cycle[i].path not in changed, cycle[i].path))
    return (*cycle[at:], *cycle[:at])


def parts(cycle: Sequence[Link]) -> tuple[str, ...]:
    return tuple(f"{link.path} {link.target}" for link in cycle)


def shown(cycle: Sequence[Link]) -> str:
    some = [f"{link.path}:{link.line}" for link in cycle[:SHOWN]]
    more = [f"… {len(cycle) - SHOWN} more"] if len(cycle) > SHOWN else []
    return " imports ".join((*some, *more, cycle[0].path))
