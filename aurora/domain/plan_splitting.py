"""Check whether a plan is cut into parts as its size asks for, and what is wrong with the cut."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from aurora.domain.plan import Plan, PlannedPart
from aurora.settings.repository import PartsSettings
from aurora.text import counted, fit

MOST_PARTS = 40
SHOWN = 8
NAME_BYTES = 120

T = TypeVar("T")


def why_cut(plan: Plan, bounds: PartsSettings) -> str:
    """The bound of one piece that the plan exceeds; empty for one that is made in one piece.

    Files alone cut nothing: a change of many files at once, a name say, is one change."""
    return ", ".join(_over(plan.operations, len(plan.tests), 0, bounds))


def faults(plan: Plan, bounds: PartsSettings, sizes: Sequence[int] = ()) -> tuple[str, ...]:
    """Faults that must be fixed before the plan can be taken, a sentence each.

    `sizes`: bytes of what the contract says of each part's operations, where they are known."""
    if not plan.parts:
        why = why_cut(plan, bounds)
        return (f"The plan has {why} for one piece: cut it into `parts`, {limits(bounds)}.",) if why else ()
    return (*_uncovered(plan), *_badly_cut(plan), *_too_long(plan, bounds, sizes))


def limits(bounds: PartsSettings) -> str:
    """`at most 20 operations, 120 tests and 40 files each`."""
    return (
        f"at most {counted(bounds.operations, 'operation')}, {counted(bounds.tests, 'planned test')} and "
        f"{counted(bounds.files, 'file')} each"
    )


def _over(operations: Sequence[str], tests: int, files: int, bounds: PartsSettings) -> Iterator[str]:
    counts = (
        (len(set(operations)), bounds.operations, "operation"),
        (tests, bounds.tests, "planned test"),
        (files, bounds.files, "file"),
    )
    return (f"{counted(number, what)} (at most {most})" for number, most, what in counts if number > most)


def _uncovered(plan: Plan) -> Iterator[str]:
    """Work that stands beside the parts, in none of them."""
    files = {file for part in plan.parts for file in _keys(part)[0]}
    tests = {test for part in plan.parts for test in _keys(part)[1]}
    operations = {operation for part in plan.parts for operation in part.operations}
    left = (
        ("operations", [one for one in plan.operations if one not in operations]),
        ("files", [file.path for file in plan.files if (file.path, file.symbols) not in files]),
        ("tests", [test.behaviour for test in plan.tests if (test.path, test.behaviour) not in tests]),
    )
    for what, names in left:
        if names:
            yield f"In no part are the {what} {_listed(names)}: give each in the part that makes it, and only there."


def _keys(part: PlannedPart) -> tuple[list[tuple[str, tuple[str, ...]]], list[tuple[str, str]]]:
    return [(file.path, file.symbols) for file in part.files], [(test.path, test.behaviour) for test in part.tests]


def _badly_cut(plan: Plan) -> Iterator[str]:
    if len(plan.parts) == 1:
        yield "One part is the whole plan: leave `parts` out, or cut it into more."
    if len(plan.parts) > MOST_PARTS:
        yield f"{len(plan.parts)} parts are too many: at most {MOST_PARTS}."
    if twice := _twice(operation for part in plan.parts for operation in dict.fromkeys(part.operations)):
        yield f"In more than one part are the operations {_listed(twice)}: each belongs to one."
    if twice := _twice(path for part in plan.parts for path in {test.path for test in part.tests}):
        yield (
            f"More than one part has tests in {_listed(twice)}: a test file is frozen when its part is red, so give "
            "each part files of its own."
        )
    # without symbols only bodies change, as those of the wiring do in each part
    if again := _twice(key for part in plan.parts for key in dict.fromkeys(_keys(part)[0]) if key[1]):
        paths = [path for path, _ in again]
        yield (
            f"In more than one part with the same symbols are the files {_listed(paths)}: name each where it begins; a "
            "later part names it again only with the symbols that it adds, and may change it without naming it."
        )
    if twice := _twice(part.title.strip().casefold() for part in plan.parts):
        yield f"More than one part is called {_listed(twice)}."
    for number, part in enumerate(plan.parts, 1):
        if not part.tests and number > 1:
            yield f"Part {number} ({_name(part)}) plans no test: only the first, a foundation, may have none."
        if not part.tests and part.operations:
            yield f"Part {number} ({_name(part)}) has operations and plans no test of them."
        if not part.files and not part.tests:
            yield f"Part {number} ({_name(part)}) names neither files nor tests."


def _too_long(plan: Plan, bounds: PartsSettings, sizes: Sequence[int]) -> Iterator[str]:
    for number, part in enumerate(plan.parts, 1):
        why = list(_over(part.operations, len(part.tests), len(part.files), bounds))
        size = sizes[number - 1] if number <= len(sizes) else 0
        # what one operation alone says can't be cut
        if size > bounds.contract_bytes and len(set(part.operations)) > 1:
            why.append(f"{size:,} bytes of the contract (at most {bounds.contract_bytes:,})")
        if why:
            yield f"Part {number} ({_name(part)}) has {', '.join(why)}: cut it further."


def _name(part: PlannedPart) -> str:
    return fit(part.title, NAME_BYTES)


def _twice(found: Iterable[T]) -> list[T]:
    return [one for one, number in Counter(found).items() if number > 1]


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(f"`{fit(name, NAME_BYTES)}`" for name in names[:SHOWN]) + more
