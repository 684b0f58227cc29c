"""Code that trusts what a stranger sends, or tells a stranger too much."""

from aurora.gates.by_language import of_sources
from aurora.gates.gate import FileGate, When

GATE = FileGate(
    name="defensive",
    why="Fields, paths, origins and errors that pass unchecked are what attackers try first.",
    when=(When.NOTE, When.ROUND),
    advice=True,
    check=of_sources("defensive"),
)
