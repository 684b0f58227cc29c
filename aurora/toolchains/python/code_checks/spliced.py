"""Texts of a Python function that are put together, and where the parts come from."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from aurora.toolchains.python.code_checks.clients import own
from aurora.toolchains.python.names import Function, last, origin

HOLE = "aurora_hole"
"""Stands in a text for what is spliced into it."""
REQUESTS = ("flask.request", "bottle.request", "quart.request", "sanic.request")
QUOTING = ("quote", "identifier", "escape", "placeholder", "literal", "compile")
NUMBERS = ("int", "float", "len", "bool", "sum", "max", "min", "range", "ord", "round")
DEPTH = 8


Given = dict[str, list[tuple[ast.expr, Function | None]]]
"""Parameter -> what calls pass for it, and the function that each call stands in."""


class From(IntEnum):
    """The origins of a part, the worst last."""

    CODE = 0
    """The code itself: constants, placeholders, quoted identifiers, numbers."""
    ELSEWHERE = 1
    """Nobody knows: another module, an attribute of its object."""
    CALLER = 2
    """A parameter, or a request."""


def holed(node: ast.AST | None) -> str | None:
    """The text of an expression with a hole for each part that is no literal; None for what is no text."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(
            part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else HOLE
            for part in node.values
        )
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = holed(node.left), holed(node.right)
        return None if left is None and right is None else (left or HOLE) + (right or HOLE)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        left = holed(node.left)
        return None if left is None else left.replace("%s", HOLE).replace("%d", HOLE)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        text = holed(node.func.value)
        return None if text is None else _filled(text)
    return None


def _filled(text: str) -> str:
    out, depth = "", 0
    for sign in text:
        if sign == "{":
            out += HOLE if depth == 0 else ""
            depth += 1
        elif sign == "}":
            depth = max(0, depth - 1)
        elif depth == 0:
            out += sign
    return out


def parts(node: ast.expr) -> Iterator[ast.expr]:
    """The expressions that are spliced into a text."""
    if isinstance(node, ast.JoinedStr):
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                yield part.value
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        for side in (node.left, node.right):
            if holed(side) is not None:
                yield from parts(side)
            else:
                yield side
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        yield from parts(node.left)
        right = node.right
        if isinstance(right, ast.Tuple):
            yield from right.elts
        elif isinstance(right, ast.Dict):
            yield from right.values
        else:
            yield right
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        yield from parts(node.func.value)
        yield from node.args
        yield from (one.value for one in node.keywords)


@dataclass
class Origins:
    """The origins of expressions in one function."""

    function: Function | None
    owner: ast.ClassDef | None
    tree: ast.Module
    imports: Mapping[str, str]
    given: Given = field(default_factory=dict)
    """Of a function that only this file calls: what its calls pass for each parameter."""
    _assigned: dict[str, list[ast.expr]] | None = None

    def of(self, node: ast.AST | None, depth: int = DEPTH) -> From:
        if node is None or isinstance(node, ast.Constant):
            return From.CODE
        if depth == 0:
            return From.ELSEWHERE
        match node:
            case ast.JoinedStr() | ast.BinOp():
                if isinstance(node, ast.BinOp) and holed(node) is None:
                    return self.worst((node.left, node.right), depth)
                return self.worst(parts(node), depth)
            case ast.FormattedValue() | ast.Await() | ast.Starred() | ast.NamedExpr():
                return self.of(node.value, depth)
            case ast.IfExp():
                return self.worst((node.body, node.orelse), depth)
            case ast.BoolOp():
                return self.worst(node.values, depth)
            case ast.List() | ast.Tuple() | ast.Set():
                return self.worst(node.elts, depth)
            case ast.Dict():
                return self.worst(node.values, depth)
            case ast.ListComp() | ast.GeneratorExp() | ast.SetComp():
                return self._comprehension(node, depth)
            case ast.Subscript():
                return self.of(node.value, depth - 1)
            case ast.Compare() | ast.UnaryOp():
                return From.CODE
            case ast.Name():
                return self._name(node.id, depth)
            case ast.Attribute():
                return self._attribute(node, depth)
            case ast.Call():
                return self._call(node, depth)
        return From.ELSEWHERE

    def worst(self, nodes: Iterator[ast.expr] | list[ast.expr] | tuple[ast.expr, ...], depth: int) -> From:
        return max((self.of(one, depth - 1) for one in nodes), default=From.CODE)

    def _comprehension(self, node: ast.ListComp | ast.GeneratorExp | ast.SetComp, depth: int) -> From:
        """A text for each turn that does not hold the turn's value is the code's own: `"?" for _ in ids`."""
        turning = {one.id for loop in node.generators for one in ast.walk(loop.target) if isinstance(one, ast.Name)}
        used = {one.id for one in ast.walk(node.elt) if isinstance(one, ast.Name)}
        made = From.CODE
        if used & turning:
            made = max(self.of(loop.iter, depth - 1) for loop in node.generators)
        others = [one for one in ast.walk(node.elt) if isinstance(one, ast.Name) and one.id not in turning]
        if isinstance(node.elt, ast.Call):
            called = last(origin(node.elt.func, {})).lower()
            if any(word in called for word in QUOTING) or called in NUMBERS:
                return From.CODE
        return max([made, *(self.of(one, depth - 1) for one in others if not _is_called(node.elt, one))])

    def _name(self, name: str, depth: int) -> From:
        assigned = self.assigned.get(name)
        if assigned:
            return max(self.of(value, depth - 1) for value in assigned)
        if self.function is not None and name in parameters(self.function):
            passed = self.given.get(name)
            if passed is not None:
                return max(
                    (Origins(caller, None, self.tree, self.imports).of(one, depth - 1) for one, caller in passed),
                    default=From.CODE,
                )
            if self._checked(name) or _literal(self.function, name):
                return From.CODE
            return From.ELSEWHERE if name in ("self", "cls") or _of_a_type(self.function, name) else From.CALLER
        if name.isupper() or name.lstrip("_").isupper():
            return From.CODE
        if self.imports.get(name) in REQUESTS:
            return From.CALLER
        found = [one.value for one in self.tree.body if isinstance(one, ast.Assign) and _binds(one, name)]
        if found:
            return max(Origins(None, None, self.tree, self.imports).of(one, depth - 1) for one in found)
        return From.ELSEWHERE

    def _attribute(self, node: ast.Attribute, depth: int) -> From:
        name = node.attr
        if name.lstrip("_").isupper() or name in ("__tablename__", "__table__", "db_table", "__name__", "table_name"):
            return From.CODE
        if isinstance(node.value, ast.Name) and node.value.id in ("self", "cls"):
            return From.ELSEWHERE
        holder = node.value
        if isinstance(holder, ast.Name) and self.function is not None and holder.id in parameters(self.function):
            return From.CALLER
        return self.of(holder, depth - 1)

    def _call(self, node: ast.Call, depth: int) -> From:
        name = origin(node.func, self.imports)
        short = last(name).lower()
        if short in NUMBERS or any(word in short for word in QUOTING):
            return From.CODE
        if short == "join" and isinstance(node.func, ast.Attribute):
            return self.worst(node.args, depth)
        if name == "input":
            return From.CALLER
        if isinstance(node.func, ast.Attribute):
            inner = self.of(node.func.value, depth - 1)
            if short == "get" and inner is From.CODE:
                return From.CODE  # a table of what is allowed
            if inner is From.CALLER:
                return From.CALLER
        if any(self.of(one, depth - 1) is From.CALLER for one in (*node.args, *(word.value for word in node.keywords))):
            return (
                From.CALLER
                if short in ("str", "format", "strip", "lower", "upper", "replace", "quote")
                else From.ELSEWHERE
            )
        return From.ELSEWHERE

    def _checked(self, name: str) -> bool:
        """Return whether the function compares it with what is allowed."""
        return self.function is not None and any(
            isinstance(one, ast.Compare) and isinstance(one.left, ast.Name) and one.left.id == name
            and any(isinstance(how, ast.In | ast.NotIn) for how in one.ops)
            for one in own(self.function)
        )  # fmt: skip

    @property
    def assigned(self) -> dict[str, list[ast.expr]]:
        """The values that each name of the function is given: by assignment, in a loop, or added to it."""
        if self._assigned is None:
            self._assigned = {}
            for node in own(self.function) if self.function is not None else ():
                for name, value in _given(node):
                    self._assigned.setdefault(name, []).append(value)
        return self._assigned


def _given(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign) and node.value is not None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        for target in targets:
            for one in ast.walk(target):
                if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store):
                    yield one.id, node.value
    elif isinstance(node, ast.For | ast.AsyncFor):
        for one in ast.walk(node.target):
            if isinstance(one, ast.Name):
                yield one.id, node.iter
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
        holder = node.func.value
        if isinstance(holder, ast.Name) and node.func.attr in ("append", "extend", "insert", "add"):
            yield holder.id, node.args[-1]


def parameters(function: Function) -> set[str]:
    arguments = function.args
    every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg)
    return {one.arg for one in every if one is not None}


def _binds(node: ast.Assign, name: str) -> bool:
    return any(isinstance(one, ast.Name) and one.id == name for one in node.targets)


def _literal(function: Function, name: str) -> bool:
    """Return whether its annotation says which values there are."""
    return any(
        one.arg == name and one.annotation is not None and "Literal" in ast.dump(one.annotation)
        for one in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)
    )


def _of_a_type(function: Function, name: str) -> bool:
    """Return whether its annotation is a type of the project: what is spliced as it is then is an enumeration or the
    like."""
    return any(
        one.arg == name and isinstance(one.annotation, ast.Name) and one.annotation.id[:1].isupper()
        and one.annotation.id not in ("Any", "AnyStr", "Text")
        for one in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)
    )  # fmt: skip


def _is_called(around: ast.expr, name: ast.Name) -> bool:
    return any(isinstance(one, ast.Call) and one.func is name for one in ast.walk(around))
