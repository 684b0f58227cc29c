"""Route handlers that another file registers, known by signature and place."""

import ast
import re
from collections.abc import Mapping

from aurora.toolchains.python.handler_sign import Sign
from aurora.toolchains.python.names import Function, dotted, last, origin

_VIEWS = re.compile(r"(^|/)(views?|controllers?|handlers?|endpoints?|routes?|resources?)(/[^/]+)?\.py$|_views?\.py$")
_DJANGO_VIEWS = re.compile(r"(^|/)(\w*_)?views?(/.+)?(_\w+)?\.py$")
_PARENT = re.compile(r"_+|_?(obj|root|parent|source|self)|\w*_(obj|root|parent)")
"""The names of the first parameter of a resolver; the second one is `info`."""
_FLASK_ANSWERS = {"jsonify", "render_template", "redirect", "make_response", "send_file", "abort"}


def sign(
    path: str, name: str, function: Function, owner: ast.ClassDef | None, origins: Mapping[str, str]
) -> Sign | None:
    if owner is not None or "." in name or name.startswith("_"):
        return None
    packages = {one.partition(".")[0] for one in origins.values()}
    given = [*function.args.posonlyargs, *function.args.args]
    first = given[0] if given else None
    returned = last(dotted(function.returns)) if function.returns is not None else ""
    if len(given) > 1 and given[1].arg == "info" and first is not None and _PARENT.fullmatch(first.arg):
        return Sign("graphql")  # ariadne binds it in another file
    kind = origin(first.annotation, origins) if first is not None and first.annotation is not None else ""
    if kind == "aiohttp.web.Request" and len(given) == 1 and returned.endswith("Response"):
        return Sign("aiohttp")
    if kind.startswith(("starlette.", "fastapi.")) and last(kind) == "Request" and len(given) == 1:
        return Sign("starlette") if returned.endswith("Response") or _gives_response(function, origins) else None
    if last(kind) == "HttpRequest" and returned.endswith("Response"):
        return Sign("django")
    if first is not None and first.arg == "request" and _DJANGO_VIEWS.search(path):
        others = {"fastapi", "starlette", "flask", "aiohttp", "sanic", "ninja", "pyramid", "litestar"}
        return Sign("django") if not packages & others and "pytest" not in packages else None
    if "flask" in packages and _VIEWS.search(path) and _answers_as_flask(function, origins):
        return Sign("flask")
    return None


def _gives_response(function: Function, origins: Mapping[str, str]) -> bool:
    return any(
        isinstance(node, ast.Return)
        and isinstance(node.value, ast.Call)
        and last(origin(node.value, origins)).endswith("Response")
        for node in ast.walk(function)
    )


def _answers_as_flask(function: Function, origins: Mapping[str, str]) -> bool:
    """Returns what only a view returns."""
    return not function.decorator_list and any(
        isinstance(node, ast.Return)
        and any(
            isinstance(part, ast.Call) and last(origin(part.func, origins)) in _FLASK_ANSWERS for part in ast.walk(node)
        )
        for node in ast.walk(function)
    )
