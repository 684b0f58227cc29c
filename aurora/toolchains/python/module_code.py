"""The steps of a module while it is imported, as far as importing goes: what it imports, defines and uses, in order.

Bodies of functions, `if TYPE_CHECKING:` and `if __name__ == "__main__":` are left out: they do not run then."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from aurora.toolchains.python.imports import catches_import_error, is_type_checking, parsed


class Load(NamedTuple):
    """A module is imported. `name`: dotted and absolute; `alias`: what is bound to it, of `import a.b` it is `a`."""

    line: int
    name: str
    alias: str
    whole: bool
    """True if the alias is the module itself and not its first package."""
    guarded: bool


class Take(NamedTuple):
    """`from module import name as alias`; the name `*` takes all."""

    line: int
    module: str
    name: str
    alias: str
    guarded: bool


class Define(NamedTuple):
    name: str


class Use(NamedTuple):
    """`a.b.c` is evaluated."""

    line: int
    parts: tuple[str, ...]


Operation = Load | Take | Define | Use


@dataclass(frozen=True)
class ModuleCode:
    operations: tuple[Operation, ...]
    names: frozenset[str]
    """All that it ever defines."""


def read(text: str, package: str) -> ModuleCode:
    """`package`: dotted name of the package that relative imports begin at. What can't be parsed does nothing."""
    try:
        tree = parsed(text)
    except SyntaxError:
        return ModuleCode((), frozenset())
    lazy = any(isinstance(node, ast.ImportFrom) and node.module == "__future__"
               and any(one.name == "annotations" for one in node.names) for node in tree.body)  # fmt: skip
    operations = tuple(_Reader(package, lazy).of(tree.body, own=True, guarded=False))
    names = {one.name for one in operations if isinstance(one, Define)}
    names |= {one.alias for one in operations if isinstance(one, Load | Take) and one.alias != "*"}
    return ModuleCode(operations, frozenset(names))


@dataclass(frozen=True)
class _Reader:
    package: str
    lazy_annotations: bool

    def of(self, body: list[ast.stmt], *, own: bool, guarded: bool) -> Iterator[Operation]:
        """`own`: whether names that are bound are the module's, and not a class's."""
        for statement in body:
            yield from self._statement(statement, own, guarded)

    def _statement(self, node: ast.stmt, own: bool, guarded: bool) -> Iterator[Operation]:
        match node:
            case ast.Import():
                for alias in node.names:
                    bound = alias.asname or alias.name.partition(".")[0]
                    yield Load(node.lineno, alias.name, bound if own else "", bool(alias.asname), guarded)
            case ast.ImportFrom():
                if node.module == "__future__" or (module := self._absolute(node)) is None:
                    return
                for alias in node.names:
                    yield Take(node.lineno, module, alias.name, (alias.asname or alias.name) if own else "", guarded)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield from self._uses([*node.decorator_list, *_defaults(node.args)])
                if not self.lazy_annotations:
                    yield from self._uses(_annotations(node))
                yield from self._bound([node.name], own)
            case ast.ClassDef():
                yield from self._uses([*node.decorator_list, *node.bases, *(one.value for one in node.keywords)])
                yield from self.of(node.body, own=False, guarded=guarded)
                yield from self._bound([node.name], own)
            case ast.If():
                yield from self._if(node, own, guarded)
            case ast.Try() | ast.TryStar():
                caught = guarded or any(map(catches_import_error, node.handlers))
                yield from self.of(node.body, own=own, guarded=caught)
                for handler in node.handlers:
                    yield from self.of(handler.body, own=own, guarded=caught)
                yield from self.of([*node.orelse, *node.finalbody], own=own, guarded=guarded)
            case ast.With() | ast.AsyncWith():
                yield from self._uses(item.context_expr for item in node.items)
                targets = [item.optional_vars for item in node.items if item.optional_vars is not None]
                yield from self._bound(_targets(targets), own)
                yield from self.of(node.body, own=own, guarded=guarded or _suppresses(node))
            case ast.For() | ast.AsyncFor():
                yield from self._uses([node.iter])
                yield from self._bound(_targets([node.target]), own)
                yield from self.of([*node.body, *node.orelse], own=own, guarded=guarded)
            case ast.While():
                yield from self._uses([node.test])
                yield from self.of([*node.body, *node.orelse], own=own, guarded=guarded)
            case ast.Match():
                yield from self._uses([node.subject])
                for one in node.cases:
                    yield from self.of(one.body, own=own, guarded=guarded)
            case ast.Assign():
                yield from self._uses([node.value])
                yield from self._bound(_targets(node.targets), own)
            case ast.AnnAssign():
                yield from self._uses([node.value] if node.value is not None else [])
                if not self.lazy_annotations:
                    yield from self._uses([node.annotation])
                if node.value is not None:
                    yield from self._bound(_targets([node.target]), own)
            case _ if type(node).__name__ == "TypeAlias":  # Python 3.12's
                yield from self._bound(_targets([getattr(node, "name", ast.Constant(0))]), own)
            case _:
                yield from self._uses(ast.iter_child_nodes(node))

    def _if(self, node: ast.If, own: bool, guarded: bool) -> Iterator[Operation]:
        negated = isinstance(node.test, ast.UnaryOp) and isinstance(node.test.op, ast.Not)
        tested = node.test.operand if isinstance(node.test, ast.UnaryOp) and negated else node.test
        unrun = is_type_checking(tested) or _is_main(tested)
        if not unrun:
            yield from self._uses([node.test])
        if not unrun or negated:
            yield from self.of(node.body, own=own, guarded=guarded)
        if not unrun or not negated:
            yield from self.of(node.orelse, own=own, guarded=guarded)

    def _absolute(self, node: ast.ImportFrom) -> str | None:
        if not node.level:
            return node.module
        parts = self.package.split(".") if self.package else []
        if node.level - 1 > len(parts):
            return None
        kept = parts[: len(parts) - node.level + 1]
        return ".".join((*kept, *([node.module] if node.module else []))) or None

    def _bound(self, names: Iterable[str], own: bool) -> Iterator[Operation]:
        for name in names:
            if own:
                yield Define(name)

    def _uses(self, nodes: Iterable[ast.AST]) -> Iterator[Operation]:
        waiting = list(nodes)
        while waiting:
            node = waiting.pop()
            if isinstance(node, ast.Lambda):
                waiting += _defaults(node.args)
            elif isinstance(node, ast.GeneratorExp):
                waiting.append(node.generators[0].iter)
            elif isinstance(node, ast.Attribute):
                parts = _dotted(node)
                if parts:
                    yield Use(node.lineno, parts)
                else:
                    waiting.append(node.value)
            elif isinstance(node, ast.stmt):
                continue
            else:
                waiting += ast.iter_child_nodes(node)


def _dotted(node: ast.expr) -> tuple[str, ...]:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return (node.id, *reversed(parts)) if isinstance(node, ast.Name) else ()


def _defaults(arguments: ast.arguments) -> list[ast.AST]:
    return [*arguments.defaults, *(one for one in arguments.kw_defaults if one is not None)]


def _annotations(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.AST]:
    given = node.args
    every = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
    said = [one.annotation for one in every if one is not None and one.annotation is not None]
    return [*said, *([node.returns] if node.returns is not None else [])]


def _targets(nodes: list[ast.expr]) -> Iterator[str]:
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Tuple | ast.List):
            waiting += node.elts
        elif isinstance(node, ast.Starred):
            waiting.append(node.value)


def _is_main(test: ast.expr) -> bool:
    return isinstance(test, ast.Compare) and isinstance(test.left, ast.Name) and test.left.id == "__name__"


def _suppresses(node: ast.With | ast.AsyncWith) -> bool:
    """`with suppress(ImportError):`"""
    said = {name.id for item in node.items for name in ast.walk(item.context_expr) if isinstance(name, ast.Name)}
    return bool(said & {"ImportError", "ModuleNotFoundError", "Exception"})
