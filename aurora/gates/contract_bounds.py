"""Bounds, formats and required fields that the contract states of a request and the code does not check."""

from aurora.gates.by_language import of_project
from aurora.gates.gate import ProjectGate, When

GATE = ProjectGate(
    name="contract_bounds",
    why="Requests that the contract rules out must be refused; a model without the bound accepts them.",
    when=(When.ROUND,),
    check=of_project("contract_bounds"),
)
