"""Functions and classes that the same file registers as handlers: `add_url_rule`, `path("x", view)`, `Route(...)`."""

import ast
from collections.abc import Iterator, Mapping

from aurora.toolchains.python.handler_sign import Sign
from aurora.toolchains.python.names import HTTP_VERBS, argument, dotted, keyword, last, origin, strings, text_of

_ADDING = {"add_url_rule", "add_api_route", "add_route", "add_api_websocket_route", "add_view", "add_resource"}
_ADD_VERBS = {f"add_{verb}": verb.upper() for verb in HTTP_VERBS}
_DJANGO = {"path", "re_path", "url"}
_OF_STRAWBERRY = {"field", "mutation", "subscription"}


def registered(tree: ast.Module, origins: Mapping[str, str]) -> dict[str, Sign]:
    """The registered handlers by the name of the function or class."""
    found: dict[str, Sign] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            for name, sign in _of_call(node, origins):
                found.setdefault(name, sign)
    return found


def _of_call(call: ast.Call, origins: Mapping[str, str]) -> Iterator[tuple[str, Sign]]:
    name = origin(call.func, origins)
    package, method = name.partition(".")[0], last(name)
    packages = {one.partition(".")[0] for one in origins.values()}
    path = text_of(argument(call, 0, "path", "rule", "route")) or ""
    methods = tuple(one.upper() for one in strings(keyword(call, "methods")))
    if method in _DJANGO and (package == "django" or "." not in name):
        yield from _named(argument(call, 1, "view"), Sign("django", (), path))
    elif method in ("Route", "WebSocketRoute") and (package in ("starlette", "fastapi") or "." not in name):
        yield from _named(argument(call, 1, "endpoint"), Sign("starlette", methods, path))
    elif package == "aiohttp" and method in (*HTTP_VERBS, "view", "route"):
        view = argument(call, 2 if method == "route" else 1, "handler")
        yield from _named(view, Sign("aiohttp", (method.upper(),) if method in HTTP_VERBS else (), path))
    elif method in _ADD_VERBS and isinstance(call.func, ast.Attribute):
        yield from _named(argument(call, 1, "handler"), Sign("aiohttp", (_ADD_VERBS[method],), path))
    elif method in _ADDING and isinstance(call.func, ast.Attribute):
        yield from _added(call, method, packages, Sign("", methods, path))
    elif method == "set_field" and isinstance(call.func, ast.Attribute):
        yield from _named(argument(call, 1, "resolver"), Sign("graphql"))  # ariadne's `query.set_field("books", books)`
    elif package in ("strawberry", "strawberry_django") and method in _OF_STRAWBERRY:
        yield from _named(argument(call, 0, "resolver"), Sign("graphql"))
    elif isinstance(call.func, ast.Call) and isinstance(call.func.func, ast.Attribute) and call.args:
        # app.get("/x")(view)
        inner = call.func
        verb = call.func.func.attr
        start = text_of(argument(inner, 0, "path", "rule"))
        if verb in (*HTTP_VERBS, "route") and start is not None and start.startswith("/"):
            framework = "flask" if "flask" in packages else "fastapi"
            yield from _named(call.args[0], Sign(framework, (verb.upper(),) if verb in HTTP_VERBS else (), start))


def _added(call: ast.Call, method: str, packages: set[str], sign: Sign) -> Iterator[tuple[str, Sign]]:
    if method == "add_url_rule":
        yield from _named(argument(call, 2, "view_func"), sign._replace(framework="flask"))
    elif method == "add_resource":
        view = call.args[0] if call.args else None
        path = text_of(call.args[1]) if len(call.args) > 1 else ""
        yield from _named(view, Sign("flask", (), path or ""))
    elif method == "add_api_route" or method == "add_api_websocket_route":
        yield from _named(argument(call, 1, "endpoint"), sign._replace(framework="fastapi"))
    elif method == "add_route":
        frameworks = [one for one in ("falcon", "sanic", "aiohttp", "fastapi", "starlette") if one in packages]
        for place in (2, 1, 0):
            if len(call.args) > place:
                known = Sign(frameworks[0] if frameworks else "starlette", sign.methods, sign.path)
                yield from _named(call.args[place], known)


def _named(view: ast.expr | None, sign: Sign) -> Iterator[tuple[str, Sign]]:
    """The function or class of a view, whatever it is wrapped in: `login_required(view)`, `View.as_view()`."""
    for _ in range(4):
        if isinstance(view, ast.Call):
            if last(dotted(view.func)) == "as_view" and isinstance(view.func, ast.Attribute):
                view = view.func.value
            else:
                view = view.args[0] if view.args and last(dotted(view.func)) not in ("include",) else None
    name = dotted(view) if view is not None else ""
    if name:
        yield name, sign
        if "." in name:
            yield last(name), sign
