"""What no step does to a file: remove it, link it, or change its mode."""

from collections.abc import Iterator

from aurora.gates.context import EXECUTABLE, LINK, NOTHING, REGULAR, SUBMODULE, ChangedFile, FileContext
from aurora.gates.gate import FileGate, Problem, When

_KINDS = {LINK: "a symbolic link", SUBMODULE: "a git repository of its own"}


def check(context: FileContext) -> Iterator[Problem]:
    if problem := _problem(context.file):
        yield Problem(*problem)


def _problem(file: ChangedFile) -> tuple[str, str] | None:
    if file.mode == NOTHING:
        return "This file of the project is gone.", "Restore it: no step removes files."
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
    why="Steps write regular text files; removed files, links, nested repositories and other modes are not their work.",
    when=(When.ROUND, When.COMMIT),
    check=check,
    mandatory=True,
    conclusive=True,
    against_base=False,
    any_file=True,
)
