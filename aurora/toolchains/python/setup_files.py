"""setup.cfg and setup.py, read without running either: literals, names bound to literals, and what joins them."""

import ast
import configparser
import posixpath
import re
from collections.abc import Mapping
from typing import Any

from aurora.toolchains.documents import texts
from aurora.toolchains.python import mapped_packages, scm
from aurora.toolchains.python.declared import UNREADABLE, Declared, lines, normalised

UNKNOWN = object()


def setup_cfg(text: str) -> Declared:
    found = ini(text)
    if found is None:
        return Declared(notes=("setup.cfg can't be parsed: ignored",))
    parser = found

    def listed(section: str, option: str) -> tuple[str, ...]:
        return _listed(parser.get(section, option, fallback=""))

    version = parser.get("metadata", "version", fallback="").strip()
    pointed = version if version.startswith(("attr:", "file:")) else ""
    optional = {}
    if parser.has_section("options.extras_require"):
        optional = {normalised(k): _files(_listed(v)) for k, v in parser.items("options.extras_require")}
    if tests := listed("options", "tests_require"):
        optional.setdefault("tests", tests)
    entry_points = {}
    if parser.has_section("options.entry_points"):
        entry_points = {k: _assignments(_listed(v)) for k, v in parser.items("options.entry_points")}
    roots, mapped = mapped_packages.split(_assignments(listed("options", "package_dir")))
    where = parser.get("options.packages.find", "where", fallback="").strip()
    runtime = listed("options", "install_requires") if parser.has_option("options", "install_requires") else None
    runtime = None if runtime is None else _files(runtime)
    return Declared(
        name=parser.get("metadata", "name", fallback="").strip(),
        version="" if pointed else version,
        version_from=pointed.replace(": ", ":"),
        requires_python=parser.get("options", "python_requires", fallback="").strip() or None,
        runtime=runtime,
        optional=optional,
        extras=tuple(optional),
        entry_points=entry_points,
        import_roots=tuple(p for p in (*roots, where) if p and p != "."),
        mapped=mapped,
    )


def _files(entries: tuple[str, ...]) -> tuple[str, ...]:
    """`file: a.txt, b.txt` as includes of a requirements file."""
    if not entries or not entries[0].startswith("file:"):
        return entries
    named = re.split(r"[\s,]+", " ".join(entries).removeprefix("file:"))
    return tuple(f"-r {name}" for name in named if name)


def ini(text: str) -> configparser.ConfigParser | None:
    """The parsed file, keys with their case; none when it is not one."""
    parser = configparser.ConfigParser(interpolation=None, strict=False, delimiters=("=", ":"))
    parser.optionxform = str  # type: ignore[assignment, method-assign]  # typeshed types it as a method
    try:
        parser.read_string(text)
    except (configparser.Error, *UNREADABLE):
        return None
    return parser


def setup_py(text: str) -> Declared:
    try:
        module = ast.parse(text)
    except (SyntaxError, *UNREADABLE):
        return Declared(notes=("setup.py can't be parsed: ignored",))
    names: dict[str, Any] = {}
    for node in module.body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            names[node.targets[0].id] = literal(node.value, names)
        else:
            _added(node, names)
    call = next((n for n in ast.walk(module) if isinstance(n, ast.Call) and _is_setup(n.func)), None)
    if call is None:
        return Declared()
    said = {k.arg: literal(k.value, names) for k in call.keywords if k.arg}
    notes = tuple(
        f"setup.py: {key} is computed, not literal: not read"
        for key in ("install_requires", "extras_require", "tests_require", "entry_points", "name")
        if said.get(key) is UNKNOWN
    )
    known = {k: v for k, v in said.items() if v is not UNKNOWN}
    requires = known.get("install_requires")
    extras = known.get("extras_require")
    optional = {normalised(str(k)): _several(v) for k, v in extras.items()} if isinstance(extras, dict) else {}
    if "tests_require" in known:
        optional.setdefault("tests", _several(known["tests_require"]))
    points = known.get("entry_points")
    if isinstance(points, str):
        parser = ini(points)
        points = {s: [f"{k}={v}" for k, v in parser.items(s)] for s in parser.sections()} if parser else {}
    folders = known.get("package_dir")
    roots, mapped = mapped_packages.split(texts(folders) if isinstance(folders, dict) else {})
    return Declared(
        name=str(known.get("name") or ""),
        version=str(known.get("version") or ""),
        requires_python=str(known["python_requires"]) if known.get("python_requires") else None,
        runtime=_several(requires) if requires is not None else None,
        optional=optional,
        extras=tuple(optional),
        entry_points=(
            {str(g): _assignments(_several(v)) for g, v in points.items()} if isinstance(points, dict) else {}
        ),
        import_roots=roots,
        mapped=mapped,
        generated=_written(known.get("use_scm_version")),
        notes=notes,
    )


def _added(node: ast.stmt, names: dict[str, Any]) -> None:
    """`REQUIRES += [...]`, `REQUIRES.append(...)`, `REQUIRES.extend(...)`."""
    name, more = "", UNKNOWN
    match node:
        case ast.AugAssign(target=ast.Name(id=name), op=ast.Add(), value=value):
            more = literal(value, names)
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="append"), args=[value])):
            one = literal(value, names)
            more = UNKNOWN if one is UNKNOWN else [one]
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="extend"), args=[value])):
            more = literal(value, names)
    if isinstance(names.get(name), list) and isinstance(more, list):
        names[name] = [*names[name], *more]


def _written(use_scm_version: Any) -> dict[str, str]:
    """The module that setuptools_scm writes the version to."""
    said = use_scm_version if isinstance(use_scm_version, dict) else {}
    return scm.written(said.get("version_file") or said.get("write_to"), said)


def _is_setup(func: ast.expr) -> bool:
    return (isinstance(func, ast.Name) and func.id == "setup") or (
        isinstance(func, ast.Attribute) and func.attr == "setup"
    )


def literal(node: ast.expr, names: Mapping[str, Any]) -> Any:
    """The value of a literal expression, or `UNKNOWN`; a list keeps its known members."""
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name):
            return names.get(name, UNKNOWN)
        case ast.List(elts=elements) | ast.Tuple(elts=elements) | ast.Set(elts=elements):
            inner = [literal(e.value if isinstance(e, ast.Starred) else e, names) for e in elements]
            flat = [
                v for e, value in zip(elements, inner, strict=True) for v in (value if _starred(e, value) else [value])
            ]
            return [v for v in flat if v is not UNKNOWN] if any(v is not UNKNOWN for v in flat) or not flat else UNKNOWN
        case ast.Dict(keys=keys, values=values):
            pairs = [(literal(k, names), literal(v, names)) for k, v in zip(keys, values, strict=True) if k]
            return {k: v for k, v in pairs if isinstance(k, str) and v is not UNKNOWN}
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            one, two = literal(left, names), literal(right, names)
            if isinstance(one, list) and isinstance(two, list):
                return one + two
            return one + two if isinstance(one, str) and isinstance(two, str) else UNKNOWN
        case ast.Call(func=ast.Name(id="dict"), args=[], keywords=keywords):
            said = {one.arg: literal(one.value, names) for one in keywords if one.arg}
            return {key: value for key, value in said.items() if value is not UNKNOWN}
        case ast.Call(func=ast.Attribute(attr="join"), args=[_, *_] as parts) if _is_path_join(node):
            places = [literal(one, names) for one in parts]
            # the folder of setup.py itself is computed
            places = places[1:] if places[0] is UNKNOWN else places
            return posixpath.join(*places) if places and all(isinstance(one, str) for one in places) else UNKNOWN
        case ast.Subscript(value=value, slice=ast.Constant(value=key)):
            holder = literal(value, names)
            return holder.get(key, UNKNOWN) if isinstance(holder, dict) else UNKNOWN
        case _:
            return UNKNOWN


def _is_path_join(node: ast.Call) -> bool:
    return ast.unparse(node.func).endswith("path.join")


def _starred(element: ast.expr, value: Any) -> bool:
    return isinstance(element, ast.Starred) and isinstance(value, list)


def _several(value: Any) -> tuple[str, ...]:
    return _listed(value) if isinstance(value, str) else lines(value)


def _listed(value: str) -> tuple[str, ...]:
    """Setuptools' lists: one entry a line, or separated by `;` on one."""
    cut = (line.split(" #", 1)[0].strip() for line in value.splitlines())
    return tuple(line for line in cut if line and not line.startswith("#"))


def _assignments(entries: tuple[str, ...]) -> dict[str, str]:
    pairs = (entry.partition("=") for entry in entries)
    return {key.strip(): value.strip() for key, _, value in pairs if value.strip()}
