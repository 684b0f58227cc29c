"""Imports between packages point one way: no package is part of a circle, and no module is.

A package is a folder with Python files; a module that stands directly in `OPEN` counts as one of its own: what those
folders hold beside packages are single subjects. Imports for types only and those inside functions count, too.
"""

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("aurora", "activities", "workflows")

OPEN = ("aurora", "aurora.toolchains", "aurora.toolchains.node", "aurora.toolchains.python")

Graph = Mapping[str, set[str]]


def modules() -> dict[str, Path]:
    paths = [path for name in PRODUCT for path in sorted((ROOT / name).rglob("*.py"))]
    return {_name(path): path for path in (*paths, ROOT / "worker.py")}


def _name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imported(path: Path, known: Iterable[str]) -> Iterator[str]:
    """Modules of ours that the file imports, wherever in it and for whatever."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            inside = [f"{node.module}.{alias.name}" for alias in node.names]
            names = [name if name in known else node.module for name in inside]
        else:
            continue
        yield from (name for name in names if name in known)


def package_of(module: str) -> str:
    package, _, _ = module.rpartition(".")
    is_package = modules_by_name[module].name == "__init__.py"
    return module if is_package or package in ("", *OPEN) else package


modules_by_name = modules()


def graph(of: Callable[[str], str]) -> Graph:
    found: dict[str, set[str]] = {of(module): set() for module in modules_by_name}
    for module, path in modules_by_name.items():
        found[of(module)] |= {of(name) for name in _imported(path, modules_by_name.keys())} - {of(module)}
    return found


def circles(edges: Graph) -> list[frozenset[str]]:
    """Every largest group whose members all import each other, directly or through others."""
    reached = {start: _reached(edges, start) for start in edges}
    groups = {frozenset(b for b in reached[a] if a in reached[b]) for a in edges if a in reached[a]}
    return sorted(groups, key=sorted)


def _reached(edges: Graph, start: str) -> set[str]:
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        for name in edges[waiting.pop()] - seen:
            seen.add(name)
            waiting.append(name)
    return seen


def test_no_package_imports_itself_through_others() -> None:
    edges = graph(package_of)
    found = circles(edges)
    shown = [f"{a} -> {b}" for circle in found for a in sorted(circle) for b in sorted(edges[a] & circle)]
    assert found == [], f"packages import each other: {', '.join(shown)}"


def test_no_module_imports_itself_through_others() -> None:
    assert circles(graph(lambda module: module)) == []


def test_a_circle_is_seen_through_any_number_of_packages() -> None:
    edges = {"a": {"b"}, "b": {"c"}, "c": {"a", "d"}, "d": set(), "e": {"a"}}
    assert circles(edges) == [frozenset("abc")]
