"""The place where a Python application serves its own OpenAPI document and its GraphQL endpoint, told by its texts."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from aurora.toolchains.python.serving.apps import Application
from aurora.toolchains.python.serving.sources import Source, dotted
from aurora.toolchains.python.serving.texts import constants, joined, keyword, text_of

MOST = 8
_BY_PACKAGE = {
    "apiflask": "/openapi.json", "flask_smorest": "/openapi.json", "flasgger": "/apispec_1.json",
    "flask_restx": "/swagger.json", "flask_restplus": "/swagger.json", "flask_apispec": "/swagger/",
    "flask_openapi3": "/openapi/openapi.json", "spectree": "/apidoc/openapi.json", "connexion": "/openapi.json",
    "flask_rebar": "/swagger", "apifairy": "/apispec.json", "quart_schema": "/openapi.json",
}  # fmt: skip
"""Package -> path, where nothing else is said."""
_LOOKS_LIKE = re.compile(r"/[\w./-]*(openapi|swagger|api-?docs?|apispec|schema)[\w.-]*\.(json|ya?ml)")
_GRAPHQL_CLASSES = re.compile(
    r"(^|\.)(GraphQLRouter|GraphQL|AsyncGraphQLView|GraphQLView|GraphQLApp|GraphQLHTTP|make_graphql_controller)$"
)
_GRAPHQL_PACKAGES = ("strawberry", "ariadne", "graphene", "graphql_server", "starlette_graphene", "tartiflette")


class Route(NamedTuple):
    """`path("api/", include("shop.urls"))` of Django."""

    prefix: str
    module: str
    """Dotted, of an include; empty where something else is mounted."""
    what: ast.AST


def of_application(app: Application, sources: Sequence[Source]) -> tuple[str, ...]:
    """Paths, the likeliest first."""
    known = constants(sources)
    found: list[str] = []
    if app.framework == "fastapi":
        found += _fastapi(app, known)
        found += [joined(prefix, "openapi.json") for prefix in _mounts(sources, known)]
    elif app.framework == "litestar":
        found += _litestar(app, sources, known)
    found += _of_packages(sources, known)
    found += literal_paths(sources)
    return tuple(dict.fromkeys(found))[:MOST]


def _fastapi(app: Application, known: Mapping[str, str]) -> Iterator[str]:
    said = keyword(app.call, "openapi_url") if app.call is not None else None
    if isinstance(said, ast.IfExp):
        said = said.body if text_of(said.body, known) else said.orelse
    if isinstance(said, ast.Constant) and said.value is None:
        return
    yield (text_of(said, known) if said is not None else None) or "/openapi.json"


def _litestar(app: Application, sources: Iterable[Source], known: Mapping[str, str]) -> Iterator[str]:
    if (
        app.call is not None
        and isinstance(said := keyword(app.call, "openapi_config"), ast.Constant)
        and said.value is None
    ):
        return
    for source in sources:
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Call) and dotted(node.func, source.names).endswith("OpenAPIConfig"):
                path = text_of(keyword(node, "path"), known)
                if path:
                    yield joined(path, "openapi.json")
    yield "/schema/openapi.json"


def _mounts(sources: Iterable[Source], known: Mapping[str, str]) -> Iterator[str]:
    for source in sources:
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "mount":
                path = text_of(node.args[0], known) if node.args else None
                static = any("Static" in ast.unparse(one) for one in node.args[1:])
                if path and not static and not any("GraphQL" in ast.unparse(one) for one in node.args[1:]):
                    yield path


def _of_packages(sources: Sequence[Source], known: Mapping[str, str]) -> Iterator[str]:
    used = {one.name.partition(".")[0] for source in sources for one in source.imports}
    if "flask_smorest" in used or "apiflask" in used:
        settings = {**known, **_items(sources, known)}
        prefix = settings.get("OPENAPI_URL_PREFIX", "")
        yield joined(prefix, settings.get("OPENAPI_JSON_PATH", "openapi.json"))
    if "connexion" in used:
        for prefix in _items(sources, known).get("base_path", ""), "/api", "/v1", "/v1.0":
            yield joined(prefix, "openapi.json")
    if used & {"flask_restx", "flask_restplus"}:
        for source in sources:
            for node in ast.walk(source.tree):
                if isinstance(node, ast.Call) and dotted(node.func, source.names).endswith("Blueprint"):
                    below = text_of(keyword(node, "url_prefix"), known)
                    if below:
                        yield joined(below, "swagger.json")
    for package, path in _BY_PACKAGE.items():
        if package in used:
            yield path


def _items(sources: Iterable[Source], known: Mapping[str, str]) -> dict[str, str]:
    """`app.config["OPENAPI_URL_PREFIX"] = "/"`, and keywords and keys of mappings with a text."""
    found: dict[str, str] = {}
    for source in sources:
        for node in ast.walk(source.tree):
            pairs: list[tuple[ast.AST | None, ast.AST]] = []
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
                pairs = [(node.targets[0].slice, node.value)]
            elif isinstance(node, ast.Dict):
                pairs = list(zip(node.keys, node.values, strict=True))
            elif isinstance(node, ast.Call):
                pairs = [(ast.Constant(one.arg), one.value) for one in node.keywords if one.arg]
            for key, value in pairs:
                said = text_of(value, known)
                if isinstance(key, ast.Constant) and isinstance(key.value, str) and said is not None:
                    found.setdefault(key.value, said)
    return found


def literal_paths(sources: Iterable[Source]) -> Iterator[str]:
    """Paths that a text of the code looks like."""
    for source in sources:
        nodes = list(ast.walk(source.tree))
        parts = {id(part) for node in nodes if isinstance(node, ast.JoinedStr) for part in node.values}
        for node in nodes:
            said = node.value if isinstance(node, ast.Constant) and id(node) not in parts else None
            if isinstance(said, str) and _LOOKS_LIKE.fullmatch(said):
                yield said


def graphql(sources: Sequence[Source], app: Application | None = None) -> str:
    """Path of the GraphQL endpoint; empty where there is none, or nobody could tell."""
    if app is not None and app.framework in ("ariadne", "strawberry"):
        return "/"
    used = {one.name.partition(".")[0] for source in sources for one in source.imports}
    if not any(name.startswith(_GRAPHQL_PACKAGES) for name in used):
        return ""
    known = constants(sources)
    held = {name for source in sources for name in _held(source)}
    for source in sources:
        for node in ast.walk(source.tree):
            path = _graphql_of(node, source, known, held)
            if path:
                return path
    return ""


def _held(source: Source) -> Iterator[str]:
    """Names of what is made from a class of a GraphQL library."""
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Assign | ast.AnnAssign) or not isinstance(node.value, ast.Call):
            continue
        if _GRAPHQL_CLASSES.search(dotted(node.value.func, source.names)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (one.id for one in targets if isinstance(one, ast.Name))


def _graphql_of(node: ast.AST, source: Source, known: Mapping[str, str], held: set[str]) -> str:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Call) and decorator.args:
                path = text_of(decorator.args[0], known) or ""
                if path.strip("/").rpartition("/")[2] in ("graphql", "gql"):
                    return path
        return ""
    if not isinstance(node, ast.Call):
        return ""
    name = dotted(node.func, source.names)
    last = name.rpartition(".")[2] or (node.func.attr if isinstance(node.func, ast.Attribute) else "")
    if _GRAPHQL_CLASSES.search(name) and (said := text_of(keyword(node, "path"), known)):
        return joined(said) if said.strip("/") else said
    if last == "include_router" and _mounts_graphql(node, source, held):
        return text_of(keyword(node, "prefix"), known) or ""
    if last in ("mount", "add_route", "add_websocket_route", "add_url_rule", "Mount", "Route") and _mounts_graphql(
        node, source, held
    ):
        path = text_of(node.args[0] if node.args else keyword(node, "path", "rule"), known) or ""
        # what is mounted answers below it, and redirects without the slash
        return f"{path.rstrip('/')}/" if last in ("mount", "Mount") and path else path
    return ""


def _mounts_graphql(call: ast.Call, source: Source, held: set[str]) -> bool:
    for one in (*call.args, *(given.value for given in call.keywords)):
        for inner in ast.walk(one):
            if isinstance(inner, ast.Name) and (inner.id in held or "graphql" in inner.id.lower()):
                return True
            if isinstance(inner, ast.Call | ast.Attribute):
                named = inner.func if isinstance(inner, ast.Call) else inner
                if _GRAPHQL_CLASSES.search(dotted(named, source.names).removesuffix(".as_view")):
                    return True
    return False
