"""Notes on packages that need a build, at detection: distributions of source only, and the project's own extensions."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from aurora.toolchains.documents import table
from aurora.toolchains.python import system_libraries
from aurora.toolchains.python.declared import lines, name_of

_BACKENDS = (
    "maturin",
    "scikit-build-core",
    "scikit-build",
    "meson-python",
    "setuptools-rust",
    "cython",
    "pybind11",
    "cffi",
)
_EXTENSION = re.compile(r"\b(ext_modules|cffi_modules|rust_extensions|cythonize)\b")


def notes(
    requirements: Iterable[str], document: Mapping[str, Any], setup_py: str, paths: Sequence[str]
) -> tuple[str, ...]:
    """One sentence for each thing that is built, or will be missing."""
    found = list(system_libraries.notes(requirements))
    asked = {name_of(line) for line in lines(table(document, "build-system").get("requires"))} & set(_BACKENDS)
    by = "setup.py" if _EXTENSION.search(setup_py) else ", ".join(sorted(asked))
    if not by and table(document, "tool", "setuptools").get("ext-modules"):
        by = "[tool.setuptools] ext-modules"
    source = next((p for p in paths if p.endswith((".pyx", ".c", ".cpp", ".rs"))), "")
    if by and source:
        found.append(
            f"extension modules are built by {by} (of {source} and its kin): the sandbox builds none, so what imports "
            "them fails; an image that AURORA_BASE_IMAGE names may hold them"
        )
    return tuple(found)
