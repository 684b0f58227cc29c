"""The parts of gates that read TypeScript and JavaScript: one file a gate, one line of `CHECKS` or `OF_PROJECTS`."""

from collections.abc import Mapping

from aurora.toolchains.code_checks import CodeCheck, ProjectCheck
from aurora.toolchains.node.code_checks import (
    blocking_calls,
    circular_imports,
    contract_bounds,
    data_integrity,
    defensive,
    input_validation,
    layers,
    service_layer,
    sql,
    unchecked_input,
)

CHECKS: Mapping[str, CodeCheck] = {
    "service_layer": service_layer.check,
    "layers": layers.check,
    "blocking_calls": blocking_calls.check,
    "sql": sql.check,
    "input_validation": input_validation.check,
    "defensive": defensive.check,
    "data_integrity": data_integrity.check,
}
"""Checks by the name of the gate."""
OF_PROJECTS: Mapping[str, ProjectCheck] = {
    "circular_imports": circular_imports.check,
    "contract_bounds": contract_bounds.check,
    "unchecked_input": unchecked_input.check,
}
"""By the name of a gate of the whole project."""
