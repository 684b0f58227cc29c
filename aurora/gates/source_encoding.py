"""The encoding that a source file declares: anything but UTF-8 is another text to its interpreter than to readers."""

from collections.abc import Iterator

from aurora.encodings import declared
from aurora.gates.context import FileContext
from aurora.gates.gate import FileGate, Problem, When


def check(context: FileContext) -> Iterator[Problem]:
    if name := declared(context.path, context.text):
        yield Problem(
            f"It declares the encoding {name!r}: an interpreter would read a different text from the one shown here.",
            "Remove the declaration: source is UTF-8.",
            1,
            identity=name,
        )


GATE = FileGate(
    name="source_encoding",
    why="A declared encoding other than UTF-8 makes an interpreter read a different text from the one a reviewer sees.",
    when=(When.EDIT, When.ROUND, When.COMMIT),
    check=check,
    mandatory=True,
)
