"""The imports of the test files, and the declared extra that provides each."""

import ast
import re
import sys
from collections.abc import Callable, Iterable, Mapping

from aurora.toolchains.python.declared import name_of, normalised

_DISTRIBUTIONS = {
    "attr": "attrs", "bs4": "beautifulsoup4", "cassandra": "scylla-driver",
    "corsheaders": "django-cors-headers", "cv2": "opencv-python",
    "dateutil": "python-dateutil", "django_filters": "django-filter", "docx": "python-docx", "dotenv": "python-dotenv",
    "environ": "django-environ", "flask_cors": "flask-cors", "jose": "python-jose", "jwt": "pyjwt",
    "magic": "python-magic", "multipart": "python-multipart", "mysqldb": "mysqlclient", "pil": "pillow",
    "pkg_resources": "setuptools", "psycopg2": "psycopg2-binary", "rest_framework": "djangorestframework",
    "serial": "pyserial", "sklearn": "scikit-learn", "slugify": "python-slugify", "socketio": "python-socketio",
    "yaml": "pyyaml", "zmq": "pyzmq",
}  # fmt: skip
"""Import name, lower case -> distribution, where they differ: nothing is installed yet that could be asked."""


def imported(texts: Iterable[str]) -> frozenset[str]:
    """Top-level names that some source imports, standard library and relative imports left out."""
    found: set[str] = set()
    for text in texts:
        try:
            tree = ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
                found.add(node.module.partition(".")[0])
    return frozenset(found - sys.stdlib_module_names - {"__future__"})


def provides(requirement: str, module: str) -> bool:
    """Return whether a requirement is, by its name, the distribution of a module."""
    name = name_of(requirement)
    known = _DISTRIBUTIONS.get(module.lower(), "")
    return bool(name) and (
        re.sub(r"-(binary|headless)$", "", name) in (normalised(module), re.sub(r"-(binary|headless)$", "", known))
    )


def resembles(requirement: str, module: str) -> bool:
    """A guess by the name, for optional packages only: `tortoise` in tortoise-orm, `google` in google-cloud-storage."""
    word, parts = normalised(module), name_of(requirement).split("-")
    return word in parts or f"py{word}" in parts or word in (f"py{parts[0]}", f"{parts[0]}py")


def extras_for(
    modules: Iterable[str], provided: Iterable[str], optional: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    """Extra -> the modules only it provides; modules that `provided` lines already cover are none of its business."""
    have = tuple(provided)
    chosen: dict[str, tuple[str, ...]] = {}
    for module in sorted(modules):
        if any(provides(line, module) for line in have):
            continue
        holders = _holders(module, optional, provides) or _holders(module, optional, resembles)
        if holders:
            name = next((name for name in holders if name in chosen), holders[0])
            chosen[name] = (*chosen.get(name, ()), module)
    return chosen


def _holders(module: str, optional: Mapping[str, tuple[str, ...]], match: Callable[[str, str], bool]) -> list[str]:
    """Groups that have a module, the smallest first: "all" and "docs" drag in much that nothing here imports."""
    found = [(len(lines), name) for name, lines in optional.items() if any(match(line, module) for line in lines)]
    return [name for _, name in sorted(found)]
