"""Names that some file system can't hold, or takes for another file's."""

from collections.abc import Iterator

from aurora.gates.context import FileContext
from aurora.gates.gate import FileGate, Problem, When
from aurora.tools.file_names import unholdable


def check(context: FileContext) -> Iterator[Problem]:
    if context.file.is_new and (why := unholdable(context.path, context.draft.spellings, context.draft.paths)):
        yield Problem(f"A file of this name can't be committed: {why}.", "Choose another name.")


GATE = FileGate(
    name="file_names",
    why="A new file must have a name that every file system can hold and no import confuses with another file.",
    when=(When.EDIT, When.ROUND, When.COMMIT),
    check=check,
    mandatory=True,
    conclusive=True,
    against_base=False,
    any_file=True,
)
