"""The parts of gates that read Python: one file a gate, one line of `CHECKS`."""

from collections.abc import Mapping

from aurora.toolchains.craft import CraftCheck
from aurora.toolchains.python.craft import data_integrity, defensive, input_validation

CHECKS: Mapping[str, CraftCheck] = {
    "data_integrity": data_integrity.check,
    "defensive": defensive.check,
    "input_validation": input_validation.check,
}
"""By the name of the gate."""
