"""SQL in the code: `SELECT *`, and statements built from strings."""

from aurora.gates.by_language import of_sources
from aurora.gates.gate import FileGate, When

GATE = FileGate(
    name="sql",
    why="`SELECT *` reads columns nobody asked for; a statement built from strings runs whatever its parts contain.",
    when=(When.NOTE, When.ROUND),
    check=of_sources("sql"),
)
