"""Parameters and fields of Python whose type says less than the contract: `name: str` where it states `maxLength 80`.

For FastAPI and ninja, whose types are the validation. A field with any bound of its own, a type of its own or a
validator is left alone, and so is a class that is neither named like a schema of the contract nor taken by a handler
of its file."""

import ast
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from aurora.domain.workspace import Workspace
from aurora.toolchains.craft import Flaw
from aurora.toolchains.edit import Edit
from aurora.toolchains.handler import Kind
from aurora.toolchains.python.handlers import PythonHandler, handlers
from aurora.toolchains.python.names import dotted, imported, keyword, last

if TYPE_CHECKING:
    from aurora.contract.bounds import ContractBounds, Operation, Stated

_BARE = frozenset({"str", "int", "float", "list", "List", "Optional", "Union", "None"})
_BOUNDS = frozenset(
    {"min_length", "max_length", "pattern", "regex", "ge", "gt", "le", "lt", "multiple_of", "min_items", "max_items",
     "discriminator", "strict", "decimal_places"}
)  # fmt: skip
_FRAMEWORKS = frozenset({"fastapi", "ninja"})
_MODELS = frozenset({"pydantic", "ninja", "sqlmodel"})
LARGEST = 300_000
"""Characters of a contract in YAML that is read here: the time for a file is bounded. JSON is read in any size."""
HINT = "State them in the type, such as `Annotated[str, Field(max_length=80)]`, `EmailStr` or an Enum."


def flaws(workspace: Workspace, edit: Edit, tree: ast.Module) -> Iterator[Flaw]:
    text = edit.configuration.get(workspace.contract.path) if workspace.contract is not None else None
    packages = {one.partition(".")[0] for one in imported(tree).values()}
    if workspace.contract is None or not text or packages.isdisjoint(_FRAMEWORKS | _MODELS):
        return
    if len(text) > LARGEST and not text.lstrip().startswith("{"):
        return
    from aurora.contract.bounds import bounds_of  # slow to load: most projects have no contract

    stated = bounds_of(text, workspace.contract.path)
    classes = {one.name: one for one in tree.body if isinstance(one, ast.ClassDef)}
    models = {name: stated.models[name] for name in classes if stated.models.get(name)}
    for handler in handlers(edit.path, tree):
        operation = _operation(handler, tree, stated) if handler.framework in _FRAMEWORKS else None
        if operation is None:
            continue
        yield from _parameters(handler, operation)
        for one in handler.parameters:
            if one.kind is Kind.BODY and one.annotation in classes and operation.body:
                models.setdefault(one.annotation, operation.body)
    if not packages.isdisjoint(_MODELS):
        for name, fields in models.items():
            yield from _fields(classes[name], fields)


def _operation(handler: PythonHandler, tree: ast.Module, stated: "ContractBounds") -> "Operation | None":
    if len(handler.methods) != 1:
        return None
    prefixes = {
        given.value
        for one in ast.walk(tree)
        if isinstance(one, ast.Call) and last(dotted(one.func)) in ("APIRouter", "Router")
        and isinstance(given := keyword(one, "prefix"), ast.Constant) and isinstance(given.value, str)
    }  # fmt: skip
    if len(prefixes) > 1:
        return None
    return stated.operation(handler.methods[0], "".join(prefixes) + handler.path)


def _parameters(handler: PythonHandler, operation: "Operation") -> Iterator[Flaw]:
    function = handler.node
    if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
        return
    given = function.args
    positional = [*given.posonlyargs, *given.args]
    defaults = dict(zip((one.arg for one in reversed(positional)), reversed(given.defaults), strict=False))
    defaults |= {
        one.arg: value for one, value in zip(given.kwonlyargs, given.kw_defaults, strict=True) if value is not None
    }
    for one in (*positional, *given.kwonlyargs):
        said = operation.parameters.get(one.arg)
        if said and one.annotation is not None and _is_bare(one.annotation) and not _bounded(defaults.get(one.arg)):
            if _looked_at(function, one.arg):
                continue
            message = (
                f"{handler.name} takes any `{one.arg}: {ast.unparse(one.annotation)}`; the contract states {said}."
            )
            yield Flaw(message, HINT, one.lineno, f"{handler.name} bounds {one.arg}")


def _fields(model: ast.ClassDef, stated: "Stated") -> Iterator[Flaw]:
    if any(
        "onfig" in last(dotted(target)) for one in model.body if isinstance(one, ast.Assign) for target in one.targets
    ):
        return  # bounds for all of its texts may stand there
    decorators = [
        decorator
        for one in model.body
        if isinstance(one, ast.FunctionDef)
        for decorator in one.decorator_list
        if "validator" in dotted(decorator)
    ]
    checked = {part.value for one in decorators for part in ast.walk(one) if isinstance(part, ast.Constant)}
    if "*" in checked or any(last(dotted(one)) in ("model_validator", "root_validator") for one in decorators):
        return
    for one in model.body:
        if not isinstance(one, ast.AnnAssign) or not isinstance(one.target, ast.Name) or one.target.id in checked:
            continue
        alias = keyword(one.value, "alias", "validation_alias") if isinstance(one.value, ast.Call) else None
        name = alias.value if isinstance(alias, ast.Constant) and isinstance(alias.value, str) else one.target.id
        said = stated.get(name)
        if said and _is_bare(one.annotation) and not _bounded(one.value):
            message = (
                f"{model.name}.{one.target.id} takes any `{ast.unparse(one.annotation)}`; the contract states {said}."
            )
            yield Flaw(message, HINT, one.lineno, f"{model.name} bounds {one.target.id}")


@lru_cache(maxsize=1_000)
def _is_bare_text(annotation: str) -> bool:
    tree = ast.parse(annotation, mode="eval").body
    names = {one.id for one in ast.walk(tree) if isinstance(one, ast.Name)}
    attributes = any(isinstance(one, ast.Attribute | ast.Call) for one in ast.walk(tree))
    return bool(names & {"str", "int", "float", "list", "List"}) and names <= _BARE and not attributes


def _is_bare(annotation: ast.expr) -> bool:
    return _is_bare_text(ast.unparse(annotation))


def _bounded(default: ast.expr | None) -> bool:
    """By a call that states any bound, or one whose keywords are not known."""
    return isinstance(default, ast.Call) and any(word.arg is None or word.arg in _BOUNDS for word in default.keywords)


def _looked_at(function: ast.FunctionDef | ast.AsyncFunctionDef, name: str) -> bool:
    """Whether the handler compares or bounds the value by itself."""
    for one in ast.walk(function):
        if isinstance(one, ast.Compare):
            inside: list[ast.expr] = [one]
        elif isinstance(one, ast.Call) and last(dotted(one.func)) in (
            "min",
            "max",
            "len",
            "match",
            "fullmatch",
            "clamp",
        ):
            inside = list(one.args)
        else:
            continue
        if any(isinstance(part, ast.Name) and part.id == name for whole in inside for part in ast.walk(whole)):
            return True
    return False
