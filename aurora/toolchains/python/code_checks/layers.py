"""Imports against the direction of the project's layers: by its import-linter contracts, else by its folders."""

import ast
from collections.abc import Iterator

from aurora.domain.workspace import Workspace
from aurora.toolchains.code_checks import Flaw
from aurora.toolchains.edit import Edit
from aurora.toolchains.layers import wrong_way
from aurora.toolchains.python.handlers import parse
from aurora.toolchains.python.import_contracts import Contracts, contracts
from aurora.toolchains.python.imported_modules import ImportedModule, imported_modules, module_of
from aurora.toolchains.service_wording import against_layers


def check(_: Workspace, edit: Edit) -> Iterator[Flaw]:
    tree = parse(edit.after)
    if tree is None:
        return
    stated = contracts(edit.configuration)
    seen: set[str] = set()
    for flaw in _flaws(edit, tree, stated):
        if flaw.identity not in seen:
            seen.add(flaw.identity)
            yield flaw


def _flaws(edit: Edit, tree: ast.Module, stated: Contracts) -> Iterator[Flaw]:
    for one in imported_modules(edit.path, tree, edit.files):
        if stated.contracts:
            yield from _against_contracts(edit.path, one, stated)
        if not stated.layered and one.path and not one.typing_only:
            layers = wrong_way(edit.path, one.path, edit.files)
            if layers is not None:
                yield against_layers(one.module, one.line, *(layer.name for layer in layers))


def _against_contracts(path: str, one: ImportedModule, stated: Contracts) -> Iterator[Flaw]:
    if one.typing_only and stated.without_typing:
        return
    for root in stated.roots:
        importer = module_of(path, root)
        imported = (module_of(one.path, root) if one.path else "") or one.module
        if not importer:
            continue
        for contract in stated.contracts:
            why = contract.broken_by(importer, imported)
            if why:
                yield Flaw(
                    message=f"The import of {imported} breaks the import-linter contract {contract.name!r}: {why}.",
                    hint="Move what is needed to where both may import it, or hand it in as an argument.",
                    line=one.line,
                    identity=f"{contract.name} {imported}",
                )
        return
