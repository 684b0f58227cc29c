"""Modules of the project that import each other while they are loaded."""

from aurora.gates.by_language import of_project
from aurora.gates.gate import ProjectGate, When

GATE = ProjectGate(
    name="circular_imports",
    why="A module that is imported by what it imports itself fails to import in some order of imports.",
    when=(When.ROUND,),
    check=of_project("circular_imports"),
)
