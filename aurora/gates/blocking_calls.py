"""Calls that block the event loop: of coroutines in Python, of request handlers in Node."""

from aurora.gates.by_language import of_sources
from aurora.gates.gate import FileGate, When

GATE = FileGate(
    name="blocking_calls",
    why="While a coroutine or a handler waits for a blocking call, the server answers no other request.",
    when=(When.NOTE, When.ROUND),
    check=of_sources("blocking_calls"),
)
