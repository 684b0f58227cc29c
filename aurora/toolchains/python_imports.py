"""What the test files import, and which declared extra provides it."""

import ast
import re
import sys
from collections.abc import Iterable, Mapping

from aurora.toolchains.python_declared import name_of, normalised

_DISTRIBUTIONS = {
    "attr": "attrs", "bs4": "beautifulsoup4", "corsheaders": "django-cors-headers", "cv2": "opencv-python",
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
        except (SyntaxError, ValueError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
                found.add(node.module.partition(".")[0])
    return frozenset(found - sys.stdlib_module_names - {"__future__"})


def provides(requirement: str, module: str) -> bool:
    """Whether a requirement is, by its name, the distribution of a module."""
    name = name_of(requirement)
    same = {normalised(module), _DISTRIBUTIONS.get(module.lower(), ""), f"python-{normalised(module)}"}
    return name in same or re.sub(r"-(binary|headless)$", "", name) in same


def extras_for(
    modules: Iterable[str], provided: Iterable[str], optional: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    """Extra -> the modules only it provides; modules that `provided` lines already cover are none of its business."""
    have = tuple(provided)
    chosen: dict[str, tuple[str, ...]] = {}
    for module in sorted(modules):
        if any(provides(line, module) for line in have):
            continue
        # the smallest group that has it: "all" and "docs" drag in much that nothing here imports
        holders = [(len(lines), name) for name, lines in optional.items() if any(provides(r, module) for r in lines)]
        if holders and not any(name in chosen for _, name in holders):
            chosen[min(holders)[1]] = (module,)
        elif holders:
            name = next(name for _, name in sorted(holders) if name in chosen)
            chosen[name] = (*chosen[name], module)
    return chosen
