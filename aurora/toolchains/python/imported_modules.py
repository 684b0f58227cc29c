"""The project's own modules that a Python file imports, each with its file."""

import ast
import posixpath
from collections.abc import Collection, Iterator
from typing import NamedTuple


class ImportedModule(NamedTuple):
    module: str
    """Dotted, absolute where the file's place tells it: `app.services.orders`."""
    path: str
    """Empty for what is no file of the project."""
    line: int
    typing_only: bool
    """In the branch of `if TYPE_CHECKING:`."""


def imported_modules(path: str, tree: ast.Module, files: Collection[str]) -> Iterator[ImportedModule]:
    """Everything imported, wherever in the file; of `from a import b` the module `a.b` where there is one, else `a`."""
    known = set(files)
    typing_only = _typing_only(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for name in node.names:
                yield ImportedModule(name.name, _file(name.name, path, known), node.lineno, id(node) in typing_only)
        elif isinstance(node, ast.ImportFrom):
            module = _absolute(path, node)
            for name in node.names:
                inner = f"{module}.{name.name}" if module else name.name
                place = submodule(path, node, name.name, known)
                if place:
                    yield ImportedModule(inner, place, node.lineno, id(node) in typing_only)
                    continue
                place = module_file(path, node, known)
                yield ImportedModule(inner if not place else module, place, node.lineno, id(node) in typing_only)


def submodule(path: str, node: ast.ImportFrom, name: str, known: Collection[str]) -> str:
    """The file of `a.name` for `from a import name`; empty where that is no module of the project."""
    if node.level:
        return _relative_file(path, node, name, known)
    return _file(f"{node.module}.{name}" if node.module else name, path, known)


def module_file(path: str, node: ast.Import | ast.ImportFrom, known: Collection[str], name: str = "") -> str:
    """The file of the module that an import takes names of, or of the module `name` that an `import` names."""
    if isinstance(node, ast.Import):
        return _file(name, path, known)
    return _relative_file(path, node, "", known) if node.level else _file(node.module or "", path, known)


def module_of(path: str, root: str) -> str:
    """The dotted name of a file in the root package `root`; empty for what is not in it."""
    parts = path.removesuffix(".py").removesuffix("/__init__").split("/")
    wanted = root.split(".")
    for place in range(len(parts) - len(wanted) + 1):
        if parts[place : place + len(wanted)] == wanted:
            return ".".join(parts[place:])
    return ""


def _absolute(path: str, node: ast.ImportFrom) -> str:
    """The dotted module of an import, of a relative one by the folders of the file."""
    if not node.level:
        return node.module or ""
    folder = posixpath.dirname(path)
    for _ in range(node.level - 1):
        folder = posixpath.dirname(folder)
    return ".".join(part for part in (folder.replace("/", "."), node.module or "") if part)


def _relative_file(path: str, node: ast.ImportFrom, name: str, known: Collection[str]) -> str:
    dotted = _absolute(path, node) + (f".{name}" if name else "")
    return _at(dotted.replace(".", "/"), known)


def _file(module: str, importer: str, known: Collection[str]) -> str:
    """The file of an absolute module: from any folder above the importer, the nearest first."""
    below = module.replace(".", "/")
    folder = posixpath.dirname(importer)
    while True:
        found = _at(posixpath.join(folder, below), known)
        if found:
            return found
        if not folder:
            break
        folder = posixpath.dirname(folder)
    return _at(f"src/{below}", known)


def _at(place: str, known: Collection[str]) -> str:
    return next((one for one in (f"{place}.py", f"{place}/__init__.py") if one in known), "")


def _typing_only(tree: ast.Module) -> set[int]:
    return {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for statement in node.body
        for inner in ast.walk(statement)
    }
