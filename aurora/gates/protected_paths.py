"""Paths that no step of the task may write, and tests that are not as they were frozen."""

from collections.abc import Iterator
from hashlib import sha256

from aurora.gates.context import FileContext
from aurora.gates.gate import FileGate, Problem, When


def check(context: FileContext) -> Iterator[Problem]:
    """The policy at the edit tells the model early; this check decides. What no rule allows is refused."""
    path, code, tests = context.path, context.draft.code, context.draft.tests
    assert code is not None and tests is not None, "judged without the policies of its steps"
    frozen = context.draft.frozen.protected if context.draft.frozen else {}
    if (digest := frozen.get(path)) is not None:
        content = context.file.content
        allowed = content is not None and sha256(content).hexdigest() == digest and tests.may_write(path) is None
    else:
        allowed = not context.is_test and code.may_write(path) is None
    if allowed:
        return
    refused = (tests.may_write(path) if context.is_test else None) or code.may_write(path)
    reason = refused.reason if refused else f"{path} belongs to the tests, and is not as it was frozen."
    yield Problem(reason[:1_500], "Take it back: no step of this task may write it.")


GATE = FileGate(
    name="protected_paths",
    why="A commit holds what the task's steps may write and nothing else: no settings, no CI, no test that was not "
    "seen red, unless a person asked for the file.",
    when=(When.ROUND, When.COMMIT),
    check=check,
    mandatory=True,
    conclusive=True,
    against_base=False,
    any_file=True,
)
