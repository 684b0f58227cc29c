"""Files that grow beyond what a commit should hold."""

from collections.abc import Iterator

from pydantic import Field

from aurora.gates.context import FileContext
from aurora.gates.gate import FileGate, Problem, When
from aurora.settings.repository import Strict


class Settings(Strict):
    max_kb: int = Field(default=2_000, ge=1, le=2_000, description="Kilobytes (1000 bytes) that a file may have.")


def check(context: FileContext) -> Iterator[Problem]:
    """A file that was larger before may shrink."""
    most = context.tuned(Settings).max_kb * 1_000
    size = len(context.text.encode("utf-8", "replace"))
    if size > most and size > len((context.before or "").encode("utf-8", "replace")):
        yield Problem(f"It would have {size} bytes; a file may have {most}.", "Split it, or compute the data.")


GATE = FileGate(
    name="size",
    why="A file of several megabytes is data or generated: nobody reviews it, and it stays in the history for good.",
    when=(When.EDIT, When.ROUND, When.COMMIT),
    check=check,
    conclusive=True,
    against_base=False,
    settings=Settings,
)
