"""Imports against the direction of the project's layers: by its dependency-cruiser rules, and by its folders."""

from collections.abc import Iterator

from aurora.domain.workspace import Workspace
from aurora.toolchains.code_checks import Flaw
from aurora.toolchains.edit import Edit
from aurora.toolchains.layers import wrong_way
from aurora.toolchains.node.cruiser_rules import rules
from aurora.toolchains.node.imported_files import imported_files
from aurora.toolchains.node.tree import SOURCES
from aurora.toolchains.service_wording import against_layers


def check(_: Workspace, edit: Edit) -> Iterator[Flaw]:
    if not edit.path.endswith(SOURCES):
        return
    stated = rules(edit.configuration)
    seen: set[tuple[str, bool]] = set()
    for one in imported_files(edit.path, edit.after, edit.files, edit.configuration):
        if not one.path or (one.path, one.typing_only) in seen:
            continue
        seen.add((one.path, one.typing_only))
        for rule in stated.broken_by(edit.path, one.path, typing_only=one.typing_only):
            yield Flaw(
                message=f"The import of {one.path} breaks the dependency-cruiser rule {rule.name!r}.",
                hint="Move what is needed to where both may import it, or hand it in as an argument.",
                line=one.line,
                identity=f"{rule.name} {one.path}",
                advice=rule.advice,
            )
        if one.typing_only or edit.path.endswith("x"):
            continue  # a type leaves no import behind, and a component is no backend
        layers = wrong_way(edit.path, one.path, edit.files)
        if layers is not None:
            yield against_layers(one.path, one.line, *(layer.name for layer in layers))
