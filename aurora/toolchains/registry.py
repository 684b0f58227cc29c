"""The languages: `LANGUAGES` is the one line that a language adds; everything else is looked up by its name."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from aurora.domain.workspace import Toolchain, Workspace
from aurora.errors import Reason, Refusal
from aurora.ports import ToolchainProbe
from aurora.settings.repository import Commands
from aurora.toolchains.language import Claim, Language
from aurora.toolchains.node import claim
from aurora.toolchains.node.language import NODE
from aurora.toolchains.python.language import PYTHON
from aurora.toolchains.stated import Inside, Stated, placed
from aurora.toolchains.tools import ToolchainTools
from aurora.toolchains.wording import Wording

LANGUAGES: tuple[Language, ...] = (PYTHON, NODE)
"""The languages, of which the first is taken where a repository is as much of one as of another."""
_added: list[Language] = []


def languages() -> tuple[Language, ...]:
    return (*LANGUAGES, *_added)


@contextmanager
def added(language: Language) -> Iterator[None]:
    """Know a language for a while, beside `LANGUAGES`: one that is tried and not the product's. Raises `ValueError` for
    a name that is taken."""
    if any(language.name == other.name for other in languages()):
        raise ValueError(f"there is a language {language.name!r} already")
    _added.append(language)
    try:
        yield
    finally:
        _added.remove(language)


def named(name: str) -> Language:
    """Raises `Refusal` for a name that is none: it stands in an artifact that another version wrote."""
    for language in languages():
        if language.name == name:
            return language
    known = ", ".join(language.name for language in languages())
    raise Refusal(
        f"The workspace is of the language {name!r}, which this worker does not know; it knows {known}.",
        "Submit the task again, or run a worker of the version that began it.",
    )


def language(toolchain: Toolchain) -> Language:
    """Raises `Refusal` for a language or a runner that this worker does not know."""
    found = named(toolchain.language)
    if toolchain.runner not in found.runners:
        raise Refusal(
            f"The workspace's tests run by {toolchain.runner!r}, which this worker does not know of {found.title}; "
            f"it knows {', '.join(found.runners)}.",
            "Submit the task again, or run a worker of the version that began it.",
        )
    return found


def tools(workspace: Workspace) -> ToolchainTools:
    return language(workspace.toolchain).tools(workspace)


def wording(toolchain: Toolchain) -> Wording:
    """The wording of the steps; known without a workspace's tools."""
    return language(toolchain).runners[toolchain.runner]


async def detect(
    probe: ToolchainProbe,
    commands: Commands,
    tests: Sequence[str] = (),
    among: Sequence[Language] | None = None,
    stated: Stated | None = None,
) -> Toolchain:
    """`tests`: of aurora.yaml. `among`: the languages, where this process may not know those that its caller added.

    Raises `Refusal` for a repository of a language that has no toolchain here, and for what is stated and can't be."""
    known = languages() if among is None else among
    paths = await probe.paths()
    stated = placed(stated or Stated(), paths, lambda below: _nearest(below, known))
    where = stated.folder if stated.root is None else stated.root
    chosen = _stated(stated, known) or await _spoken(Inside(probe, where) if where else probe, known)
    if chosen is not None:
        found = await chosen.detect(probe, commands, tests, stated)
        return _with_names(found.model_copy(update={"why": (*stated.why, *found.why)}), chosen, known)
    if not paths:
        raise Refusal(
            "The base commit holds no files.", "Commit the project, or name another base commit.", reason=Reason.BASE
        )
    titles = " nor ".join(language.title for language in known)
    manifests = [name for language in known for name in language.manifests[:2]]
    raise Refusal(
        f"Neither {titles}: no code or manifest of theirs among the {len(paths)} files of the base commit.",
        f"Add a {', '.join(manifests[:-1])} or {manifests[-1]}, or name another base commit.",
        reason=Reason.BASE,
    )


def _stated(stated: Stated, known: Sequence[Language]) -> Language | None:
    name = stated.project.language
    if name is None:
        return None
    for language in known:
        if language.name == name:
            return language
    raise Refusal(
        f"project.language of aurora.yaml is {name!r}, which is not known here.",
        f"Name one of {', '.join(language.name for language in known)}.",
    )


async def _spoken(probe: ToolchainProbe, known: Sequence[Language]) -> Language | None:
    """The language of a folder's project."""
    paths = await probe.paths()
    chosen = _claimed(paths, known)
    if chosen in (NODE, PYTHON) and NODE in known and PYTHON in known:
        # of these two what the manifests say decides, not only where they lie
        return NODE if await claim.is_node(probe, paths) else PYTHON
    return chosen


def _nearest(paths: Sequence[str], known: Sequence[Language]) -> int | None:
    """Folders above the nearest manifest of any language."""
    claims = [claim for language in known if (claim := language.claim(paths)) is not None]
    return min((claim.depth for claim in claims if claim.depth is not None), default=None)


def _claimed(paths: Sequence[str], known: Sequence[Language]) -> Language | None:
    """The language whose manifest is nearest to the root, where several have one; the first language's at the same
    depth: a package.json beside a pyproject.toml holds the tools of its web pages. A language without a manifest is
    taken before one with a manifest where it has more files."""
    claims = [(language, claim) for language in known if (claim := language.claim(paths)) is not None]
    declared = min((one for one in claims if one[1].depth is not None), key=lambda one: _depth(one[1]), default=None)
    loose = max((one for one in claims if one[1].depth is None), key=lambda one: one[1].files, default=None)
    if declared is None or loose is None:
        found = declared or loose
    else:
        found = loose if loose[1].files > declared[1].files else declared
    return found[0] if found else None


def _depth(claim: Claim) -> int:
    return claim.depth or 0


def _with_names(toolchain: Toolchain, language: Language, known: Sequence[Language]) -> Toolchain:
    """The toolchain with the test names of every other language: in a project nothing is configured of those."""
    own = toolchain.usual_tests or (() if toolchain.test_files else language.test_names)
    others = (name for other in known if other != language for name in other.test_names)
    return toolchain.model_copy(update={"usual_tests": tuple(dict.fromkeys((*own, *others)))})
