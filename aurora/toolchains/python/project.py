"""The project's name, version, entry points and import roots, without running its build."""

import ast
import posixpath

from aurora.domain.workspace import ProjectIdentity
from aurora.ports import ToolchainProbe
from aurora.toolchains.python.declared import UNREADABLE
from aurora.toolchains.python.tree import PythonTree

UNKNOWN_VERSION = "0.0.0+unknown"
_VERSION_FILES = ("__init__.py", "__about__.py", "__version__.py", "_version.py", "version.py")


async def identity(probe: ToolchainProbe, tree: PythonTree) -> tuple[ProjectIdentity, tuple[str, ...]]:
    """(identity, why). A project without a name takes its folder's: it has import roots all the same."""
    declared = tree.declared
    roots, why = import_roots(tree)
    name = declared.name or posixpath.basename(tree.root) or "project"
    said = [why]
    if not declared.name:
        said.append(f"name: none is declared; called {name!r}")
    version = declared.version
    if not version:
        version, where = await _dynamic_version(probe, tree, name, roots)
        said.append(f"version: {version} from {where}" if where else f"version: not known statically: {version}")
    found = ProjectIdentity(
        name=name,
        version=version,
        entry_points={k: v for k, v in declared.entry_points.items() if v},
        import_roots=roots,
    )
    return found, tuple(said)


def import_roots(tree: PythonTree) -> tuple[tuple[str, ...], str]:
    """Folders for sys.path relative to the repository's root: the project's own first, then where its packages lie."""
    inner = [r for r in tree.declared.import_roots if r not in ("", ".")]
    prefix = tree.at("src") + "/"
    src = [p.removeprefix(prefix) for p in tree.paths if p.startswith(prefix) and p.endswith(".py")]
    laid_out = bool(src) and "__init__.py" not in src and any(p.endswith("/__init__.py") for p in src)
    if laid_out and "src" not in inner and not _holds_manifest(tree, "src"):
        inner.append("src")
    present = [r for r in inner if any(p.startswith(tree.at(r) + "/") for p in tree.paths)]
    roots = tuple(dict.fromkeys((tree.root, *(tree.at(r) for r in present))))
    return roots, f"import roots: {', '.join(repr(r or '.') for r in roots)}"


def _holds_manifest(tree: PythonTree, folder: str) -> bool:
    return any(posixpath.dirname(path) == tree.at(folder) for path in tree.files)


async def _dynamic_version(
    probe: ToolchainProbe, tree: PythonTree, name: str, roots: tuple[str, ...]
) -> tuple[str, str]:
    """(version, the file it stands in); (`UNKNOWN_VERSION`, "") when nothing says it as a literal."""
    candidates: list[str] = []
    kind, _, where = tree.declared.version_from.partition(":")
    where = where.strip()
    if kind == "file" and where:
        candidates.append(tree.at(where))
    elif kind == "attr":
        module = where.rpartition(".")[0].replace(".", "/")
        candidates += [posixpath.join(r, *p) for r in roots for p in ((f"{module}.py",), (module, "__init__.py"))]
    package = name.replace("-", "_").lower()
    held = set(tree.paths)
    for root in roots:
        candidates += [posixpath.join(root, package, file) for file in _VERSION_FILES]
        candidates.append(posixpath.join(root, f"{package}.py"))
    for path in candidates:
        text = await probe.text(path) if path in held else None
        version = _literal_version(text, path) if text else ""
        if version:
            return version, path
    return UNKNOWN_VERSION, ""


def _literal_version(text: str, path: str) -> str:
    if not path.endswith(".py"):
        first = text.strip().splitlines()
        return first[0].strip() if first and first[0].strip()[:1].isdigit() else ""
    try:
        module = ast.parse(text)
    except (SyntaxError, *UNREADABLE):
        return ""
    for node in module.body:
        if not isinstance(node, ast.Assign | ast.AnnAssign) or not isinstance(node.value, ast.Constant):
            continue
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        named = any(isinstance(t, ast.Name) and t.id in ("__version__", "VERSION", "version") for t in targets)
        if named and isinstance(node.value.value, str):
            return node.value.value
    return ""
