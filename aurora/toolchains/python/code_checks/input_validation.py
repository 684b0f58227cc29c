"""Handlers of Python that trust their input: a body that no model, schema, serializer or form describes, a text that is
turned into a number where nothing catches what is none, a path of a file."""

from collections.abc import Iterator

from aurora.domain.workspace import Workspace
from aurora.toolchains.code_checks import Flaw
from aurora.toolchains.edit import Edit
from aurora.toolchains.handler import Kind
from aurora.toolchains.python.code_checks import raw_input, request_paths
from aurora.toolchains.python.code_checks.converted_input import conversions
from aurora.toolchains.python.handlers import PythonHandler, handlers, parse
from aurora.toolchains.python.names import imported

_TYPED = frozenset({"fastapi", "ninja", "litestar"})
"""Frameworks that parse a body by the annotation of a parameter."""
_NO_INPUT = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_CONTROLS = frozenset({"next", "action", "csrf_token", "csrfmiddlewaretoken", "redirect", "submit", "_method", "?"})
"""Fields of forms that say where to go, and no data."""
_HOW = {
    "fastapi": "Take a pydantic model as the parameter, with types, bounds and formats.",
    "ninja": "Take a Schema as the parameter, with types, bounds and formats.",
    "litestar": "Take a model as the parameter, with types, bounds and formats.",
    "drf": "Give request.data to a serializer, call is_valid(raise_exception=True), and use validated_data.",
    "django": "Give it to a Form, a serializer or a pydantic model, and use what that has validated.",
    "graphql": "Declare an input type with the fields it may have, instead of the scalar JSON.",
    "flask": "Give it to a schema (marshmallow, pydantic) before anything is taken out of it.",
}
_ANY = "Give it to a model or schema that checks types, bounds and formats, and use what that returns."


def check(_: Workspace, edit: Edit) -> Iterator[Flaw]:
    tree = parse(edit.after)
    if tree is None:
        return
    origins = imported(tree)
    givers = raw_input.givers(tree, origins)
    for handler in handlers(edit.path, tree):
        yield from conversions(handler, origins)
        yield from request_paths.opened(handler, raw_input.requests_of(handler, origins))
        if handler.methods and set(handler.methods) <= _NO_INPUT:
            continue
        if raw_input.is_guarded(handler) or (handler.framework == "graphql" and not _takes_json(handler)):
            continue
        found = raw_input.read(handler, origins, givers)
        if not found.validated:
            yield from _flaws(handler, found)


def _flaws(handler: PythonHandler, found: raw_input.RawInput) -> Iterator[Flaw]:
    hint = _HOW.get(handler.framework, _ANY)
    untyped = [one for one in handler.parameters if one.kind is Kind.RAW and _is_body(one.annotation)]
    for one in untyped if handler.framework in _TYPED else ():
        what = f"`{one.name}: {one.annotation}`" if one.annotation else f"`{one.name}` without a type"
        message = f"{handler.name} takes {what}: any input is accepted, and no model restricts it."
        line = getattr(one.node, "lineno", handler.line)
        yield Flaw(message, hint, line, f"{handler.name} parameter {one.name}")
    if untyped and handler.framework in _TYPED:
        return
    uses = [(key, node) for key, node in found.uses]
    fields = sorted({key for key, _ in uses} - _CONTROLS)
    if fields:
        shown = ", ".join(f"`{key}`" if key != "**" else "all fields" for key in fields[:4])
        message = f"{handler.name} takes {shown} out of the request's body without a model that validates it."
        first = next(node for key, node in uses if key in fields)
        yield Flaw(message, hint, getattr(first, "lineno", handler.line), f"{handler.name} body")
    elif found.handed:
        message = f"{handler.name} passes the request's body on as received; nothing here validates it."
        line = getattr(found.handed[0], "lineno", handler.line)
        yield Flaw(message, hint, line, f"{handler.name} handed", advice=True)


def _takes_json(handler: PythonHandler) -> bool:
    """Return whether a resolver takes JSON: the schema describes all of its arguments but those of the scalar
    `JSON`."""
    raw = [one.annotation for one in handler.parameters if one.kind is Kind.RAW]
    return bool(raw) and all("JSON" in one for one in raw)


def _is_body(annotation: str) -> bool:
    """Return whether an untyped parameter is the body: without annotation FastAPI takes it from the query."""
    return bool(annotation) and not annotation.startswith("bytes")
