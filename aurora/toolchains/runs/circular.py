"""Errors of a run that come of modules that import each other."""

import re

_PYTHON = re.compile(r"partially initialized module|most likely due to a circular import")
_NODE = re.compile(
    r"Cannot access '?\w+'? before initialization|Class extends value undefined|is not a constructor or null"
    r"|argument dependency at index \[\d+\]|[Cc]ircular dependency|Nest cannot create the"
)
OF_PYTHON = (
    "A circular import: pass in what it needs as an argument (dependency injection), move what both need into a module "
    "of its own, or import it inside the function that uses it; for annotations only, under `if TYPE_CHECKING:`."
)
OF_NODE = (
    "If its module is imported by one that it imports, this is a circular import: pass in what it needs, move what "
    "both need into a module of its own, or use it inside a function that runs later (`() => Thing`, `forwardRef`); "
    "import types with `import type`."
)


def hint(message: str) -> str:
    """The advice on the circle that a message speaks of; empty where it speaks of none."""
    if _PYTHON.search(message):
        return OF_PYTHON
    return OF_NODE if _NODE.search(message) else ""
