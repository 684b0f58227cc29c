"""The project's name, version, entry points and import roots, without running its build."""

import ast
import posixpath
from collections.abc import Iterable, Sequence

from aurora.domain.workspace import ProjectIdentity
from aurora.ports import ToolchainProbe
from aurora.toolchains.folders import above
from aurora.toolchains.python import mapped_packages, scm
from aurora.toolchains.python.declared import UNREADABLE, Declared
from aurora.toolchains.python.project_folder import ASIDE
from aurora.toolchains.python.tree import PythonTree

UNKNOWN_VERSION = "0.0.0+unknown"
_VERSION_FILES = ("__init__.py", "__about__.py", "__version__.py", "_version.py", "version.py")


async def identity(
    probe: ToolchainProbe, tree: PythonTree, pythonpath: Sequence[str] = ()
) -> tuple[ProjectIdentity, tuple[str, ...]]:
    """(identity, why). A project without a name takes its folder's: it has import roots all the same.
    `pythonpath`: folders that the tests' configuration puts on sys.path."""
    declared = tree.declared
    roots, why = import_roots(tree, pythonpath)
    name = declared.name or posixpath.basename(tree.home) or "project"
    said = [why]
    if not declared.name:
        said.append(f"name: none is declared; called {name!r}")
    version = declared.version
    if not version:
        version, where = await _dynamic_version(probe, tree, name, roots)
        said.append(f"version: {version} from {where}" if where else f"version: not known statically: {version}")
    written = {tree.at(name): template for name, template in declared.generated.items() if not tree.has(name)}
    modules = {path: scm.text(version, template) for path, template in written.items() if path.endswith(".py")}
    if modules:
        said.append(
            f"written by the build: {', '.join(modules)}; the sandbox has a module with the version in its place"
        )
    if lacking := [path for path in written if path not in modules]:
        said.append(f"written by the build: {', '.join(lacking)}, which the sandbox lacks: nothing can read it there")
    elsewhere = mapped_packages.modules(declared.mapped, tree.home, roots[0], frozenset(tree.paths))
    if elsewhere:
        names = ", ".join(f"{name} is {folder!r}" for name, folder in declared.mapped.items())
        said.append(f"packages whose folder has another name: {names}")
    found = ProjectIdentity(
        name=name,
        version=version,
        entry_points={k: v for k, v in declared.entry_points.items() if v},
        import_roots=roots,
        generated={**modules, **elsewhere},
    )
    return found, tuple(said)


def import_roots(tree: PythonTree, pythonpath: Sequence[str] = ()) -> tuple[tuple[str, ...], str]:
    """Folders for sys.path relative to the repository's root: the one that tests run in, the project's own, those where
    its packages lie, then those of the repository's other packages that it needs."""
    found = [tree.root, *_of_package(tree, tree.home, tree.declared)]
    for folder, declared in tree.packages:
        found += _of_package(tree, folder, declared)
    held = [r for r in pythonpath if not r or any(p.startswith(r + "/") for p in tree.paths)]
    roots = tuple(dict.fromkeys((*found, *held)))
    return roots, f"import roots: {', '.join(repr(r or '.') for r in roots)}"


def holding(tree: PythonTree, modules: Iterable[str]) -> dict[str, str]:
    """Module -> the one folder of the repository that holds it; those in none or in several are left out."""
    found: dict[str, set[str]] = {module: set() for module in modules}
    for path in tree.paths:
        if not path.endswith(".py") or ASIDE.search(path):
            continue
        for folder in above(path.removesuffix(".py")):
            parent, _, name = folder.rpartition("/")
            if name in found:
                found[name].add(parent)
    return {module: folders.pop() for module, folders in found.items() if len(folders) == 1}


def _of_package(tree: PythonTree, folder: str, declared: Declared) -> list[str]:
    inner = [r for r in declared.import_roots if r not in ("", ".")]
    prefix = posixpath.join(folder, "src") + "/"
    src = [p.removeprefix(prefix) for p in tree.paths if p.startswith(prefix) and p.endswith(".py")]
    # a package needs no __init__.py; where `src` has one it is a package itself
    module = f"{declared.name.replace('-', '_')}.py"
    laid_out = (any("/" in p for p in src) or module in src) and "__init__.py" not in src
    if laid_out and "src" not in inner and not any(posixpath.dirname(p) + "/" == prefix for p in tree.files):
        inner.append("src")
    places = [posixpath.normpath(posixpath.join(folder, r)) for r in inner]
    return [folder, *(r for r in places if any(p.startswith(r + "/") for p in tree.paths))]


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
