"""The Python files of a project that may say how it is served, parsed, the likeliest first."""

import ast
import posixpath
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from aurora.ports import ToolchainProbe
from aurora.toolchains.folders import above
from aurora.toolchains.python.imports import Import, imports_of, parsed

MOST_FILES = 500
MOST_BYTES = 400_000
_ASIDE = re.compile(
    r"(^|/)(\.[^/]*|tests?|testing|docs?|docs_src|examples?|samples?|migrations|alembic|versions|benchmarks?|node_modules"
    r"|vendor|third_party|fixtures|site-packages|venv|\{\{[^/]*|clients?|sdk|notebooks?)(/|$)|(^|/)(conftest|test_[^/]*"
    r"|[^/]*_test|noxfile|fabfile|locustfile)\.py$|^setup\.py$"
)
_LIKELY = (
    re.compile(r"(^|/)(main|app|asgi|wsgi|server|application|api|run|manage|web|autoapp|serve|service)\.py$"),
    re.compile(r"(^|/)(settings?|config|conf|env|configuration|urls|router|routes|factory|graphql|schema)\.py$"),
    re.compile(r"(^|/)(__init__|__main__|base|local|dev|core|database|db|create_app|extensions|[^/]*app[^/]*)\.py$"),
)


@dataclass(frozen=True)
class Source:
    path: str
    text: str
    tree: ast.Module
    imports: tuple[Import, ...]
    names: Mapping[str, str] = field(default_factory=dict)
    """The dotted name that an imported name stands for: `FastAPI` -> `fastapi.FastAPI`."""


async def read(probe: ToolchainProbe, paths: Iterable[str], root: str) -> tuple[Source, ...]:
    """Files below `root`; those that do not parse are left out."""
    prefix = f"{root}/" if root else ""
    inside = [p for p in paths if p.endswith(".py") and p.startswith(prefix)]
    own = [p for p in inside if not _ASIDE.search(p.removeprefix(prefix))]
    found = []
    for path in sorted(own or inside, key=lambda p: (_rank(p), p.count("/"), p))[:MOST_FILES]:
        text = await probe.text(path)
        source = None if text is None or len(text) > MOST_BYTES else parse(path, text)
        if source is not None:
            found.append(source)
    return tuple(found)


def parse(path: str, text: str) -> Source | None:
    try:
        tree = parsed(text)
    except SyntaxError:
        return None
    return Source(path, text, tree, imports_of(text), _names(path, tree))


def _rank(path: str) -> int:
    return next((n for n, kind in enumerate(_LIKELY) if kind.search(path)), len(_LIKELY))


def _names(path: str, tree: ast.Module) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                found[alias.asname or alias.name.partition(".")[0]] = (
                    alias.name if alias.asname else alias.name.partition(".")[0]
                )
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            if node.level:
                folder = path
                for _ in range(node.level):
                    folder = posixpath.dirname(folder)
                module = ".".join(part for part in (folder.replace("/", "."), module) if part)
            found |= {alias.asname or alias.name: f"{module}.{alias.name}" for alias in node.names}
    return found


def dotted(node: ast.AST, names: Mapping[str, str]) -> str:
    """The dotted name of an expression, its first part as it was imported; empty for what is none."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join([names.get(node.id, node.id), *reversed(parts)])


def home(source: Source, paths: Iterable[str], root: str, import_roots: Iterable[str]) -> str:
    """The folder from which the file's own absolute imports are found: there its module's name begins."""
    known = set(paths)
    folders = {posixpath.dirname(path) for path in known}
    places = above(posixpath.dirname(source.path))
    roots = list(import_roots)
    tops = {one.name.partition(".")[0] for one in source.imports}

    def held(folder: str) -> int:
        at = [posixpath.join(folder, name) for name in tops]
        # a folder that is no package may only be called as something installed is
        return sum(2 if f"{one}.py" in known or f"{one}/__init__.py" in known else one in folders for one in at)

    def rank(folder: str) -> tuple[int, int, bool, int, int]:
        outside = not (folder == root or not root or folder.startswith(f"{root}/"))
        inner = f"{folder}/__init__.py" in known  # a package is imported from outside of it
        inside_out = 0 if folder in roots else 1
        return (-held(folder), outside, inner, inside_out, -len(folder))

    return min(places, key=rank)


def module(path: str, folder: str) -> str:
    """The dotted name of a file seen from a folder that it lies in."""
    inside = path.removeprefix(f"{folder}/") if folder else path
    return inside.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
