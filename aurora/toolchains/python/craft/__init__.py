"""The parts of gates that read Python: one file a gate, one line of `CHECKS`."""

from collections.abc import Mapping

from aurora.toolchains.craft import CraftCheck
from aurora.toolchains.python.craft import blocking_calls, sql

CHECKS: Mapping[str, CraftCheck] = {
    "blocking_calls": blocking_calls.check,
    "sql": sql.check,
}
"""By the name of the gate."""
