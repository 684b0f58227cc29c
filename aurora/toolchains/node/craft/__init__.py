"""The parts of gates that read TypeScript and JavaScript: one file a gate, one line of `CHECKS` or `OF_PROJECTS`."""

from collections.abc import Mapping

from aurora.toolchains.craft import CraftCheck, ProjectCheck
from aurora.toolchains.node.craft import circular_imports

CHECKS: Mapping[str, CraftCheck] = {}
"""By the name of the gate."""
OF_PROJECTS: Mapping[str, ProjectCheck] = {"circular_imports": circular_imports.check}
"""By the name of a gate of the whole project."""
