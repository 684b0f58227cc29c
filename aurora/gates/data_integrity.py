"""Writes that two requests at once, or one that is repeated, leave wrong."""

from aurora.gates.by_language import of_sources
from aurora.gates.gate import FileGate, When

GATE = FileGate(
    name="data_integrity",
    why="Rows are shared: code that is right for one request at a time is wrong for two at once, or for one sent "
    "twice.",
    when=(When.NOTE, When.ROUND),
    check=of_sources("data_integrity"),
    advice=True,
)
