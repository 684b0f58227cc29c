"""Interfaces that were never implemented."""

from collections.abc import Iterator

from aurora.gates.context import FileContext
from aurora.gates.gate import FileGate, Problem, When


def check(context: FileContext) -> Iterator[Problem]:
    if not context.is_source or context.is_test:
        return
    for found in context.draft.language.stubs(context.path, context.text):
        yield Problem(found.message, found.hint, found.line)


GATE = FileGate(
    name="stubs_left",
    why="A stub that define_interfaces wrote and that was never implemented fails when it is first called.",
    when=(When.ROUND,),
    check=check,
)
