"""Flit's tables from before PEP 621: [tool.flit.metadata], [tool.flit.scripts], [tool.flit.entrypoints]."""

from collections.abc import Mapping
from typing import Any

from aurora.toolchains.documents import table, texts
from aurora.toolchains.python.declared import Declared, lines, normalised


def is_manifest(document: Mapping[str, Any]) -> bool:
    return bool(table(document, "tool", "flit", "metadata"))


def flit(document: Mapping[str, Any]) -> Declared:
    """Declares nothing where there is no [tool.flit.metadata]. The version stands in the module."""
    own = table(document, "tool", "flit", "metadata")
    if not own:
        return Declared()
    module = str(own.get("module") or "")
    optional = {normalised(k): lines(v) for k, v in table(own, "requires-extra").items()}
    if lines(own.get("dev-requires")):
        optional["dev"] = lines(own.get("dev-requires")) + optional.get("dev", ())
    entry_points = {group: texts(table(said)) for group, said in table(document, "tool", "flit", "entrypoints").items()}
    if scripts := texts(table(document, "tool", "flit", "scripts")):
        entry_points["console_scripts"] = scripts
    return Declared(
        name=str(own.get("dist-name") or module),
        version_from=f"attr:{module}.__version__" if module else "",
        requires_python=str(own["requires-python"]) if own.get("requires-python") else None,
        runtime=lines(own.get("requires")),
        optional=optional,
        extras=tuple(normalised(k) for k in table(own, "requires-extra")),
        entry_points=entry_points,
    )
