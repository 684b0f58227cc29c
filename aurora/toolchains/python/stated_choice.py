"""The groups and extras that are installed because aurora.yaml says so, and those left to detection."""

from collections.abc import Mapping

from aurora.domain.value import Value
from aurora.settings.project import ProjectSettings
from aurora.toolchains.python import install_plan
from aurora.toolchains.python.declared import normalised
from aurora.toolchains.python.tree import PythonTree


class Choice(Value):
    taken: tuple[str, ...] = ()
    runtime: bool = True
    """True if the project's own requirements are installed."""
    closed: frozenset[str] = frozenset()
    """Names that detection may not add."""
    notes: tuple[str, ...] = ()

    def open(self, optional: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        return {name: lines for name, lines in optional.items() if name not in self.closed and name not in self.taken}


def of(tree: PythonTree, stated: ProjectSettings, optional: Mapping[str, tuple[str, ...]]) -> Choice:
    """Raises `Refusal` for a group or extra that no manifest declares."""
    extras = frozenset(tree.declared.extras)
    own = [name for name in optional if name != install_plan.KEY]
    closed: set[str] = set()
    taken: list[str] = []
    notes: list[str] = []
    for key, names, kind in (
        ("groups", stated.groups, frozenset(own) - extras),
        ("extras", stated.extras, extras),
    ):
        if names is None:
            continue
        closed |= kind
        for name in map(normalised, names):
            if name not in own:
                raise install_plan.unknown(key, name, own)
            taken.append(name)
        notes.append(f"{key} by project.{key} of aurora.yaml: {', '.join(names) or 'none'}")
    if stated.install is not None:
        notes.append(f"installed by project.install of aurora.yaml: {'; '.join(stated.install)}")
    if tree.plan is None or not tree.plan.replaces:
        return Choice(taken=tuple(taken), closed=frozenset(closed), notes=tuple(notes))
    planned = install_plan.names(tree.plan, own, extras, tree.declared.default_groups)
    return Choice(
        taken=tuple(dict.fromkeys((*planned, *taken, install_plan.KEY))),
        runtime=tree.plan.runtime,
        closed=frozenset(optional),
        notes=tuple(notes),
    )
