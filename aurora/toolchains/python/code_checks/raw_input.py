"""The place where a Python handler reads input that nothing has validated, and whether a validator is given it."""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from aurora.toolchains.handler import Kind
from aurora.toolchains.python.handlers import PythonHandler
from aurora.toolchains.python.names import dotted, last

_ATTRIBUTES = frozenset({"json", "form", "values", "data", "POST", "media", "DATA"})
"""Attributes of a request, that hold a parsed body."""
_CALLS = frozenset({"get_json", "json", "form", "get_media", "post", "get_data"})
_BYTES = frozenset({"body", "data", "get_data", "read"})
_VALIDATORS = re.compile(
    r"(?:^|_)(?:validate|validated|valid|validator|validation|parse|parsed|deserialize|schema|structure|clean|cleaned|"
    r"check|serializer|coerce|convert|sanitize|verify|ensure|require)(?:_|$)|^is_valid|^from_dict$|^model_validate|"
    r"^parse_obj|^parse_raw|^validate|^construct_event$|^get_serializer$|^decode$",
    re.IGNORECASE,
)
_STRICT = re.compile(r"serializer|schema|^(?:model_)?validate|Form$|^load$|^parse_obj$|^structure$", re.IGNORECASE)
"""Of these a field of the body is a body of its own; `check_password` is given a field, too."""
_MODELS = re.compile(
    r"(?:Form|FormSet|Serializer|Schema|Payload|Input|DTO|Dto|Validator|Request|Params|Body|Command|Args|Base|Create|"
    r"Update|In|Event|Spec)$"
)
_MODEL_MODULES = re.compile(
    r"(?:^|\.)(?:schemas?|serializers?|forms?|dtos?|validators?|validation|payloads?|inputs?)(?:\.|$)"
)
_DECORATORS = re.compile(
    r"valid|schema|expect|use_args|use_kwargs|arguments$|^body$|\.body$|\.input$|parse|_form$|require_json|docs?\.|openapi",
    re.IGNORECASE,
)
_ASKED_LATER = re.compile(r"(?:Serializer|Form|_serializer|_form)$")
"""Classes whose data is checked when they are asked, and not when they are made."""
_UNASKED = frozenset({"initial_data", "data"})
"""The attributes that hold the input as it came."""
_REQUESTS = frozenset({"flask.request", "quart.request", "bottle.request", "flask.globals.request"})
_OF_JSON = frozenset({"json", "orjson", "ujson", "simplejson", "rapidjson"})


@dataclass
class RawInput:
    """The values that one handler takes from the request as it came."""

    names: set[str] = field(default_factory=set)
    """Variables that hold it."""
    parts: set[str] = field(default_factory=set)
    """Variables that hold a field of it."""
    uses: list[tuple[str, ast.AST]] = field(default_factory=list)
    """Fields that are taken out of it, with their place; `**` for all of them."""
    handed: list[ast.AST] = field(default_factory=list)
    """Calls that are given all of it, and may validate it."""
    validated: bool = False
    givers: frozenset[str] = frozenset()
    unasked: dict[str, ast.Call] = field(default_factory=dict)
    """Variables that hold a serializer or form which is never asked whether its data is valid."""


def is_guarded(handler: PythonHandler) -> bool:
    """Return whether a decorator that is given a schema guards it."""
    listed = [*getattr(handler.node, "decorator_list", ())]
    return any(_DECORATORS.search(dotted(one)) for one in listed)


def requests_of(handler: PythonHandler, origins: Mapping[str, str]) -> frozenset[str]:
    """The names that a handler gives its request: a parameter, or what a framework's module gives, under any name."""
    own = {"request", "self.request"} if handler.owner is not None else {"request"}
    return handler.named(Kind.REQUEST) | own | {name for name, whole in origins.items() if whole in _REQUESTS}


def givers(tree: ast.Module, origins: Mapping[str, str]) -> frozenset[str]:
    """Functions of the module that return a request's body as it came."""
    found = set()
    for function in (one for one in tree.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)):
        named = {one.arg for one in function.args.args if one.arg in ("request", "req") or _is_request(one.annotation)}
        named |= {name for name, whole in origins.items() if whole in _REQUESTS}
        returned = [one.value for one in ast.walk(function) if isinstance(one, ast.Return) and one.value is not None]
        assigned = {
            target.id
            for one in ast.walk(function)
            if isinstance(one, ast.Assign) and _is_raw(_unwrapped(one.value), set(), named)
            for target in one.targets
            if isinstance(target, ast.Name)
        }
        checked = any(
            isinstance(one, ast.Call) and _validates(one, last(dotted(one.func)), origins) for one in ast.walk(function)
        )
        if returned and not checked and all(_is_raw(_unwrapped(one), assigned, named) for one in returned):
            found.add(function.name)
    return frozenset(found)


def _is_request(annotation: ast.expr | None) -> bool:
    return annotation is not None and last(dotted(annotation)) in ("Request", "HttpRequest")


def read(handler: PythonHandler, origins: Mapping[str, str], givers: frozenset[str] = frozenset()) -> RawInput:
    """Follows names through plain assignments, in the order of the text.

    `givers`: functions of the module that return a body as it came."""
    found = RawInput(names=set(handler.named(Kind.RAW)), givers=givers)
    requests = set(requests_of(handler, origins))
    body = list(ast.walk(handler.node))
    found.unasked = _unasked(body)
    assigned = [one for one in body if isinstance(one, ast.Assign | ast.AnnAssign | ast.NamedExpr)]
    for one in sorted(assigned, key=_place):
        targets = one.targets if isinstance(one, ast.Assign) else [one.target]
        names = {target.id for target in targets if isinstance(target, ast.Name)}
        if one.value is not None and _is_raw(_unwrapped(one.value), found.names, requests, found):
            found.names |= names
        elif one.value is not None and _is_part(one.value, found, requests):
            found.parts |= names
    for node in body:
        _look(node, found, requests, origins)
    found.uses.sort(key=lambda use: _place(use[1]))
    return found


def _place(node: ast.AST) -> tuple[int, int]:
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)


def _look(node: ast.AST, found: RawInput, requests: set[str], origins: Mapping[str, str]) -> None:
    def raw(one: ast.AST | None) -> bool:
        return one is not None and _is_raw(_unwrapped(one), found.names, requests, found)

    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load) and raw(node.value):
        found.uses.append((_key(node.slice), node))
    elif isinstance(node, ast.Call):
        function = node.func
        if isinstance(function, ast.Attribute) and raw(function.value):
            typed = any(k.arg == "type" for k in node.keywords)  # of Werkzeug: what is none of it is left out
            if function.attr in ("get", "pop", "getlist", "setdefault") and not typed:
                found.uses.append((_key(node.args[0]) if node.args else "?", node))
            elif function.attr in ("items", "values") and not node.args:
                found.uses.append(("**", node))
            return
        name = last(dotted(function))
        if name in ("isinstance", "fields_are_valid"):
            found.validated |= any(raw(one) or _of(one, raw) for one in node.args)
            return
        given = [*node.args, *(k.value for k in node.keywords if k.arg is not None)]
        spread = [k.value for k in node.keywords if k.arg is None] + [
            one.value for one in node.args if isinstance(one, ast.Starred)
        ]
        if any(node is call for call in found.unasked.values()):
            return
        if _validates(node, name, origins):
            of_parts = (_STRICT.search(name) or name[:1].isupper()) and any(
                _is_part(one, found, requests) for one in (*given, *spread)
            )
            found.validated |= bool(of_parts) or any(map(raw, (*given, *spread))) or _is_form(name)
        elif any(map(raw, spread)):
            found.uses.append(("**", node))
        elif any(map(raw, given)) and name not in (
            "len",
            "print",
            "str",
            "bool",
            "type",
            "list",
            "set",
            "dict",
            "loads",
        ):
            found.handed.append(node)


def _is_part(node: ast.AST, found: RawInput, requests: set[str]) -> bool:
    """A field of the input, or an expression with one."""
    for one in ast.walk(node):
        if isinstance(one, ast.Name) and one.id in found.parts:
            return True
        taken = one.value if isinstance(one, ast.Subscript) else None
        if (
            isinstance(one, ast.Call)
            and isinstance(one.func, ast.Attribute)
            and one.func.attr in ("get", "pop", "items")
        ):
            taken = one.func.value
        if taken is not None and _is_raw(_unwrapped(taken), found.names, requests, found):
            return True
    return False


def _of(node: ast.AST, raw: object) -> bool:
    """A field of the input: `isinstance(data.get("a"), str)`."""
    inner = node.func.value if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else None
    inner = node.value if isinstance(node, ast.Subscript) else inner
    return inner is not None and callable(raw) and bool(raw(inner))


def _is_form(name: str) -> bool:
    """A form of Flask-WTF reads the request by itself."""
    return name.endswith("Form") or name.startswith("validate")


def _validates(call: ast.Call, name: str, origins: Mapping[str, str]) -> bool:
    if name in ("load", "loads"):  # of a schema; not of a format
        whole = dotted(call.func)
        return name == "load" and whole.partition(".")[0] not in (*_OF_JSON, "yaml", "pickle", "toml")
    if _VALIDATORS.search(name):
        return True
    if not name[:1].isupper():
        return False
    first = dotted(call.func).partition(".")[0]
    return bool(_MODELS.search(name) or _MODEL_MODULES.search(origins.get(first, "")))


def _key(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else "?"


def _unwrapped(node: ast.AST) -> ast.AST:
    """The expression without `await`, `or {}`, `cast(...)` and copies."""
    while True:
        if isinstance(node, ast.Await):
            node = node.value
        elif isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
            node = node.values[0]
        elif isinstance(node, ast.IfExp):
            node = node.body
        elif (
            isinstance(node, ast.Call) and last(dotted(node.func)) in ("cast", "dict", "to_dict", "copy") and node.args
        ):
            node = node.args[-1]
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ("copy", "to_dict", "dict")
            and not node.args
        ):
            node = node.func.value
        else:
            return node


def _unasked(body: list[ast.AST]) -> dict[str, ast.Call]:
    """Serializers and forms that are given data, are not handed on, and not asked whether it is valid."""
    made = {
        one.targets[0].id: one.value
        for one in body
        if isinstance(one, ast.Assign)
        and isinstance(one.targets[0], ast.Name)
        and isinstance(one.value, ast.Call)
        and _ASKED_LATER.search(last(dotted(one.value.func)))
        and any(word.arg == "data" for word in one.value.keywords)
    }
    for one in body:
        if isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name) and one.attr not in _UNASKED:
            made.pop(one.value.id, None)
        elif isinstance(one, ast.Call):
            for given in (*one.args, *(word.value for word in one.keywords)):
                if isinstance(given, ast.Name):
                    made.pop(given.id, None)
        elif isinstance(one, ast.Return) and isinstance(one.value, ast.Name):
            made.pop(one.value.id, None)
    return made


def _is_raw(node: ast.AST, names: set[str], requests: set[str], found: RawInput | None = None) -> bool:
    if isinstance(node, ast.Name):
        return node.id in names
    if found is not None and isinstance(node, ast.Call) and dotted(node.func) in found.givers:
        return True
    if (
        found is not None
        and isinstance(node, ast.Attribute)
        and node.attr in _UNASKED
        and dotted(node.value) in (found.unasked)
    ):
        return True
    if isinstance(node, ast.Attribute):
        return node.attr in _ATTRIBUTES and _chain(node.value) in requests
    if not isinstance(node, ast.Call):
        return False
    function = node.func
    if isinstance(function, ast.Attribute) and function.attr in _CALLS and _chain(function.value) in requests:
        return True
    if last(dotted(function)) == "loads" and node.args and dotted(function).partition(".")[0] in (*_OF_JSON, "loads"):
        return any(_is_bytes(one, requests) for one in _inside(node.args[0]))
    return False


def _inside(node: ast.AST) -> Iterator[ast.AST]:
    yield from ast.walk(node)


def _is_bytes(node: ast.AST, requests: set[str]) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in _BYTES and _chain(node.value) in requests


def _chain(node: ast.AST) -> str:
    """Only of plain attributes: what is called or indexed between is something else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.insert(0, node.attr)
        node = node.value
    return ".".join([node.id, *parts]) if isinstance(node, ast.Name) else ""
