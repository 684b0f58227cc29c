"""Code that trusts input or tells too much, in Python: mass assignment, CORS, errors told whole."""

import ast
import re
from collections.abc import Iterator

from aurora.domain.workspace import Workspace
from aurora.toolchains.code_checks import Flaw
from aurora.toolchains.edit import Edit
from aurora.toolchains.python.code_checks import raw_input
from aurora.toolchains.python.handlers import PythonHandler, handlers, parse
from aurora.toolchains.python.names import definitions, dotted, imported, keyword, last, strings

_OF_DEVELOPMENT = re.compile(r"dev|local|test|debug|example|demo|sandbox|ci\b", re.IGNORECASE)
_OF_PRODUCTION = re.compile(r"prod|deploy|staging|live", re.IGNORECASE)
_BROAD = frozenset({"Exception", "BaseException"})
_ANSWERS = frozenset({"HTTPException", "jsonify", "JsonResponse", "JSONResponse", "Response", "HttpResponse", "abort",
                      "make_response", "PlainTextResponse", "HttpResponseServerError", "HttpError", "json_response",
                      "error_response", "APIException"})  # fmt: skip


def check(_: Workspace, edit: Edit) -> Iterator[Flaw]:
    tree = parse(edit.after)
    if tree is None:
        return
    origins = imported(tree)
    found = handlers(edit.path, tree)
    givers = raw_input.givers(tree, origins)
    for handler in found:
        given = raw_input.read(handler, origins, givers)
        yield from _assigned(handler, given)
        yield from _leaked(handler)
    yield from _configured(edit.path, tree)
    for name, function, _owner in definitions(tree):
        yield from _swallowed(name, function)


# ── of handlers ──


def _assigned(handler: PythonHandler, given: raw_input.RawInput) -> Iterator[Flaw]:
    """Attributes of an object that the body names."""
    if given.validated:
        return
    for loop in (one for one in ast.walk(handler.node) if isinstance(one, ast.For)):
        over = loop.iter
        source = over.func.value if isinstance(over, ast.Call) and isinstance(over.func, ast.Attribute) else over
        raw = (isinstance(source, ast.Name) and source.id in given.names) or dotted(source) in (
            "request.json", "request.data", "request.form", "request.POST", "self.request.data", "request.get_json",
        )  # fmt: skip
        sets = [one for one in ast.walk(loop) if isinstance(one, ast.Call) and dotted(one.func) == "setattr"]
        guarded = any(isinstance(one, ast.If | ast.Raise) for one in ast.walk(loop))
        if raw and sets and not guarded:
            message = (
                f"{handler.name} sets every attribute that the request names: a caller may set owner or price, too."
            )
            hint = "Take the fields that may be changed from a validated model, by name."
            yield Flaw(message, hint, sets[0].lineno, f"{handler.name} setattr")


def _leaked(handler: PythonHandler) -> Iterator[Flaw]:
    """The text of any error in an answer."""
    for caught in (one for one in ast.walk(handler.node) if isinstance(one, ast.ExceptHandler) and _is_broad(one)):
        for node in ast.walk(caught):
            answer: ast.AST | None = None
            if isinstance(node, ast.Return) and node.value is not None:
                answer = node.value
            elif isinstance(node, ast.Call) and last(dotted(node.func)) in _ANSWERS:
                answer = node
            if answer is not None and _tells(answer, caught.name):
                message = f"{handler.name} answers with the text of any error: it may hold SQL, paths or credentials."
                hint = "Log the error and answer in your own words; catch by type the errors that a caller may see."
                yield Flaw(message, hint, getattr(node, "lineno", handler.line), f"{handler.name} error")
                break


def _is_broad(caught: ast.ExceptHandler) -> bool:
    if caught.type is None:
        return True
    named = caught.type.elts if isinstance(caught.type, ast.Tuple) else [caught.type]
    return any(dotted(one) in _BROAD for one in named)


def _tells(answer: ast.AST, name: str | None) -> bool:
    for one in ast.walk(answer):
        if isinstance(one, ast.Call) and last(dotted(one.func)) in ("format_exc", "format_exception"):
            return True
        if name is None:
            continue
        called = one.args if isinstance(one, ast.Call) and dotted(one.func) in ("str", "repr") else []
        if called and isinstance(called[0], ast.Name) and called[0].id == name:
            return True
        if isinstance(one, ast.FormattedValue) and isinstance(one.value, ast.Name) and one.value.id == name:
            return True
        if isinstance(one, ast.Attribute) and one.attr == "args" and dotted(one.value) == name:
            return True
    return False


# ── of the whole file ──


def _configured(path: str, tree: ast.Module) -> Iterator[Flaw]:
    for call in (one for one in ast.walk(tree) if isinstance(one, ast.Call)):
        origins = keyword(call, "allow_origins", "origins", "resources")
        credentials = keyword(call, "allow_credentials", "supports_credentials")
        if origins is not None and _is_true(credentials) and _is_any(origins):
            message = (
                "Any site may call this with its visitors' credentials: every origin is allowed, with credentials."
            )
            yield Flaw(message, "Name the origins, from the settings.", call.lineno, "cors")
        regex = keyword(call, "allow_origin_regex")
        if isinstance(regex, ast.Constant) and regex.value in (".*", "^.*$", "https?://.*") and _is_true(credentials):
            message = "Any site may call this with its visitors' credentials: the expression matches every origin."
            yield Flaw(message, "Name the origins, from the settings.", call.lineno, "cors")
        if last(dotted(call.func)) == "run" and _is_true(keyword(call, "debug")) and dotted(call.func) != "run":
            message = "The server is started in debug mode: its debugger runs any code that a visitor sends."
            yield Flaw(message, "Take it from the settings; false without one.", call.lineno, "debug", advice=True)
    values = {
        target.id: node
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    wide = values.get("CORS_ALLOW_ALL_ORIGINS") or values.get("CORS_ORIGIN_ALLOW_ALL")
    credentials_node = values.get("CORS_ALLOW_CREDENTIALS")
    if wide is not None and _is_true(wide.value) and credentials_node is not None and _is_true(credentials_node.value):
        known = _OF_DEVELOPMENT.search(path) is not None
        message = "Any site may call this with its visitors' credentials: every origin is allowed, with credentials."
        yield Flaw(message, "Name the origins: CORS_ALLOWED_ORIGINS.", wide.lineno, "cors", advice=known)
    debug = values.get("DEBUG")
    if debug is not None and _is_true(debug.value) and "settings" in path and not _OF_DEVELOPMENT.search(path):
        message = "DEBUG is on: errors are answered with settings and source."
        advice = _OF_PRODUCTION.search(path) is None
        yield Flaw(message, "Take it from the environment; false without one.", debug.lineno, "DEBUG", advice=advice)
    for kind in (one for one in ast.walk(tree) if isinstance(one, ast.ClassDef) and one.name == "Meta"):
        for node in kind.body:
            said = node.value if isinstance(node, ast.Assign) and dotted(node.targets[0]) == "fields" else None
            if isinstance(said, ast.Constant) and said.value == "__all__":
                message = "All fields of the model can be written, those that are added later, too."
                yield Flaw(message, "Name the fields, and those that are read only.", said.lineno, advice=True)


def _is_true(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is True


def _is_any(node: ast.AST) -> bool:
    return "*" in strings(node) or (isinstance(node, ast.Constant) and node.value == "*")


def _swallowed(name: str, function: ast.AST) -> Iterator[Flaw]:
    for caught in (one for one in ast.walk(function) if isinstance(one, ast.ExceptHandler) and _is_broad(one)):
        only = caught.body[0] if len(caught.body) == 1 else None
        silent = isinstance(only, ast.Pass | ast.Continue) or (
            isinstance(only, ast.Expr) and isinstance(only.value, ast.Constant) and only.value.value is ...
        )
        if silent:
            message = f"{name} hides every error, programming mistakes included."
            hint = "Catch what may happen here by its type, or log it."
            yield Flaw(message, hint, caught.lineno, f"{name} swallows", advice=True)
            return
