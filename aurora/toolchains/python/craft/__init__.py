"""The parts of gates that read Python: one file a gate, one line of `CHECKS`."""

from collections.abc import Mapping

from aurora.toolchains.craft import CraftCheck

CHECKS: Mapping[str, CraftCheck] = {}
"""By the name of the gate."""
