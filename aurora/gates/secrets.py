"""Credentials in a text."""

from collections.abc import Iterator

from aurora import credentials
from aurora.gates.context import FileContext
from aurora.gates.gate import FileGate, Problem, When


def check(context: FileContext) -> Iterator[Problem]:
    """The message never repeats the credential."""
    text = context.text
    for found in credentials.found_in(text):
        yield Problem(
            f"It holds what looks like a credential ({found.kind}).",
            "Read it from the environment or the settings; in a test use a value of another shape.",
            text.count("\n", 0, found.start) + 1,
            identity=found.text,
        )


GATE = FileGate(
    name="secrets",
    why="A credential in a commit is known to everybody who can read the repository, and stays in its history.",
    when=(When.EDIT, When.ROUND, When.COMMIT),
    check=check,
    mandatory=True,
)
