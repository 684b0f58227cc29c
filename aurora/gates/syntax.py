"""Texts that the project's language can't parse."""

from collections.abc import Iterator

from aurora.gates.context import FileContext
from aurora.gates.gate import FileGate, Problem, When


def check(context: FileContext) -> Iterator[Problem]:
    """A file that was broken before may be fixed in steps."""
    for found in context.draft.language.syntax(context.draft.workspace, context.edit()):
        yield Problem(found.message, found.hint, found.line, identity="broken")


GATE = FileGate(
    name="syntax",
    why="A file that can't be parsed can't work, and hides from every check that reads code.",
    when=(When.EDIT, When.ROUND),
    check=check,
    conclusive=True,
)
