"""The inputs of the dependency image: runtime dependencies, and the extras and groups that the tests need."""

import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence

from packaging.requirements import InvalidRequirement, Requirement

from aurora.domain.workspace import Dependencies
from aurora.settings.project import ProjectSettings
from aurora.toolchains.python import builds, install_plan, stated_choice, system_libraries
from aurora.toolchains.python.declared import Declared, installable, name_of, normalised
from aurora.toolchains.python.imported_extras import extras_for, imported, provides, resembles
from aurora.toolchains.python.pytest_plugins import KNOWN, used
from aurora.toolchains.python.tree import PythonTree
from aurora.toolchains.python.type_checkers import groups

LAST_RESORT = ("tox", "nox")
"""The last resort: packages that tox or nox installs, where no group is named for tests."""
TEST_GROUPS = ("test", "tests", "testing", "dev", "develop", "development", "hatch-test")
_FOR_TESTS = re.compile(r"(^|[-_])(tests?|testing|unit|unittests?|integration|pytest|qa|ci|checks?|dev)([-_]|$)")
_FOR_OTHERS = re.compile(
    r"(^|[-_])(docs?|documentation|lint|linting|linters?|format|formatting|fmt|typing|types|typecheck|mypy|release"
    r"|publish|build|packaging|profil\w*|notebooks?|jupyter|bench\w*|all|full|complete|style|pre-?commit|examples?"
    r"|deploy|prod|production)([-_]|$)"
)


def dependencies(
    tree: PythonTree,
    test_texts: Iterable[str],
    first_party: frozenset[str],
    *,
    checkers: Iterable[Sequence[str]] = (),
    plugins: Iterable[str] = (),
    required: Sequence[str] = (),
    stated: ProjectSettings | None = None,
) -> Dependencies:
    """`test_texts`: sources of the test files; `first_party`: top-level names of the project's own modules; `checkers`:
    for each type checker that the project configures, the packages that would do; `plugins`: distributions that
    pytest's options and settings belong to; `required`: lines of its `required_plugins`; `stated`: what aurora.yaml
    says of groups, extras and `install`. Raises `Refusal` for a group that is stated and not declared."""
    declared = tree.declared
    notes = list(declared.notes)
    if not tree.files:
        notes.append("there is no manifest: no package is installed but pytest")
    optional = {name: _own(lines, declared, (name,)) for name, lines in declared.optional.items()}
    asked = list(declared.runtime or ())
    texts = tuple(test_texts)
    choice = stated_choice.of(tree, stated or ProjectSettings(), optional)
    notes += choice.notes
    if not choice.runtime:
        asked = []
    taken = list(choice.taken)
    asked += [line for name in taken for line in optional[name]]
    rest = choice.open(optional)

    def take(name: str) -> None:
        asked.extend(rest[name])
        taken.append(name)

    by_name = _by_name(rest, declared)
    for name in by_name:
        take(name)
    if by_name:
        notes.append(f"installed for the tests, by name: {', '.join(by_name)}")
    rest = {name: lines for name, lines in rest.items() if name not in taken}
    for name in _with_pytest(rest, asked):
        take(name)
        notes.append(f"installed for the tests, {name!r}: it brings pytest")
    found, unmet = _with_plugins(rest, asked, sorted({*plugins, *map(name_of, required)}))
    for name, wanted in found.items():
        take(name)
        notes.append(f"installed for the tests, {name!r}: pytest is configured for {', '.join(wanted)}")
    for name, wanted in _with_plugins(rest, asked, sorted(used(texts)))[0].items():
        take(name)
        notes.append(f"installed for the tests, {name!r}: they use {', '.join(wanted)}")
    needed = [line for line in required if name_of(line) in unmet]
    if needed:
        asked += needed
        notes.append(f"installed for the tests: {', '.join(needed)}, by required_plugins")
    known = [name for name in unmet if name in KNOWN and name not in map(name_of, needed)]
    if known:
        asked += known
        notes.append(f"installed for the tests: {', '.join(known)}, which pytest is configured for and nobody declares")
    if missing := [name for name in unmet if name not in (*known, *map(name_of, needed))]:
        notes.append(
            f"pytest is configured for {', '.join(missing)}, which no manifest declares: the tests may not start"
        )
    modules = imported(texts) - first_party
    for name, wanted in extras_for(modules, asked, rest).items():
        take(name)
        notes.append(f"installed for the tests, {name!r}: they import {', '.join(wanted)}")
    for names in checkers:
        bring = [name for name in groups(optional, names) if name in rest]
        if bring and not any(name_of(line) in names for line in asked):
            take(bring[0])
            brought = next(name for name in names if name in map(name_of, rest[bring[0]]))
            notes.append(f"installed for the types, {bring[0]!r}: it brings {brought}")
    lines = (*asked, *declared.constraints)
    unknown = sorted(m for m in modules if not any(provides(line, m) or resembles(line, m) for line in lines))
    if unknown and tree.files:
        notes.append(f"the tests import {', '.join(unknown[:8])}, which no declared package is named after")
    left = sorted(n for n in optional if n not in taken and not set(optional[n]) <= set(asked))
    if left:
        notes.append(f"declared and not installed: {', '.join(left)}")
    setup = tree.files.get(tree.at("setup.py"), "")
    notes += builds.notes(asked, tree.pyproject, setup, tree.paths)
    requirements, skipped = installable(asked, "requirements")
    pins, odd = installable(declared.constraints, "constraints")
    return Dependencies(
        language="python",
        manager="uv" if requirements else "none",
        files=tree.files,
        requirements=requirements,
        constraints=_usable_constraints(pins),
        groups=tuple(n for n in dict.fromkeys(taken) if n not in declared.extras and n != install_plan.KEY),
        extras=tuple(n for n in dict.fromkeys(taken) if n in declared.extras),
        debian=_of_debian(tree, requirements),
        interpreter=declared.requires_python,
        notes=tuple(dict.fromkeys((*notes, *skipped, *odd))),
    )


def _of_debian(tree: PythonTree, requirements: Iterable[str]) -> tuple[str, ...]:
    """The packages that aurora.yaml names, and the libraries that some packages can't be imported without."""
    known = (name for names in system_libraries.to_import(requirements).values() for name in names)
    return tuple(dict.fromkeys((*(tree.plan.debian if tree.plan else ()), *known)))


def undeclared(tree: PythonTree, texts: Iterable[str], first_party: frozenset[str]) -> tuple[str, ...]:
    """Modules that the tests import, which are not the project's own and which no declared line is named after."""
    declared = tree.declared
    known = [*(declared.runtime or ()), *(line for group in declared.optional.values() for line in group)]
    known += [*declared.constraints, "pytest"]
    modules = imported(texts) - first_party
    return tuple(sorted(m for m in modules if not any(provides(line, m) or resembles(line, m) for line in known)))


def _by_name(optional: Mapping[str, tuple[str, ...]], declared: Declared) -> list[str]:
    """Groups that stand for tests by their name, and those that the project's own tool installs unasked."""
    taken = [name for name in optional if name in TEST_GROUPS]
    taken += [n for n in declared.default_groups if n in optional and n not in taken and not _FOR_OTHERS.search(n)]
    return taken or [name for name in optional if name in LAST_RESORT]


def _with_pytest(rest: Mapping[str, tuple[str, ...]], asked: Sequence[str]) -> list[str]:
    """Groups of any name that bring pytest, where what is asked for does not: those named for tests, else one."""
    if any(name_of(line) == "pytest" or name_of(line).startswith("pytest-") for line in asked):
        return []
    holding = sorted((len(lines), name) for name, lines in rest.items() if any(name_of(x) == "pytest" for x in lines))
    names = [name for _, name in holding]
    last = [name for name in names if name in LAST_RESORT]
    named = [name for name in names if _FOR_TESTS.search(name) and not _FOR_OTHERS.search(name)]
    plain = [name for name in names if not _FOR_OTHERS.search(name)]
    return named or last[:1] or plain[:1] or names[:1]


def _with_plugins(
    rest: Mapping[str, tuple[str, ...]], asked: Sequence[str], wanted: Iterable[str]
) -> tuple[dict[str, tuple[str, ...]], list[str]]:
    """(group -> the plugins that only it brings, the smallest group first; plugins that nothing brings)"""
    have = {name_of(line) for line in asked}
    found: dict[str, tuple[str, ...]] = {}
    unmet: list[str] = []
    for plugin in wanted:
        if plugin in have:
            continue
        holders = sorted((len(lines), name) for name, lines in rest.items() if plugin in map(name_of, lines))
        if not holders:
            unmet.append(plugin)
            continue
        name = next((name for _, name in holders if name in found), holders[0][1])
        found[name] = (*found.get(name, ()), plugin)
    return found, unmet


def _own(lines: tuple[str, ...], declared: Declared, above: tuple[str, ...]) -> tuple[str, ...]:
    """The lines with references to the project's own extras (`dev = ["pkg[test]"]`) replaced by what those hold."""
    found: list[str] = []
    for line in lines:
        if not declared.name or name_of(line) != normalised(declared.name):
            found.append(line)
            continue
        try:
            extras = sorted(normalised(e) for e in Requirement(line).extras)
        except (InvalidRequirement, RecursionError):
            continue
        for extra in extras:
            if extra not in above:
                found += _own(declared.optional.get(extra, ()), declared, (*above, extra))
    return tuple(dict.fromkeys(found))


def _usable_constraints(pins: tuple[str, ...]) -> tuple[str, ...]:
    """A constraint may hold no extras."""
    return tuple(line for line in pins if "[" not in line.split(";", 1)[0])


def first_party(tree: PythonTree, roots: Iterable[str]) -> frozenset[str]:
    """Top-level names below the import roots (relative to the repository's root) and in the test folders."""
    found: set[str] = set()
    for root in roots:
        prefix = f"{root}/" if root not in ("", ".") else ""
        for path in tree.paths:
            if path.startswith(prefix) and path.endswith(".py"):
                found.add(posixpath.splitext(path.removeprefix(prefix).partition("/")[0])[0])
    return frozenset(found)
