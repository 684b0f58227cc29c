"""Business work in route handlers, and HTTP in services."""

from aurora.gates.by_language import of_sources
from aurora.gates.gate import FileGate, When

GATE = FileGate(
    name="service_layer",
    why="Business logic in a route handler, or in a service that knows HTTP, can't be used or tested without HTTP.",
    when=(When.NOTE, When.ROUND),
    check=of_sources("service_layer"),
)
