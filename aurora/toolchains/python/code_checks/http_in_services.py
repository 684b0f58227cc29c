"""HTTP in a service: requests, responses, status codes and the exceptions of a web framework.

Outbound clients may look at status codes of what they called (`http.HTTPStatus`, `response.status_code`), and DRF's
`ValidationError` is no HTTP."""

import ast
import re
from collections.abc import Iterator

from aurora.toolchains.code_checks import Flaw
from aurora.toolchains.python.names import definitions, dotted, imported, keyword, last, origin
from aurora.toolchains.service_wording import in_service

_HTTP = re.compile(
    r"^(fastapi|starlette)\.((exceptions|requests|responses)\.)?(HTTPException|Request|Response|JSONResponse|"
    r"HTMLResponse|PlainTextResponse|RedirectResponse|StreamingResponse|FileResponse|ORJSONResponse)$"
    r"|^(fastapi|starlette)\.status\.HTTP_\w+$"
    r"|^flask\.(request|jsonify|abort|make_response|Response|redirect|render_template|url_for|flash)(\.|$)"
    r"|^django\.http\.(\w+\.)?(HttpResponse\w*|JsonResponse|Http404|HttpRequest|StreamingHttpResponse|FileResponse)$"
    r"|^django\.shortcuts\.(render|redirect|get_object_or_404|get_list_or_404)$"
    r"|^rest_framework\.(response\.Response|request\.Request|status\.HTTP_\w+)$"
    r"|^werkzeug\.exceptions\.\w+$|^ninja\.errors\.HttpError$|^ninja_extra\.exceptions\.\w+$"
    r"|^aiohttp\.web\.(Response|Request|json_response|HTTP\w+)$|^sanic\.(response|exceptions|request)(\.|$)"
    r"|^flask_restful\.abort$|^litestar\.exceptions\.\w+$|^falcon\.HTTP\w+$"
)
_DEPENDENCY = re.compile(r"get_current_\w+$")
"""Functions that FastAPI calls with the request, wherever they stand."""
_BARE = {"HTTPException", "abort", "jsonify", "JsonResponse", "HttpResponse", "JSONResponse", "make_response"}


def http_in_service(tree: ast.Module) -> Iterator[Flaw]:
    """One flaw for a function; the import alone is none, what uses it is."""
    origins = imported(tree)
    own = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)}
    inside: set[int] = set()
    flaws = []
    for name, function, owner in reversed(definitions(tree)):
        parts = [node for node in ast.walk(function) if id(node) not in inside]
        inside.update(id(node) for node in parts)
        found = [(node, what) for node in parts if (what := _what(node, origins, own))]
        if owner is None and _DEPENDENCY.match(name):
            found = [(node, what) for node, what in found if what != "Request"]
        if found:
            line = min(getattr(node, "lineno", function.lineno) for node, _ in found)
            flaws.append(in_service(name, [what for _, what in found], line))
    yield from reversed(flaws)


def _what(node: ast.AST, origins: dict[str, str], own: set[str]) -> str:
    if isinstance(node, ast.Name | ast.Attribute):
        name = origin(node, origins)
        if _HTTP.match(name) and (dotted(node).partition(".")[0] in origins):
            return last(dotted(node))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        name = node.func.id
        if name in _BARE and name not in own and name not in origins:
            return name
    if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
        code = keyword(node.exc, "status_code", "http_status")
        statuses = (origin(one, origins) for one in ast.walk(node.exc) if isinstance(one, ast.Attribute))
        named = next((one for one in statuses if one.startswith("http.HTTPStatus.")), "")
        if named:
            return named.removeprefix("http.")
        if _is_status(code):
            return f"status_code={ast.unparse(code)}" if code is not None else ""
    if isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple) and len(node.value.elts) in (2, 3):
        answer, code = node.value.elts[:2]
        if isinstance(answer, ast.Dict) and _is_status(code):
            return f"return ..., {ast.unparse(code)}"
    return ""


def _is_status(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, int) and 200 <= node.value < 600
