"""Bounds, formats and required fields that the contract states and a handler of FastAPI or ninja does not check."""

import ast
import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence

from aurora.contract.requests import Requested
from aurora.domain.workspace import Workspace
from aurora.toolchains.code_checks import Flaw, Sources
from aurora.toolchains.handler import Kind
from aurora.toolchains.python.definitions import Definitions
from aurora.toolchains.python.handlers import PythonHandler, handlers
from aurora.toolchains.python.models import Models
from aurora.toolchains.python.names import Function, dotted, keyword, text_of
from aurora.toolchains.stated_bounds import Checked, Route, lacking, matching, of_contract, of_parameter

_FRAMEWORKS = frozenset({"fastapi", "ninja", "litestar"})
_ROUTES = re.compile(r"@[\w.]+\s*\.?(?:get|post|put|patch|delete|api_route|query)\s*\(")
_CHECKS = re.compile(r"valid|check|verify|ensure|match|parse", re.IGNORECASE)
HINT = (
    "Say it in the model: `Field(max_length=..., pattern=...)`, `ge=`/`le=`, `Literal` or an enum, `EmailStr`, `UUID`, "
    "no default for what is required."
)


def check(workspace: Workspace, sources: Sources) -> Iterator[Flaw]:
    operations, whole = of_contract(workspace, sources)
    if not operations:
        return
    texts = {path: text for path, text in sources.texts.items() if path.endswith(".py")}
    definitions = Definitions(texts)
    models = Models(definitions)
    near = {posixpath.basename(posixpath.dirname(path) if path.endswith("/__init__.py") else path)[:-3]
            if path.endswith(".py") else "" for path in sources.changed}  # fmt: skip
    for path in sorted(texts):
        if not _ROUTES.search(texts[path]):
            continue
        if not whole and path not in sources.changed and not any(name and name in texts[path] for name in near):
            continue
        for flaw in _of_file(path, definitions, models, operations):
            if whole or path in sources.changed or flaw.path in sources.changed:
                yield flaw._replace(hint=HINT)


def _of_file(path: str, definitions: Definitions, models: Models, operations: Sequence[Requested]) -> Iterator[Flaw]:
    tree = definitions.tree(path)
    if tree is None:
        return
    prefixes = _prefixes(tree)
    for handler in handlers(path, tree):
        if handler.framework in _FRAMEWORKS and handler.owner is None:
            yield from _of_handler(path, handler, prefixes, models, operations)


def _of_handler(
    path: str,
    handler: PythonHandler,
    prefixes: Mapping[str, str],
    models: Models,
    operations: Sequence[Requested],
) -> Iterator[Flaw]:
    node = handler.node
    assert isinstance(node, Function)
    # a body that is called `request` is one
    given = [one for one in handler.parameters if one.kind in (Kind.BODY, Kind.REQUEST, Kind.RESPONSE, Kind.OTHER)]
    read_all = [models.read(path, getattr(one.node, "annotation", None)) for one in given]
    bodies = [one for one in read_all if one.fields is not None]
    read = bodies[0] if len(bodies) == 1 else Checked()
    route = Route(handler.methods, _prefix(node, prefixes) + handler.path, handler.name)
    operation = matching(route, read.name, operations)
    if operation is None:
        return
    compared = _compared(node)
    if read.fields:
        for flaw in lacking(handler.name, operation, read):
            name = flaw.identity.removeprefix(handler.name).split()[0].split(".")[0].removesuffix("[]")
            own = read.fields[name].name if name in read.fields else name
            yield flaw._replace(advice=True) if own in compared else flaw
    yield from _of_parameters(path, handler, node, models, operation, compared)


def _of_parameters(
    path: str, handler: PythonHandler, node: Function, models: Models, operation: Requested, compared: set[str]
) -> Iterator[Flaw]:
    """The bounds of values of the path and the query, each a parameter of its own."""
    defaults = _defaults(node)
    for one in handler.parameters:
        if one.kind is not Kind.VALUE or not isinstance(one.node, ast.arg) or one.annotation == "":
            continue
        default = defaults.get(one.name)
        checked = models.parameter(path, one.node, default)
        alias = keyword(default, "alias") if isinstance(default, ast.Call) else None
        name = text_of(alias) or one.name
        for (place, stated_name), (stated, required) in operation.parameters.items():
            if stated_name == name:
                of = of_parameter(
                    handler.name, operation, name, stated, checked, required=required and place == "query"
                )
                yield from (flaw._replace(advice=True) if one.name in compared else flaw for flaw in of)


def _defaults(node: Function) -> dict[str, ast.expr | None]:
    given = node.args
    positional = [*given.posonlyargs, *given.args]
    found: dict[str, ast.expr | None] = dict(
        zip((one.arg for one in reversed(positional)), reversed(given.defaults), strict=False)
    )
    return found | {one.arg: default for one, default in zip(given.kwonlyargs, given.kw_defaults, strict=True)}


def _compared(node: ast.AST) -> set[str]:
    """Names that the handler itself looks at: compares, but not with None, or gives to a function that checks."""
    found: set[str] = set()
    for one in ast.walk(node):
        looked: list[ast.AST] = []
        if isinstance(one, ast.Compare) and not all(isinstance(op, ast.Is | ast.IsNot) for op in one.ops):
            looked.append(one)
        elif isinstance(one, ast.Call) and _CHECKS.search(dotted(one.func)):
            looked += [*one.args, *(k.value for k in one.keywords)]
        elif isinstance(one, ast.If | ast.IfExp | ast.Assert | ast.While):
            looked += [call for call in ast.walk(one.test) if isinstance(call, ast.Call)]
        for test in looked:
            for inner in ast.walk(test):
                if isinstance(inner, ast.Attribute):
                    found.add(inner.attr)
                elif isinstance(inner, ast.Name):
                    found.add(inner.id)
    return found


def _prefixes(tree: ast.Module) -> dict[str, str]:
    """Prefix of each router that the file makes."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            prefix = text_of(keyword(node.value, "prefix"))
            if prefix:
                found.update({dotted(target): prefix for target in node.targets})
    return found


def _prefix(node: Function, prefixes: Mapping[str, str]) -> str:
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Attribute):
            return prefixes.get(dotted(decorator.func.value), "")
    return ""
