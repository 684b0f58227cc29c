"""Rules that every step keeps for a file: link it, change its mode, or remove it where it is a test or no plain
file."""

from collections.abc import Iterator

from aurora.gates.context import EXECUTABLE, LINK, NOTHING, REGULAR, SUBMODULE, ChangedFile, FileContext
from aurora.gates.gate import FileGate, Problem, When

_KINDS = {LINK: "a symbolic link", SUBMODULE: "a git repository of its own"}


def check(context: FileContext) -> Iterator[Problem]:
    if problem := _removed(context) if context.file.mode == NOTHING else _problem(context.file):
        yield Problem(*problem)


def _removed(context: FileContext) -> tuple[str, str] | None:
    """A moved file is a removed one, too. Whether a step may write there at all, `protected_paths` says."""
    if context.is_test:
        return "This test of the project was removed.", "Restore it: tests are neither removed nor moved."
    if context.file.before_mode not in (REGULAR, EXECUTABLE):
        return "The removed entry was not a regular file.", "Restore it: steps remove regular files only."
    return None


def _problem(file: ChangedFile) -> tuple[str, str] | None:
    if kind := _KINDS.get(file.mode):
        return f"It is {kind}.", "Write a regular file."
    if file.before_mode in _KINDS:
        return f"It was {_KINDS[file.before_mode]}, and is a file now.", "Restore it."
    if file.mode not in (REGULAR, EXECUTABLE):
        return f"Its mode is {file.mode}.", "Write a regular file."
    if file.is_new and file.mode == EXECUTABLE:
        return "It is executable; steps write texts.", "Write it anew."
    if not file.is_new and file.before_mode != file.mode:
        return f"Its mode was {file.before_mode} and is {file.mode}.", "Write it as it was."
    return None


GATE = FileGate(
    name="file_kinds",
    why="Steps write regular text files; removed tests, links, nested repositories and other modes are not their work.",
    when=(When.ROUND, When.COMMIT),
    check=check,
    mandatory=True,
    conclusive=True,
    against_base=False,
    any_file=True,
)
