"""The parts of gates that read TypeScript and JavaScript: one file a gate, one line of `CHECKS`."""

from collections.abc import Mapping

from aurora.toolchains.craft import CraftCheck
from aurora.toolchains.node.craft import layers, service_layer

CHECKS: Mapping[str, CraftCheck] = {
    "service_layer": service_layer.check,
    "layers": layers.check,
}
"""By the name of the gate."""
