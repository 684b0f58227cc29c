"""Handlers whose input no model describes."""

from aurora.gates.by_language import of_sources
from aurora.gates.gate import FileGate, When

GATE = FileGate(
    name="input_validation",
    why="Unvalidated input may be anything: wrong types, missing fields, any length.",
    when=(When.NOTE, When.ROUND),
    check=of_sources("input_validation"),
)
