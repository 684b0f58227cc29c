"""What needs a build that the sandbox does not run, said at detection: extensions, distributions of source only."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from aurora.toolchains.documents import table
from aurora.toolchains.python.declared import lines, name_of

_SOURCE_ONLY = {
    "psycopg2": "libpq and a compiler; psycopg2-binary is the same package ready made",
    "psycopg-c": "libpq and a compiler; psycopg-binary is the same package ready made",
    "mysqlclient": "MySQL's client library and a compiler; pymysql needs none",
    "python-ldap": "OpenLDAP's headers and a compiler; ldap3 needs none",
    "uwsgi": "a compiler; tests seldom import it",
    "pygraphviz": "Graphviz's headers and a compiler",
    "pycairo": "Cairo's headers and a compiler",
    "dbus-python": "D-Bus's headers and a compiler",
    "cx-oracle": "a compiler; oracledb needs none",
    "pycurl": "libcurl's headers and a compiler, on some versions",
    "pysqlite3": "SQLite's headers and a compiler; pysqlite3-binary is the same package ready made",
}  # fmt: skip
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
    """One sentence for each thing that will be missing."""
    asking = sorted({name_of(line) for line in requirements} & set(_SOURCE_ONLY))
    found = [f"{name} may have no wheel for the sandbox: it needs {_SOURCE_ONLY[name]}" for name in asking]
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
