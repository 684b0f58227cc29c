"""Modules that the project's build writes and no commit holds, found where the build would have put them.

Copied into the dependency image's site-packages as `aurora_generated_modules`, with `aurora_generated_modules.json`
beside it: {absolute path: source}. A file that is there is always found first.
"""

import importlib.abc
import importlib.machinery
import importlib.util
import json
import posixpath
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType


class _Loader(importlib.abc.InspectLoader):
    def __init__(self, path: str, source: str) -> None:
        self.path = path
        self.source = source

    def get_source(self, fullname: str) -> str:  # noqa: ARG002 - the loader of one module
        return self.source

    def exec_module(self, module: ModuleType) -> None:
        module.__file__ = self.path
        exec(compile(self.source, self.path, "exec"), module.__dict__)  # noqa: S102 - Aurora's own, or what the project's build would write


class Finder(importlib.abc.MetaPathFinder):
    def __init__(self, sources: dict[str, str]) -> None:
        self.sources = sources

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,
        target: ModuleType | None = None,  # noqa: ARG002 - the import system passes it
    ) -> importlib.machinery.ModuleSpec | None:
        for folder in sys.path if path is None else path:
            file = posixpath.join(str(folder), f"{fullname.rpartition('.')[2]}.py")
            if file in self.sources:
                return importlib.util.spec_from_loader(fullname, _Loader(file, self.sources[file]), origin=file)
        return None


def install(data: Path) -> None:
    # last: a file that is there comes first
    sys.meta_path.append(Finder(json.loads(data.read_text(encoding="utf-8"))))


if __name__ == "aurora_generated_modules":
    install(Path(__file__).with_suffix(".json"))
