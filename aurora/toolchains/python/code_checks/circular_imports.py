"""Circular imports of a Python project: those that fail in some order block, the others are advice."""

from collections import deque
from collections.abc import Iterator

from aurora.domain.workspace import Workspace
from aurora.toolchains.code_checks import Flaw, Sources
from aurora.toolchains.import_cycles import Link, failing, parts, shown, turned
from aurora.toolchains.python.first_party import FirstParty
from aurora.toolchains.python.import_order import Failure, Project, failures

HINT = (
    "Pass in what it needs as an argument (dependency injection), move what both need into a module of its own, or "
    "import it inside the function that uses it. For annotations only, import it under `if TYPE_CHECKING:`."
)
MOST_ADVICE = 5


def check(workspace: Workspace, sources: Sources) -> Iterator[Flaw]:
    texts = {path: text for path, text in sources.texts.items() if path.endswith(".py")}
    toolchain = workspace.toolchain
    own = toolchain.project.import_roots if toolchain.project else ()
    root = toolchain.root.strip("/")
    roots = {root, f"{root}/src".strip("/"), *own, *(f"{root}/{one}".strip("/") for one in own)}
    project = Project.of(texts, FirstParty.of(texts, roots).roots)
    found = failing(
        sources.changed,
        sources.changed & texts.keys(),
        project.after,
        lambda members: failures(project, members, sources.changed),
        order=lambda one: one.link,
    )
    for failure in found.failures:
        yield _failing(failure, sources)
    yield from _harmless(project, sources, found.links, found.components)


def _failing(failure: Failure, sources: Sources) -> Flaw:
    cycle = turned(failure.cycle, sources.changed)
    link = failure.link
    said = (
        f"A circular import: {shown(cycle)}.\nWhen {failure.first} is the first of them that is imported, "
        f"{link.path}:{link.line} asks for `{failure.name}` of {failure.module} before that has it: an ImportError."
    )
    # a name that others miss already is how the project lives with a cycle of its own: a sibling is no new trouble
    identity = f"{link.target} {failure.name}"
    return Flaw(said, HINT, cycle[0].line, identity, path=cycle[0].path, parts=parts(cycle))


def _harmless(
    project: Project, sources: Sources, broken: set[tuple[str, str]], components: set[frozenset[str]]
) -> Iterator[Flaw]:
    """Cycles of plain modules that work in every order, as long as nobody uses the other at import."""
    reported = 0
    for component in components:
        for path in sorted(sources.changed & component):
            for link in project.edges(path, guarded=False):
                cycle = _back(project, link, component)
                if not cycle or reported >= MOST_ADVICE or any((one.path, one.target) in broken for one in cycle):
                    continue
                reported += 1
                around = turned(cycle, sources.changed)
                said = f"A circular import that works only by its order: {shown(around)}."
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


def _is_package(path: str) -> bool:
    return path.rpartition("/")[2] == "__init__.py"
