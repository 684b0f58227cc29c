"""The gates that are on for a task: all, less what aurora.yaml turns off, and never less than the mandatory ones."""

import difflib
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from aurora.errors import Refusal
from aurora.gates import GATES
from aurora.gates.gate import Gate, When
from aurora.settings.repository import BackendSettings, Strict

TUNABLE: Mapping[str, type[Strict] | None] = {gate.name: gate.settings for gate in GATES}
"""Every gate by its name, with what may be tuned of it."""


def check_names(names: Iterable[str]) -> None:
    """Raises `Refusal` for a gate of the worker's policy that does not exist: a misspelt rule would be no rule."""
    for name in names:
        if name not in TUNABLE:
            close = difflib.get_close_matches(name, TUNABLE, n=1, cutoff=0.5)
            nearest = f"; did you mean {close[0]!r}?" if close else "."
            raise Refusal(
                f"worker settings: policy.mandatory_gates: unknown gate {name!r}{nearest}",
                f"Gates: {', '.join(TUNABLE)}.",
            )


def is_mandatory(gate: Gate, names: Collection[str]) -> bool:
    """`names`: `mandatory_gates` of the worker's policy."""
    return gate.mandatory or gate.name in names


def without_mandatory(settings: BackendSettings) -> tuple[BackendSettings, tuple[str, ...]]:
    """The settings without the gates that they turn off and that are always on, and one warning for each.

    Those that a worker's policy makes mandatory are `aurora.settings.policy`'s."""
    forced = {gate.name for gate in GATES if gate.mandatory and settings.gates.get(gate.name) == "off"}
    kept = {name: said for name, said in settings.gates.items() if name not in forced}
    warnings = tuple(f"gates.{name}: off is ignored; this gate is always on." for name in sorted(forced))
    return settings.model_copy(update={"gates": kept}), warnings


def turned_off(settings: BackendSettings) -> tuple[str, ...]:
    return tuple(gate.name for gate in GATES if _is_off(gate, settings))


def _is_off(gate: Gate, settings: BackendSettings) -> bool:
    return settings.gates.get(gate.name) == "off" and not gate.mandatory


def chosen(settings: BackendSettings, language: str, when: When | None = None) -> tuple[Gate, ...]:
    """The gates that are on in a project of this language; those of one moment, or of all."""
    return tuple(
        gate
        for gate in GATES
        if not _is_off(gate, settings)
        and (when is None or when in gate.when)
        and (not gate.languages or language in gate.languages)
    )


def tuned(settings: BackendSettings, name: str) -> Mapping[str, Any]:
    """The settings of one gate in aurora.yaml, beyond on and off."""
    said = settings.gates.get(name)
    return said if isinstance(said, dict) else {}
