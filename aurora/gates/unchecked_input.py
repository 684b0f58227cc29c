"""Input that neither the route, nor its controller, nor the service it goes to checks: these stand in several files."""

from aurora.gates.by_language import of_project
from aurora.gates.gate import ProjectGate, When

GATE = ProjectGate(
    name="unchecked_input",
    why="A body that is passed from file to file without a schema is unchecked client input all the way down.",
    when=(When.ROUND,),
    check=of_project("unchecked_input"),
)
