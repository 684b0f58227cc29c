"""Circular imports of a Node project. What needs at evaluation what is not there yet blocks. A cycle that only
functions use blocks, too, in a project that has none; where the project lives with such cycles, or a framework asks for
them (an entity's relations, `forwardRef`), it is advice."""

import re
from collections import deque
from collections.abc import Collection, Iterator

from aurora.domain.workspace import Workspace
from aurora.toolchains.code_checks import Flaw, Sources
from aurora.toolchains.import_cycles import Link, failing, parts, shown, turned
from aurora.toolchains.node.import_order import Failure, Project, failures

HINT = (
    "Pass in what it needs (dependency injection), move what both need into a module of its own, or use it inside a "
    "function that runs later: `() => Thing` in a decorator, `forwardRef(() => Thing)` in Nest. Import types with "
    "`import type`, and import the module itself rather than the index that exports it."
)
MOST_ADVICE = 3
_LATER = re.compile(r"@\w+\(\s*\(?\w*\)?\s*=>\s*\[?\s*[A-Z]|\bforwardRef\(")
"""`@OneToMany(() => Order, ...)`, `forwardRef(() => Orders)`: how TypeORM, type-graphql and Nest write a cycle."""


def check(_: Workspace, sources: Sources) -> Iterator[Flaw]:
    project = Project.of(sources.texts)
    found = failing(
        sources.changed,
        sources.changed & sources.texts.keys(),
        project.after,
        lambda members: failures(project, members, sources.changed),
        order=lambda one: one.cycle,
    )
    for failure in found.failures:
        yield _failing(failure, sources)
    yield from _harmless(project, sources, found.links, found.components)


def _failing(failure: Failure, sources: Sources) -> Flaw:
    cycle = turned(failure.cycle, sources.changed)
    user = failure.user
    said = (
        f"A circular import: {shown(cycle)}.\nWhen {failure.first} is the first of them that is imported, "
        f"{user}:{failure.line} needs `{failure.local}` while it is evaluated, and it is not there yet."
    )
    # a name that others miss already is how the project lives with a cycle of its own: a sibling is no new trouble
    identity = f"{failure.cycle[0].path} {failure.local}"
    return Flaw(said, HINT, cycle[0].line, identity, path=cycle[0].path, parts=(*parts(cycle), f"{user} uses"))


def _harmless(
    project: Project, sources: Sources, broken: set[tuple[str, str]], components: set[frozenset[str]]
) -> Iterator[Flaw]:
    """Cycles of which nothing is needed before all of them are there."""
    usual = _lives_with_cycles(project, sources.changed)
    reported = 0
    for members in components:
        for path in sorted(sources.changed & members):
            for link in project.edges(path):
                cycle = _back(project, link, members)
                if not cycle or any((one.path, one.target) in broken for one in cycle):
                    continue
                advice = usual or _asked_for(project, cycle)
                if advice and reported >= MOST_ADVICE:
                    continue
                reported += advice
                said = f"A circular import that works as long as only functions use it: {shown(cycle)}."
                identity = "harmless " + " ".join(sorted(one.path for one in cycle))
                yield Flaw(said, HINT, link.line, identity, advice=advice, path=path, parts=parts(cycle))


def _lives_with_cycles(project: Project, changed: Collection[str]) -> bool:
    """Return whether modules that the draft leaves alone import each other already, of all that were read."""
    waiting = {path: iter(project.after(path)) for path in project.read() if path not in changed}
    done: set[str] = set()
    for first in waiting:
        way = [first]
        on_it = {first}
        while way and first not in done:
            following = next((one for one in waiting[way[-1]] if one in waiting and one not in done), None)
            if following is None:
                on_it.remove(way[-1])
                done.add(way.pop())
            elif following in on_it:
                return True
            else:
                way.append(following)
                on_it.add(following)
    return False


def _asked_for(project: Project, cycle: tuple[Link, ...]) -> bool:
    return any(_LATER.search(project.texts[link.path]) for link in cycle)


def _back(project: Project, link: Link, members: frozenset[str]) -> tuple[Link, ...]:
    """The shortest way from an import's target back to its module."""
    before: dict[str, Link] = {}
    waiting = deque([link.target] if link.target in members else [])
    while waiting:
        here = waiting.popleft()
        for other in project.edges(here):
            if other.target == link.path:
                chain = [other]
                while chain[-1].path != link.target:
                    chain.append(before[chain[-1].path])
                return (link, *reversed(chain))
            if other.target in members and other.target not in before and other.target != link.target:
                before[other.target] = other
                waiting.append(other.target)
    return ()
