"""Circular imports of a Python project: those that fail in some order block, the others are advice."""

from collections import deque
from collections.abc import Iterator, Sequence

from aurora.domain.workspace import Workspace
from aurora.toolchains.craft import Flaw, Sources
from aurora.toolchains.python.first_party import FirstParty
from aurora.toolchains.python.import_order import Failure, Link, Project, failures

HINT = (
    "Pass in what it needs as an argument (dependency injection), move what both need into a module of its own, or "
    "import it inside the function that uses it. For annotations only, import it under `if TYPE_CHECKING:`."
)
SHOWN = 12
"""Imports of one cycle that are told."""
MOST_ADVICE = 5


def check(workspace: Workspace, sources: Sources) -> Iterator[Flaw]:
    texts = {path: text for path, text in sources.texts.items() if path.endswith(".py")}
    toolchain = workspace.toolchain
    own = toolchain.project.import_roots if toolchain.project else ()
    root = toolchain.root.strip("/")
    roots = {root, f"{root}/src".strip("/"), *own, *(f"{root}/{one}".strip("/") for one in own)}
    project = Project.of(texts, FirstParty.of(texts, roots).roots)
    seen: set[frozenset[str]] = set()
    failing: set[tuple[str, str]] = set()
    for path in sorted(sources.changed & texts.keys()):
        component = project.graph.component(path)
        if len(component) < 2 or component in seen:
            continue
        seen.add(component)
        found = failures(project, component, sources.changed)
        for failure in sorted(found, key=lambda one: (len(one.cycle), one.link)):
            if any(link.path in sources.changed for link in failure.cycle):
                failing |= {(link.path, link.target) for link in failure.cycle}
                yield _failing(failure, sources)
    yield from _harmless(project, sources, failing, seen)


def _failing(failure: Failure, sources: Sources) -> Flaw:
    cycle = _turned(failure.cycle, sources)
    link = failure.link
    said = (
        f"A circular import: {_shown(cycle)}.\nWhen {failure.first} is the first of them that is imported, "
        f"{link.path}:{link.line} asks for `{failure.name}` of {failure.module} before that has it: an ImportError."
    )
    identity = f"{link.path} {link.target} {failure.name}"
    return Flaw(said, HINT, cycle[0].line, identity, path=cycle[0].path, parts=parts(cycle))


def _harmless(
    project: Project, sources: Sources, failing: set[tuple[str, str]], components: set[frozenset[str]]
) -> Iterator[Flaw]:
    """Cycles of plain modules that work in every order, as long as nobody uses the other at import."""
    told = 0
    for component in components:
        for path in sorted(sources.changed & component):
            for link in project.edges(path, guarded=False):
                cycle = _back(project, link, component)
                if not cycle or told >= MOST_ADVICE or any((one.path, one.target) in failing for one in cycle):
                    continue
                told += 1
                turned = _turned(cycle, sources)
                said = f"A circular import that works only by its order: {_shown(turned)}."
                identity = "harmless " + " ".join(sorted(one.path for one in cycle))
                yield Flaw(said, HINT, link.line, identity, advice=True, path=path, parts=parts(cycle))


def _back(project: Project, link: Link, component: frozenset[str]) -> tuple[Link, ...]:
    """The shortest way from an import's target back to its module, without packages."""
    before: dict[str, Link] = {link.target: link}
    waiting = deque([link.target])
    if link.target not in component or _is_package(link.path) or _is_package(link.target) or link.target == link.path:
        return ()
    while waiting:
        here = waiting.popleft()
        for other in project.edges(here, guarded=False):
            if other.target == link.path:
                chain = [other]
                while chain[-1].path != link.target:
                    chain.append(before[chain[-1].path])
                return (link, *reversed(chain))
            if other.target in component and other.target not in before and not _is_package(other.target):
                before[other.target] = other
                waiting.append(other.target)
    return ()


def parts(cycle: Sequence[Link]) -> tuple[str, ...]:
    return tuple(f"{link.path} {link.target}" for link in cycle)


def _is_package(path: str) -> bool:
    return path.rpartition("/")[2] == "__init__.py"


def _turned(cycle: Sequence[Link], sources: Sources) -> tuple[Link, ...]:
    """The same cycle from its first changed file on."""
    at = min(range(len(cycle)), key=lambda i: (cycle[i].path not in sources.changed, cycle[i].path))
    return (*cycle[at:], *cycle[:at])


def _shown(cycle: Sequence[Link]) -> str:
    some = [f"{link.path}:{link.line}" for link in cycle[:SHOWN]]
    more = [f"… {len(cycle) - SHOWN} more"] if len(cycle) > SHOWN else []
    return " imports ".join((*some, *more, cycle[0].path))
