"""What the dependency image is made from: runtime dependencies, and the extras and groups that the tests need."""

import posixpath
from collections.abc import Iterable, Sequence

from packaging.requirements import InvalidRequirement, Requirement

from aurora.domain.workspace import Dependencies
from aurora.toolchains.python.declared import Declared, installable, name_of, normalised
from aurora.toolchains.python.imported_extras import extras_for, imported, provides, resembles
from aurora.toolchains.python.tree import PythonTree
from aurora.toolchains.python.type_checkers import groups

LAST_RESORT = "tox"
"""What tox installs is taken where no group is named for tests."""
TEST_GROUPS = ("test", "tests", "testing", "dev", "develop", "development", "hatch-test")


def dependencies(
    tree: PythonTree,
    test_texts: Iterable[str],
    first_party: frozenset[str],
    *,
    checkers: Iterable[Sequence[str]] = (),
) -> Dependencies:
    """`test_texts`: sources of the test files; `first_party`: top-level names of the project's own modules; `checkers`:
    for each type checker that the project configures, the packages that would do."""
    declared = tree.declared
    notes = list(declared.notes)
    if not tree.files:
        notes.append("there is no manifest: no package is installed but pytest")
    optional = {name: _own(lines, declared, (name,)) for name, lines in declared.optional.items()}
    asked = list(declared.runtime or ())
    taken = [name for name in optional if name in TEST_GROUPS] or [name for name in optional if name == LAST_RESORT]
    for name in taken:
        asked += optional[name]
    if taken:
        notes.append(f"installed for the tests, by name: {', '.join(taken)}")
    rest = {name: lines for name, lines in optional.items() if name not in taken}
    modules = imported(test_texts) - first_party
    for name, wanted in extras_for(modules, asked, rest).items():
        asked += rest[name]
        notes.append(f"installed for the tests, {name!r}: they import {', '.join(wanted)}")
    for names in checkers:
        bring = [name for name in groups(optional, names) if name in rest]
        if bring and not any(name_of(line) in names for line in asked):
            asked += rest[bring[0]]
            brought = next(name for name in names if name in map(name_of, rest[bring[0]]))
            notes.append(f"installed for the types, {bring[0]!r}: it brings {brought}")
    required = (*asked, *declared.constraints)
    unknown = sorted(m for m in modules if not any(provides(line, m) or resembles(line, m) for line in required))
    if unknown and tree.files:
        notes.append(f"the tests import {', '.join(unknown[:8])}, which no declared package is named after")
    left = sorted(set(rest) - {n for n in rest if set(rest[n]) <= set(asked)})
    if left:
        notes.append(f"declared and not installed: {', '.join(left)}")
    requirements, skipped = installable(asked, "requirements")
    pins, odd = installable(declared.constraints, "constraints")
    return Dependencies(
        language="python",
        manager="uv" if requirements else "none",
        files=tree.files,
        requirements=requirements,
        constraints=_usable_constraints(pins),
        interpreter=declared.requires_python,
        notes=tuple(dict.fromkeys((*notes, *skipped, *odd))),
    )


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
