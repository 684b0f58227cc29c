"""The definition of a name of a Python file in a project's texts, imports followed; nothing runs."""

import ast
from collections.abc import Mapping
from typing import NamedTuple

from aurora.toolchains.python.handlers import parse
from aurora.toolchains.python.imported_modules import module_file, submodule

_HOPS = 8


class Definition(NamedTuple):
    path: str
    node: ast.ClassDef | ast.expr
    """A class, or the value that is assigned."""


class Definitions:
    """The definitions of a project's modules; each is parsed when it is first asked about."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = texts
        self._trees: dict[str, ast.Module | None] = {}
        self._names: dict[str, dict[str, ast.stmt]] = {}

    def tree(self, path: str) -> ast.Module | None:
        if path not in self._trees:
            self._trees[path] = parse(self.texts.get(path, ""))
        return self._trees[path]

    def find(self, path: str, name: str, hops: int = 0) -> Definition | None:
        """Find a dotted name as the file writes it; None for what is not of the project."""
        first, _, rest = name.partition(".")
        found = self._bound(path).get(first) if hops < _HOPS else None
        if isinstance(found, ast.ClassDef) and not rest:
            return Definition(path, found)
        if isinstance(found, ast.Assign | ast.AnnAssign):
            return Definition(path, found.value) if found.value is not None and not rest else None
        if isinstance(found, ast.Import):
            return self._imported(path, found, name, hops)
        if isinstance(found, ast.ImportFrom):
            of = next(one.name for one in found.names if (one.asname or one.name) == first)
            module = submodule(path, found, of, self.texts)
            if module and rest:
                return self.find(module, rest, hops + 1)
            place = module_file(path, found, self.texts)
            return self.find(place, f"{of}.{rest}".rstrip("."), hops + 1) if place else None
        return self._starred(path, name, hops) if found is None and not rest and hops < _HOPS else None

    def _imported(self, path: str, node: ast.Import, name: str, hops: int) -> Definition | None:
        for one in node.names:
            written = one.asname or one.name
            if name.startswith(f"{written}."):
                place = module_file(path, node, self.texts, one.name)
                return self.find(place, name.removeprefix(f"{written}."), hops + 1) if place else None
        return None

    def _starred(self, path: str, name: str, hops: int) -> Definition | None:
        tree = self.tree(path)
        for node in tree.body if tree is not None else ():
            if isinstance(node, ast.ImportFrom) and any(one.name == "*" for one in node.names):
                place = module_file(path, node, self.texts)
                found = self.find(place, name, hops + 1) if place and place != path else None
                if found is not None:
                    return found
        return None

    def _bound(self, path: str) -> dict[str, ast.stmt]:
        """Statements at the top of a module, by the names that they bind; the last of a name counts."""
        if path in self._names:
            return self._names[path]
        names: dict[str, ast.stmt] = {}
        tree = self.tree(path)
        for node in tree.body if tree is not None else ():
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                names[node.name] = node
            elif isinstance(node, ast.Import | ast.ImportFrom):
                names.update({one.asname or one.name.partition(".")[0]: node for one in node.names})
            elif isinstance(node, ast.Assign):
                names.update({one.id: node for one in node.targets if isinstance(one, ast.Name)})
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                names[node.target.id] = node
        self._names[path] = names
        return names
