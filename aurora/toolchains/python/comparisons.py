"""The comparisons with a literal in Python's tests, and how each is altered so that a test that passes must fail:
operators, truth, membership, types, exceptions, unittest's methods.

Where it can be, it is altered so that an object that lies in this comparison goes on lying: `x < 5` asks for less than
everything, `x != 5` whether x differs from itself, `x not in found` about something that is in it.
"""

import ast
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

Put = Callable[[ast.expr], None]

_ORDER = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
_ORDERED = {"assertLess": "<", "assertLessEqual": "<=", "assertGreater": ">", "assertGreaterEqual": ">="}
_EQUAL = frozenset(
    {
        "assertEqual", "assertEquals", "assertListEqual", "assertTupleEqual", "assertSetEqual", "assertDictEqual",
        "assertSequenceEqual", "assertMultiLineEqual", "assertCountEqual",
    }
)  # fmt: skip
_NEAR = frozenset({"assertAlmostEqual", "assertAlmostEquals"})
_CALLED = frozenset({"assert_called_with", "assert_called_once_with", "assert_any_call", "assert_awaited_with"})
_FLIPPED = {
    "assertTrue": "assertFalse", "assertFalse": "assertTrue", "assertIs": "assertIsNot", "assertIsNot": "assertIs",
    "assertIsNone": "assertIsNotNone", "assertIsNotNone": "assertIsNone", "assertNotIsInstance": "assertIsInstance",
}  # fmt: skip
_RAISES = re.compile(r"(^|\.)(raises|assertRaises|assertRaisesRegex|assertRaisesMessage)$")
_MATCHER = re.compile(r"\b(ANY|Is[A-Z]\w*|anything|has_|match)")
"""Objects that are made to equal more than one value."""
_TAKES_ANY = re.compile(r"\b(object|Any|\w*Protocol\w*|Hashable)\b")
_MAKES_SURE = "(next(iter(it)) if iter(it) is not it else 1 / 0)"


@dataclass(frozen=True)
class Place:
    kind: str
    alter: Callable[[], None]


def places(statement: ast.stmt, chance: random.Random) -> Iterator[Place]:
    """The places of one statement that a passing test reaches."""
    if isinstance(statement, ast.Assert):
        yield from _of_truth(statement.test, _setter(statement, "test"), chance)
    elif isinstance(statement, ast.With | ast.AsyncWith):
        for item in statement.items:
            if isinstance(item.context_expr, ast.Call):
                yield from _of_raises(item.context_expr, statement, chance)
    elif isinstance(statement, ast.Expr):
        value = statement.value.value if isinstance(statement.value, ast.Await) else statement.value
        if isinstance(value, ast.Call):
            yield from _of_method(value, chance)


# ── expressions that must be true ────────────────────────────────────────────────────────────────────────────────


def _of_truth(test: ast.expr, put: Put, chance: random.Random, *, nested: bool = False) -> Iterator[Place]:
    match test:
        case ast.BoolOp(op=ast.And(), values=values):
            for at, value in enumerate(values):
                yield from _of_truth(value, _item_setter(values, at), chance, nested=True)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield Place("truth", lambda: put(operand))
        case ast.Compare():
            yield from _of_compare(test, chance, nested=nested)
        case ast.Call(func=ast.Name(id="isinstance"), args=[_, kind]) if not _TAKES_ANY.search(ast.unparse(kind)):
            yield Place("type", lambda: test.args.__setitem__(0, _stranger(chance)))
        case ast.Call(func=ast.Name(id="all" | "any" as name), args=[ast.GeneratorExp() | ast.ListComp() as each]):
            if isinstance(each.elt, ast.Compare):
                for place in _of_compare(each.elt, chance, nested=True):
                    yield Place(f"{name} {place.kind}", _both(place.alter, lambda: setattr(test.func, "id", "any")))
            else:
                yield Place("truth", lambda: put(ast.UnaryOp(ast.Not(), test)))
        case ast.Constant():
            return
        case _:
            yield Place("truth", lambda: put(ast.UnaryOp(ast.Not(), test)))


def _of_compare(compare: ast.Compare, chance: random.Random, *, nested: bool) -> Iterator[Place]:
    """The last comparison of a chain: all of it must hold. `nested`: not the whole of what an assertion says; one with
    a literal that is, is altered by itself."""
    op, right = compare.ops[-1], compare.comparators[-1]
    alone = len(compare.ops) == 1
    left = compare.left if alone else compare.comparators[-2]
    put_right, put_left = _item_setter(compare.comparators, -1), _setter(compare, "left")
    if _same(left, right):
        return
    from_left = alone and _is_kept(right, left, chance)
    match op:
        case ast.Eq() if literal(left) is None and literal(right) is None:
            if isinstance(right, ast.Call) and ast.unparse(right.func).endswith("approx") and right.args:
                yield Place("near", lambda: right.args.__setitem__(0, _foreign(chance)))
            elif from_left and not _MATCHER.search(ast.unparse(right)):
                yield Place("equal to a name", lambda: put_left(_foreign(chance)))
            elif not _MATCHER.search(ast.unparse(left)):
                yield Place("equal to a name", lambda: put_right(_foreign(chance)))
        case ast.Eq() if nested or not alone:
            yield Place("equal", lambda: (put_left if from_left else put_right)(_foreign(chance)))
        case ast.NotEq() if alone:
            kept = right if from_left else left
            yield Place("unequal", lambda: _become(compare, "(lambda it: it != it)(IT)", kept))
        case _ if isinstance(op, _ORDER):
            sign = "-" if isinstance(op, ast.Lt | ast.LtE) != from_left else ""
            yield Place("order", lambda: (put_left if from_left else put_right)(_expr(f"{sign}float('inf')")))
        case ast.In():
            if from_left:
                yield Place("membership", lambda: put_left(_expr(repr(_word(chance, 12)))))
            else:
                yield Place("membership", lambda: put_right(_expr(f"[{_word(chance, 12)!r}]")))
        case ast.NotIn() if alone and literal(right) is None:
            text = f"(lambda it: {_MAKES_SURE} not in it)(IT)"
            yield Place("absence", lambda: _become(compare, text, right))
        case ast.NotIn():
            yield Place("absence", lambda: compare.ops.__setitem__(-1, ast.In()))
        case ast.Is() | ast.IsNot():
            flipped = ast.IsNot() if isinstance(op, ast.Is) else ast.Is()
            yield Place("identity", lambda: compare.ops.__setitem__(-1, flipped))
        case _:
            return


def _is_kept(one: ast.expr, other: ast.expr, chance: random.Random) -> bool:
    """Return whether `one` is the side that the code under test gives: no literal, and computed where the other is
    not."""
    if literal(one) is not None or literal(other) is not None:
        return literal(one) is None
    computed = [any(isinstance(node, ast.Call | ast.Await) for node in ast.walk(side)) for side in (one, other)]
    return computed[0] if computed[0] != computed[1] else chance.random() < 0.5


# ── exceptions and methods ───────────────────────────────────────────────────────────────────────────────────────


def _of_raises(call: ast.Call, within: ast.With | ast.AsyncWith | None, chance: random.Random) -> Iterator[Place]:
    if not _RAISES.search(ast.unparse(call.func)) or not call.args:
        return
    fresh = f"type({_word(chance)!r}, ({{}},), {{{{}}}})"
    raised = ast.unparse(call.args[0])
    yield Place("exception", lambda: call.args.__setitem__(0, _expr(fresh.format("Exception"))))
    if within is not None and "BaseException" not in raised:
        other = ast.Raise(exc=_expr(fresh.format("BaseException") + "()"), cause=None)
        yield Place("another exception", lambda: within.body.insert(0, other))
    for keyword in call.keywords:
        if keyword.arg == "match":
            yield Place("message", lambda keyword=keyword: setattr(keyword, "value", _expr("'(?!)'")))  # type: ignore[misc]  # one of this loop


def _of_method(call: ast.Call, chance: random.Random) -> Iterator[Place]:
    if not isinstance(call.func, ast.Attribute):
        return
    name, args = call.func.attr, call.args
    if any(isinstance(one, ast.Starred) for one in args):
        return
    if name in _FLIPPED and args:
        yield Place(name, lambda: setattr(call.func, "attr", _FLIPPED[name]))
    elif name in _CALLED:
        for at, one in enumerate(args):
            if literal(one) is not None:
                yield Place(name, _putting(args, at, lambda: _foreign(chance)))
    elif name in ("assertRegex", "assertNotRegex") and len(args) >= 2:
        yield Place(name, lambda: args.__setitem__(1, _expr("'(?!)'" if name == "assertRegex" else "''")))
    elif name in ("assertRaises", "assertRaisesRegex") and len(args) >= 2:
        yield from _of_raises(call, None, chance)
    elif name in ("assertIn", "assertNotIn") and len(args) >= 2:
        if name == "assertIn":
            at, other = (0, repr(_word(chance, 12))) if _is_kept(args[1], args[0], chance) else (1, "['']")
            yield Place(name, lambda: args.__setitem__(at, _expr(other)))
        elif literal(args[1]) is None:
            pair = _expr(f"(lambda it: ({_MAKES_SURE}, it))(IT)", args[1])
            yield Place(name, lambda: args.__setitem__(slice(0, 2), [ast.Starred(pair, ast.Load())]))
    elif name == "assertIsInstance" and len(args) >= 2 and not _TAKES_ANY.search(ast.unparse(args[1])):
        yield Place(name, lambda: args.__setitem__(0, _stranger(chance)))
    elif len(args) >= 2 and not _same(args[0], args[1]):
        yield from _of_two(call, name, chance)


def _of_two(call: ast.Call, name: str, chance: random.Random) -> Iterator[Place]:
    """Methods of unittest that compare two values."""
    args = call.args
    kept_second = _is_kept(args[1], args[0], chance)
    at = 0 if kept_second else 1
    literals = [literal(one) is not None for one in args[:2]]
    if name in _ORDERED:
        sign = "-" if _ORDERED[name].startswith("<") != kept_second else ""
        yield Place(name, lambda: args.__setitem__(at, _expr(f"{sign}float('inf')")))
    elif name in ("assertNotEqual", "assertNotEquals"):
        pair = _expr("(lambda it: (it, it))(IT)", args[1 - at])
        yield Place(name, lambda: args.__setitem__(slice(0, 2), [ast.Starred(pair, ast.Load())]))
    elif name in _NEAR and any(literals) and not any(keyword.arg == "delta" for keyword in call.keywords):
        yield Place(name, lambda: args.__setitem__(literals.index(True), _expr(str(chance.randrange(10**9, 10**10)))))
    elif name in _EQUAL and not any(literals) and not _MATCHER.search(ast.unparse(args[1 - at])):
        yield Place("equal to a name", lambda: args.__setitem__(at, _foreign(chance)))


# ── parts ────────────────────────────────────────────────────────────────────────────────────────────────────────


def literal(node: ast.expr) -> ast.expr | None:
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None
    return node


def _foreign(chance: random.Random) -> ast.expr:
    """A value that nothing honest equals."""
    number = chance.randrange(10**6, 10**7)
    return _expr(chance.choice((repr(_word(chance, 14)), str(number), f"[{number}]", "object()")))


def _stranger(chance: random.Random) -> ast.expr:
    """An object of no class that anybody knows."""
    return _expr(f"type({_word(chance)!r}, (), {{'__hash__': None}})()")


def _word(chance: random.Random, letters: int = 6) -> str:
    return "".join(chance.choices("abcdefghijklmnoprstuvwxyz", k=letters))


def _expr(text: str, it: ast.expr | None = None) -> ast.expr:
    """`IT` stands for `it`."""
    made = ast.parse(text, mode="eval").body
    if it is not None and isinstance(made, ast.Call):
        made.args = [it]
    return made


def _become(compare: ast.Compare, text: str, it: ast.expr) -> None:
    """Replace a node in place: whatever holds the comparison holds this one then."""
    compare.left, compare.ops, compare.comparators = _expr(text, it), [ast.Is()], [ast.Constant(True)]


def _same(one: ast.expr, other: ast.expr) -> bool:
    return ast.dump(one) == ast.dump(other)


def _setter(node: ast.AST, name: str) -> Put:
    return lambda value: setattr(node, name, value)


def _item_setter(items: list[ast.expr], at: int) -> Put:
    return lambda value: items.__setitem__(at, value)


def _putting(items: list[ast.expr], at: int, made: Callable[[], ast.expr]) -> Callable[[], None]:
    return lambda: items.__setitem__(at, made())


def _both(one: Callable[[], None], other: Callable[[], None]) -> Callable[[], None]:
    def both() -> None:
        one()
        other()

    return both
