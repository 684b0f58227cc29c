"""A change outside of the one test that may be rewritten."""

from collections.abc import Iterator

from aurora.gates.context import FileContext
from aurora.gates.gate import FileGate, Problem, When


def check(context: FileContext) -> Iterator[Problem]:
    case = context.draft.thawed
    if case is None or context.path != case.path or not case.rest:
        return
    found = context.draft.language.find_test(context.text, case.name)
    if found is not None and found.rest == case.rest:
        return
    what = "has no single such test any more" if found is None else "differs outside of that test"
    yield Problem(
        f"Only {case.name} may change in this file, and with this edit it {what}.",
        "Leave every other line as it is, imports, fixtures and blank lines included; use edit_file.",
    )


GATE = FileGate(
    name="rewritten_test",
    why="When one frozen test is rewritten, every other line of its file stays as it was when it was red.",
    when=(When.EDIT,),
    check=check,
    mandatory=True,
    against_base=False,
)
