"""Route handlers known by their decorators: `@app.post("/orders")`, `@api_view(["GET"])`, `@strawberry.mutation`."""

import ast
import re
from collections.abc import Iterator, Mapping

from aurora.toolchains.python.handler_sign import Sign
from aurora.toolchains.python.names import (
    HTTP_VERBS,
    Function,
    argument,
    dotted,
    keyword,
    last,
    origin,
    strings,
    text_of,
)

_ROUTERS = {
    "FastAPI": "fastapi", "APIRouter": "fastapi", "Starlette": "starlette", "Flask": "flask", "APIFlask": "flask",
    "Blueprint": "flask", "APIBlueprint": "flask", "OpenAPI": "flask", "Namespace": "flask", "Quart": "flask",
    "NinjaAPI": "ninja", "NinjaExtraAPI": "ninja", "RouteTableDef": "aiohttp", "Sanic": "sanic", "QueryType": "graphql",
    "MutationType": "graphql", "ObjectType": "graphql", "SubscriptionType": "graphql", "Api": "flask",
}  # fmt: skip
"""Routers by the constructor's name, when its origin says no other."""
_PACKAGES = {
    "fastapi": "fastapi", "starlette": "starlette", "flask": "flask", "quart": "flask", "apiflask": "flask",
    "flask_openapi3": "flask", "flask_smorest": "flask", "flask_restx": "flask", "ninja": "ninja",
    "ninja_extra": "ninja", "aiohttp": "aiohttp", "sanic": "sanic", "litestar": "litestar", "ariadne": "graphql",
    "robyn": "sanic", "bottle": "flask", "connexion": "flask",
}  # fmt: skip
_ROUTE = {"route", "api_route", "websocket", "websocket_route", "operation", "api_operation"}
_ROUTERISH = re.compile(r"(app|api|router|routes?|bp|blueprint|blp|ns|server)$|^(r|v\d+)$", re.IGNORECASE)
_BARE = {
    "litestar": {*HTTP_VERBS, "route", "websocket"},
    "ninja_extra": {"http_generic", *(f"http_{v}" for v in HTTP_VERBS)},
}
_RESOLVERS = {"field", "mutation", "subscription", "connection"}


def routers(tree: ast.Module, origins: Mapping[str, str]) -> dict[str, str]:
    """The framework of each name or attribute that holds an application or a router: `{"self.router": "fastapi"}`."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Assign | ast.AnnAssign | ast.NamedExpr):
            continue
        made = node.value
        framework = _made(made, origins) if isinstance(made, ast.Call) else ""
        annotated = node.annotation if isinstance(node, ast.AnnAssign) else None
        framework = framework or (_made(annotated, origins) if annotated is not None else "")
        if framework:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found.update({dotted(target): framework for target in targets if dotted(target)})
    for node in ast.walk(tree):
        if isinstance(node, Function):
            for given in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs):
                framework = _made(given.annotation, origins) if given.annotation is not None else ""
                if framework:
                    found.setdefault(given.arg, framework)
    return found


def _made(node: ast.AST, origins: Mapping[str, str]) -> str:
    name = origin(node, origins)
    of_package = _PACKAGES.get(name.partition(".")[0], "")
    kind = last(name)
    if kind == "Router" and of_package == "ninja":
        return "ninja"
    if kind not in _ROUTERS:
        return ""
    if kind in ("ObjectType", "Api", "Namespace") and not of_package:
        return ""  # Graphene's, or anyone's
    return of_package or _ROUTERS[kind]


def sign(
    function: Function, owner: ast.ClassDef | None, origins: Mapping[str, str], known: Mapping[str, str]
) -> Sign | None:
    found = [one for decorator in function.decorator_list for one in _signs(decorator, owner, origins, known)]
    if not found:
        return None
    framework = found[0].framework
    if framework == "fastapi" and _is_ninja(function, origins):
        framework = "ninja"
    methods = tuple(dict.fromkeys(method for one in found for method in one.methods))
    return Sign(framework, methods, next((one.path for one in found if one.path), ""))


def _is_ninja(function: Function, origins: Mapping[str, str]) -> bool:
    """A first parameter `request` without a type, where nothing says FastAPI."""
    first = next(iter(function.args.args), None)
    bare = first is not None and first.arg == "request" and first.annotation is None
    return bare and not any(name.startswith(("fastapi", "starlette")) for name in origins.values())


def _signs(
    decorator: ast.expr, owner: ast.ClassDef | None, origins: Mapping[str, str], known: Mapping[str, str]
) -> Iterator[Sign]:
    call = decorator if isinstance(decorator, ast.Call) else None
    name = origin(decorator, origins)
    package, method = name.partition(".")[0], last(name)
    if method == "api_view" and (package == "rest_framework" or "." not in name):
        yield Sign("drf", strings(call.args[0] if call and call.args else None) or ("GET",))
    elif method == "action" and (package == "rest_framework" or _is_view_set(owner)):
        names = strings(keyword(call, "methods")) if call else ()
        yield Sign("drf", tuple(one.upper() for one in names) or ("GET",), _path(call, "url_path"))
    elif package in ("strawberry", "strawberry_django") and method in _RESOLVERS:
        yield Sign("graphql")
    elif package in _BARE and method in _BARE[package] and name.count(".") <= 1:
        verb = method.removeprefix("http_")
        yield Sign(_PACKAGES[package], (verb.upper(),) if verb in HTTP_VERBS else (), _path(call))
    elif package == "ninja_extra" and ".route." in name:
        yield Sign("ninja", (method.upper(),) if method in HTTP_VERBS else (), _path(call))
    elif call is not None and isinstance(call.func, ast.Attribute):
        yield from _of_object(call, call.func, origins, known)
    elif method == "view_config" and call is not None:
        yield Sign("pyramid")


def _of_object(
    call: ast.Call, written: ast.Attribute, origins: Mapping[str, str], known: Mapping[str, str]
) -> Iterator[Sign]:
    holder, method = dotted(written.value), written.attr
    framework = known.get(holder, "")
    if framework == "graphql":
        if method in ("field", "source"):
            yield Sign("graphql")
        return
    if method not in HTTP_VERBS and method not in _ROUTE:
        return
    path = argument(call, 0, "path", "rule", "uri")
    if not framework:
        start = text_of(path)
        if start is None and path is not None and not _ROUTERISH.search(holder):
            return
        if start and not start.startswith(("/", "{")) and not _ROUTERISH.search(holder):
            return
        if (not start) and not _ROUTERISH.search(holder):
            return
        if holder in ("mock", "responses", "respx", "requests_mock", "httpretty") or not holder:
            return
        framework = _by_imports(holder, method, origins)
    yield Sign(framework, _methods(call, method, framework), text_of(path) or "")


def _by_imports(holder: str, method: str, origins: Mapping[str, str]) -> str:
    """The framework of an object that this file only imports, or that nobody made."""
    first = origins.get(holder.partition(".")[0], "")
    if first.partition(".")[0] in _PACKAGES:
        return _PACKAGES[first.partition(".")[0]]
    for name in origins.values():
        package = name.partition(".")[0]
        if package in _PACKAGES and package not in ("aiohttp", "ariadne"):
            return _PACKAGES[package]
    return "flask" if method == "route" else "fastapi"


def _methods(call: ast.Call, method: str, framework: str) -> tuple[str, ...]:
    if method in HTTP_VERBS:
        return (method.upper(),)
    named = strings(keyword(call, "methods")) or strings(call.args[1] if len(call.args) > 1 else None)
    if named or method.startswith("websocket"):
        return tuple(one.upper() for one in named)
    return ("GET",) if framework in ("flask", "fastapi", "starlette") else ()


def _path(call: ast.Call | None, *names: str) -> str:
    if call is None:
        return ""
    return text_of(keyword(call, *names) if names else argument(call, 0, "path")) or ""


def _is_view_set(owner: ast.ClassDef | None) -> bool:
    return owner is not None and any(last(dotted(base)).endswith(("ViewSet", "Viewset")) for base in owner.bases)
