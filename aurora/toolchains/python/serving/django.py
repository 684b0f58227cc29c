"""The way a Django project is served: its manage.py, the settings it takes, and what its URLs hold."""

import ast
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from aurora.toolchains.python.serving.sources import Source, dotted
from aurora.toolchains.python.serving.texts import constants, joined, keyword, text_of

MANAGE = "manage.py"
MOST_DEPTH = 6
_SETTINGS = re.compile(r"DJANGO_SETTINGS_MODULE['\"]\s*[,\]]\s*=?\s*['\"]([\w.]+)['\"]")
_ROOT_URLS = re.compile(r"ROOT_URLCONF\s*=\s*['\"]([\w.]+)['\"]")
_DOCUMENT = re.compile(r"(^|\.)(SpectacularAPIView|SpectacularJSONAPIView|get_schema_view|without_ui|SchemaView)$")
_GRAPHQL = re.compile(r"(GraphQLView|FileUploadGraphQLView)$|graphql", re.IGNORECASE)


class Project(NamedTuple):
    folder: str
    """Folder of manage.py."""
    settings: str
    """Module that manage.py takes; empty where it says none."""


def find(sources: Iterable[Source], root: str) -> Project | None:
    """The project of the manage.py nearest to the project's folder."""
    placed = [one for one in sources if posixpath.basename(one.path) == MANAGE and "django" in one.text]
    near = sorted(placed, key=lambda one: (posixpath.dirname(one.path) != root, one.path.count("/"), one.path))
    for source in near:
        found = _SETTINGS.search(source.text)
        return Project(posixpath.dirname(source.path), found[1] if found else "")
    return None


def module_path(folder: str, module: str, paths: Iterable[str]) -> str:
    place = posixpath.join(folder, module.replace(".", "/"))
    known = set(paths)
    return next((one for one in (f"{place}.py", f"{place}/__init__.py") if one in known), "")


class Urls(NamedTuple):
    documents: tuple[str, ...]
    graphql: str


def urls(sources: Sequence[Source]) -> Urls:
    """Followed from the root of the URLs through every `include`."""
    known = constants(sources)
    modules = {_dotted(source.path): source for source in sources}
    start = next((found[1] for source in sources if (found := _ROOT_URLS.search(source.text))), "")
    ninja = {name: call for source in sources for name, call in _ninja(source)}
    documents: list[str] = []
    graphql: list[str] = []
    root = _module(start, modules) if start else None
    todo: list[tuple[str, Source, int]] = [("", root, 0)] if root else []
    todo += [] if root else [("", one, 0) for one in sources if one.path.endswith("urls.py")]
    done: set[tuple[str, str]] = set()
    while todo:
        prefix, source, depth = todo.pop(0)
        if (prefix, source.path) in done or depth > MOST_DEPTH:
            continue
        done.add((prefix, source.path))
        for path, view in _routes(source, known):
            whole = prefix + path
            for included in _included(view, source, modules):
                todo.append((whole, included, depth + 1))
            name = dotted(view.func if isinstance(view, ast.Call) else view, source.names).removesuffix(".as_view")
            text = ast.unparse(view)
            if _DOCUMENT.search(name) or ("without_ui" in text and not isinstance(view, ast.Constant)):
                documents.append(_plain(whole))
            elif text.endswith(".urls") and (owner := _owner(view)) in ninja:
                said = text_of(keyword(ninja[owner], "openapi_url"), known)
                documents.append(joined(_plain(whole), said or "openapi.json"))
            elif _GRAPHQL.search(name) or (isinstance(view, ast.Call) and _GRAPHQL.search(text) and "as_view" in text):
                graphql.append("/" + _plain(whole).lstrip("/"))
    return Urls(tuple(dict.fromkeys(documents)), graphql[0] if graphql else "")


def _owner(view: ast.AST) -> str:
    return view.value.id if isinstance(view, ast.Attribute) and isinstance(view.value, ast.Name) else ""


def _ninja(source: Source) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Assign | ast.AnnAssign) or not isinstance(node.value, ast.Call):
            continue
        if dotted(node.value.func, source.names).rpartition(".")[2] in ("NinjaAPI", "NinjaExtraAPI"):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for one in targets:
                if isinstance(one, ast.Name):
                    yield one.id, node.value


def _routes(source: Source, known: Mapping[str, str]) -> Iterator[tuple[str, ast.AST]]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and len(node.args) > 1:
            name = dotted(node.func, source.names).rpartition(".")[2]
            path = text_of(node.args[0], known)
            if name in ("path", "re_path", "url") and path is not None:
                yield path if name == "path" else re.sub(r"[\^$]", "", path), node.args[1]


def _included(view: ast.AST, source: Source, modules: Mapping[str, Source]) -> Iterator[Source]:
    if not isinstance(view, ast.Call) or dotted(view.func, source.names).rpartition(".")[2] != "include":
        return
    for one in view.args[:1]:
        if isinstance(one, ast.Tuple) and one.elts:
            one = one.elts[0]
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            found = _module(one.value, modules)
            if found is not None:
                yield found
        elif isinstance(one, ast.Name) and (named := source.names.get(one.id)):
            found = _module(named, modules)
            if found is not None:
                yield found


def _module(name: str, modules: Mapping[str, Source]) -> Source | None:
    return next((one for at, one in modules.items() if at == name or at.endswith(f".{name}")), None)


def _dotted(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _plain(path: str) -> str:
    """A path of Django's without its parameters: of a format in it, JSON."""
    path = re.sub(r"\(\?P<format>[^)]*\)+", ".json", path)
    path = re.sub(r"<(?:\w+:)?format>", ".json", path).replace("..", ".").replace("\\", "")
    return "/" + path.lstrip("/")
