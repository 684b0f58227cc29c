"""Imports of packages that the project does not declare."""

from collections.abc import Iterator

from aurora.domain.findings import Weight
from aurora.gates.context import FileContext
from aurora.gates.gate import FileGate, Problem, When


def check(context: FileContext) -> Iterator[Problem]:
    for found in context.draft.language.undeclared(context.draft.workspace, context.edit()):
        advice = found.weight is Weight.ADVICE
        yield Problem(found.message, found.hint, found.line, advice=advice, identity=found.message)


GATE = FileGate(
    name="bill_of_materials",
    why="A package that no manifest declares is missing where the product runs, or does not exist at all.",
    when=(When.EDIT, When.ROUND),
    check=check,
    one_of_a_kind=True,
)
