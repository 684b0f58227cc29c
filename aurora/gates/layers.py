"""Imports against the direction of the project's layers."""

from aurora.gates.by_language import of_sources
from aurora.gates.gate import FileGate, When

GATE = FileGate(
    name="layers",
    why="A lower layer that imports a higher one can't be used or tested without it, and soon imports in a circle.",
    when=(When.NOTE, When.ROUND),
    check=of_sources("layers"),
)
