"""Files that are not text: bytes that are not UTF-8, NUL characters, what no file can hold, what can't be read."""

from collections.abc import Iterator

from aurora.gates.context import NOTHING, FileContext
from aurora.gates.gate import FileGate, Problem, When


def check(context: FileContext) -> Iterator[Problem]:
    file = context.file
    if file.mode == NOTHING:
        return
    if file.edited is None and file.content is None:
        yield Problem("It is too large to be judged.", "Split it, or compute the data.")
        return
    if file.text is None:
        yield Problem("It is not text: not UTF-8.", "Write text only.")
        return
    text = context.text
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        yield Problem("It holds a NUL character.", "Write text only.", line, identity="NUL")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        message = "It holds half a surrogate pair, which no file can hold."
        yield Problem(message, "Write the whole character.", line)


GATE = FileGate(
    name="plain_text",
    why="Only UTF-8 text can be reviewed and judged; binary files and files too large to read can't.",
    when=(When.EDIT, When.ROUND, When.COMMIT),
    check=check,
    mandatory=True,
    conclusive=True,
    any_file=True,
)
