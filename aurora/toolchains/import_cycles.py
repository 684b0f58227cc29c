"""Cycles of imports, as every language's part of the gate finds and tells them."""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

SHOWN = 12
"""Imports of one cycle that are told."""
MOST_FIRST = 150
"""Modules of one cycle that are tried as the first; a longer cycle has all its other modules between them."""
MOST_STEPS = 6_000_000
"""The most steps of one project's imports that are followed."""


class Link(NamedTuple):
    """One import of a cycle."""

    path: str
    line: int
    target: str
    """Path of the module that is imported."""


class Failed(Protocol):
    """A cycle that fails in one order of imports."""

    @property
    def cycle(self) -> tuple[Link, ...]: ...


F = TypeVar("F", bound=Failed)


class Failing(NamedTuple, Generic[F]):
    """The imports that fail by way of changed files."""

    failures: list[F]
    components: set[frozenset[str]]
    """Every cycle's modules that a changed file belongs to, failing or not."""
    links: set[tuple[str, str]]
    """(path, target) of the imports of cycles that fail."""


def failing(
    changed: Collection[str],
    paths: Iterable[str],
    after: Callable[[str], Iterable[str]],
    failures: Callable[[frozenset[str]], Iterable[F]],
    order: Callable[[F], Any],
) -> Failing[F]:
    """`paths`: the changed source files. `failures`: of one cycle's modules. `order`: of failures of one
    length."""
    found: Failing[F] = Failing([], set(), set())
    for path in sorted(paths):
        members = component(path, after)
        if len(members) < 2 or members in found.components:
            continue
        found.components.add(members)
        for failure in sorted(failures(members), key=lambda one: (len(one.cycle), order(one))):
            if any(link.path in changed for link in failure.cycle):
                found.links.update((link.path, link.target) for link in failure.cycle)
                found.failures.append(failure)
    return found


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
