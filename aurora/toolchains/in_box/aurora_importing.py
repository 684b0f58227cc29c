"""Says when a module has been imported, so that something of it can be wrapped before anybody uses it.

Standard library only, Python 3.8 and later: it runs in the *project's* interpreter.
"""

from __future__ import annotations

import contextlib
import importlib.abc
import importlib.util
import sys
from collections.abc import Callable, Iterable
from typing import Any


class Importing(importlib.abc.MetaPathFinder):
    """Watches for modules by name; how they are found and loaded is left to the others."""

    def __init__(self, names: Iterable[str], imported: Callable[[str, Any], None]) -> None:
        self.waiting = set(names)
        self.imported = imported

    def begin(self) -> None:
        """Begin to observe here; what is there already is told at once."""
        for name in sorted(self.waiting & set(sys.modules)):
            self.waiting.discard(name)
            self._tell(name, sys.modules[name])
        sys.meta_path.insert(0, self)

    def find_spec(self, name: str, _path: Any, _target: Any = None) -> Any:
        if name not in self.waiting:
            return None
        self.waiting.discard(name)
        spec = importlib.util.find_spec(name)
        loader: Any = spec.loader if spec is not None else None
        if loader is None or not hasattr(loader, "exec_module"):
            return spec
        run = loader.exec_module

        def running(module: Any) -> None:
            run(module)
            self._tell(name, module)

        loader.exec_module = running
        return spec

    def _tell(self, name: str, module: Any) -> None:
        with contextlib.suppress(Exception):  # an observation that fails must not change what is observed
            self.imported(name, module)
