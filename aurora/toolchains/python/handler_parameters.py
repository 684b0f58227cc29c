"""The parameters of a Python route handler: which are input, which the framework injects."""

import ast
import re
from collections.abc import Iterator, Mapping

from aurora.toolchains.handler import Kind, Parameter
from aurora.toolchains.python.names import Function, dotted, last

_REQUESTS = {"Request", "HttpRequest", "HTTPConnection", "WebSocket", "Info", "ResolveInfo", "GraphQLResolveInfo"}
_RESPONSES = {"Response", "BackgroundTasks", "HttpResponse", "JSONResponse"}
_RAW = {"dict", "Dict", "Any", "object", "Mapping", "MutableMapping", "list", "List", "JSON", "bytes"}
_VALUES = {
    "str", "int", "float", "bool", "complex", "Decimal", "UUID", "UUID1", "UUID3", "UUID4", "UUID5", "date", "datetime",
    "time", "timedelta", "Literal", "Enum", "EmailStr", "PositiveInt", "NonNegativeInt", "conint", "constr", "HttpUrl",
    "AnyUrl", "ID", "UploadFile", "NegativeInt", "SecretStr", "AwareDatetime", "FileStorage", "StrictStr", "StrictInt",
}  # fmt: skip
_INJECTED = {"Depends", "Security", "Provide", "Inject", "FromDishka", "Provided"}
_FIELDS = {"Path", "Query", "Header", "Cookie", "PathEx", "Form", "File"}
_WRAPPERS = {"Annotated", "Optional", "Union", "Required", "NotRequired"}
_BODIES = {"Body", "BodyEx"}


def parameters(
    function: Function, framework: str, in_class: bool, path: str, aliases: Mapping[str, ast.expr]
) -> tuple[Parameter[ast.AST], ...]:
    """`aliases`: what names of the module are assigned, for `SessionDep = Annotated[Session, Depends(get_db)]`."""
    return tuple(_kinds(function, framework, in_class, path, aliases))


def _kinds(
    function: Function, framework: str, in_class: bool, path: str, aliases: Mapping[str, ast.expr]
) -> Iterator[Parameter[ast.AST]]:
    given = function.args
    positional = [*given.posonlyargs, *given.args]
    defaults: dict[str, ast.expr | None] = dict(
        zip((one.arg for one in reversed(positional)), reversed(given.defaults), strict=False)
    )
    defaults |= {one.arg: default for one, default in zip(given.kwonlyargs, given.kw_defaults, strict=True)}
    in_path = set(re.findall(r"\w+", path))
    static = any(last(dotted(one)) == "staticmethod" for one in function.decorator_list)
    for place, one in enumerate([*positional, *given.kwonlyargs]):
        annotation = one.annotation
        written = ast.unparse(annotation) if annotation is not None else ""
        if in_class and place == 0 and not static and one.arg in ("self", "cls", "root", "_root", "parent"):
            kind = Kind.SELF
        else:
            kind = _kind(one.arg, annotation, defaults.get(one.arg), framework, in_path, aliases)
        yield Parameter(one.arg, kind, written, one)
    for rest in (given.vararg, given.kwarg):
        if rest is not None:
            kind = Kind.VALUE if framework in ("django", "drf", "flask") else Kind.OTHER
            yield Parameter(rest.arg, kind, ast.unparse(rest.annotation) if rest.annotation else "", rest)


def _kind(
    name: str,
    annotation: ast.expr | None,
    default: ast.expr | None,
    framework: str,
    in_path: set[str],
    aliases: Mapping[str, ast.expr],
) -> Kind:
    if isinstance(annotation, ast.Name) and annotation.id in aliases:
        annotation = aliases[annotation.id]
    words = _words(annotation)
    outer = last(dotted(default)) if isinstance(default, ast.Call) else ""
    called = (
        {last(dotted(node)) for node in ast.walk(annotation) if isinstance(node, ast.Call)} if annotation else set()
    )
    if outer in _INJECTED or called & _INJECTED or _injected_by_name(words):
        return Kind.DEPENDENCY
    if words & _REQUESTS or (name in ("request", "req", "websocket", "info", "_info", "_request")):
        return Kind.REQUEST
    if words & _RESPONSES or name in ("resp", "response", "background_tasks"):
        return Kind.RESPONSE
    if framework in ("django", "drf", "flask", "falcon"):
        return Kind.VALUE
    if name in in_path or outer in _FIELDS or called & _FIELDS:
        return Kind.VALUE
    raw = bool(words) and words <= _RAW | _VALUES | {"None"} and bool(words & _RAW)
    if outer in _BODIES or called & _BODIES:
        return Kind.RAW if raw or not words else Kind.BODY
    if not words:
        return Kind.VALUE if framework in ("graphql", "aiohttp", "sanic") else Kind.RAW
    if raw:
        # a list of plain values is a query's
        return Kind.RAW if words & (_RAW - {"list", "List"}) or words <= {"list", "List"} else Kind.VALUE
    return Kind.VALUE if words <= _VALUES | {"None", "list", "List"} else Kind.BODY


def _words(annotation: ast.expr | None) -> set[str]:
    """Names in an annotation, its wrappers and what stands behind `Annotated[X,` left out."""
    if annotation is None:
        return set()
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        try:
            return _words(ast.parse(annotation.value, mode="eval").body)
        except SyntaxError:
            return set()
    if isinstance(annotation, ast.Constant):
        return {"None"} if annotation.value is None else set()
    if isinstance(annotation, ast.BinOp):
        return _words(annotation.left) | _words(annotation.right)
    if isinstance(annotation, ast.Subscript):
        outer = last(dotted(annotation.value))
        inner = annotation.slice.elts if isinstance(annotation.slice, ast.Tuple) else [annotation.slice]
        if outer == "Annotated":
            return _words(inner[0]) if inner else set()
        if outer == "Literal":
            return {"Literal"}
        words: set[str] = set()
        return words.union({outer} - _WRAPPERS, *map(_words, inner))
    name = last(dotted(annotation))
    return {name} if name else set()


def _injected_by_name(words: set[str]) -> bool:
    return any(
        word.endswith(("Dep", "Deps", "Dependency", "Depends")) or word in ("CurrentUser", "AsyncSession", "Session")
        for word in words
    )
