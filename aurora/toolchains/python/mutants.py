"""Test mutants of Python's test modules, by the syntax tree: functions, methods, async tests, `unittest` cases.

Fixtures, parameters and decorators stay as they are; see `aurora.toolchains.mutation` for what each kind is for. In
`expected` only a literal is replaced whose comparison must be reached by a test that passes.
"""

import ast
import random
import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from aurora.toolchains.mutation import Mutation, TestMutant
from aurora.toolchains.python.comparisons import Place, places
from aurora.toolchains.python.imports import MARK

Function = ast.FunctionDef | ast.AsyncFunctionDef
_SWALLOWS = re.compile(r"rais|suppress|ignor|fail|error|skip|warn|expect", re.IGNORECASE)
_EQUAL = frozenset({"assertEqual", "assertEquals", "assertDictEqual", "assertListEqual", "assertCountEqual"})


def mutant(text: str, names: Collection[str], mutation: Mutation, chance: random.Random, nth: int = 0) -> TestMutant:
    """`names`: of tests, as in a test id. `nth`: in the way `expected`, of the kinds of comparison that
    each test makes; 0 is the one with a literal. Raises `SyntaxError` for what this Python can't read.

    Every function and method of such a name is altered, whatever the class: a test may be inherited. A name that stands
    nowhere, of a test that is inherited from another module or generated, is wrapped when the module was read."""
    tree = ast.parse(text.removeprefix(MARK))
    asked, names = set(names), {name.rpartition("::")[2] for name in names}
    altered: dict[str, bool] = {}
    for qualified, function in _tests(tree.body, names):
        if mutation is Mutation.EXPECTED:
            done = _expect_other(function, chance) if nth == 0 else _compare_otherwise(function, chance, nth)
        else:
            done = True
            _put_assertion(function, mutation, chance)
        altered[qualified] = altered.get(qualified, True) and done  # one name may be defined twice
    classes = {statement.name: statement for statement in ast.walk(tree) if isinstance(statement, ast.ClassDef)}
    inherited = {name: altered[origin] for name in asked - set(altered) if (origin := _origin(name, classes, altered))}
    others = sorted(asked - set(altered) - set(inherited))
    if mutation in (Mutation.FIRST, Mutation.LAST) and others:
        tree.body += _wrapping(others, mutation, chance)
    else:
        others = []
    if not any(altered.values()) and not others:
        return TestMutant(text)
    whole = ast.unparse(ast.fix_missing_locations(tree)) + "\n"
    every = {name for name, done in {**altered, **inherited}.items() if done}
    return TestMutant(whole, every, set(others))


def _origin(name: str, classes: Mapping[str, ast.ClassDef], known: Collection[str]) -> str:
    """The test of this module that `Class::name` inherits, as far as bases are named; empty for none."""
    within, _, own = name.rpartition("::")
    waiting, seen = [within], set[str]()
    while waiting:
        one = waiting.pop(0)
        made = classes.get(one.rpartition("::")[2])
        if made is None or one in seen:
            continue
        seen.add(one)
        if f"{one}::{own}" in known:
            return f"{one}::{own}"
        if any(isinstance(inner, Function) and inner.name == own for inner in made.body):
            return ""
        waiting += [base.id for base in made.bases if isinstance(base, ast.Name)]
    return ""


def _wrapping(names: Sequence[str], mutation: Mutation, chance: random.Random) -> list[ast.stmt]:
    """Statements for the module's end that put an assertion around each of these tests, where there is one."""
    made, kept, given, called = ("_" + "".join(chance.choices("abcdefghijklmnoprstuvwxyz", k=9)) for _ in range(4))
    first, last = ("", ast.unparse(_assertion(chance, holds=False)))
    if mutation is Mutation.FIRST:
        first, last = last, "pass"
    lines = [
        f"def {made}({kept}):",
        "    import functools, inspect",
        "    if inspect.iscoroutinefunction(" + kept + "):",
        f"        async def {called}(*{given}, **{given}_):",
        "            try:",
        f"                {first or 'pass'}",
        f"                return await {kept}(*{given}, **{given}_)",
        "            finally:",
        f"                {last}",
        "    else:",
        f"        def {called}(*{given}, **{given}_):",
        "            try:",
        f"                {first or 'pass'}",
        f"                return {kept}(*{given}, **{given}_)",
        "            finally:",
        f"                {last}",
        f"    return functools.wraps({kept})({called})",
    ]
    for name in names:
        *within, own = name.split("::")
        if not all(part.isidentifier() for part in (*within, own)):
            continue
        holder = ".".join(within)
        lines += ["try:"]
        lines += [
            f"    setattr({holder}, {own!r}, {made}(getattr({holder}, {own!r})))"
            if holder
            else f"    globals()[{own!r}] = {made}(globals()[{own!r}])"
        ]
        lines += ["except (NameError, KeyError, AttributeError):", "    pass"]
    return ast.parse("\n".join(lines)).body


def _tests(body: list[ast.stmt], names: Collection[str], within: str = "") -> Iterator[tuple[str, Function]]:
    """Functions with one of the names, in modules and classes, under conditions too; not those inside functions."""
    for statement in body:
        if isinstance(statement, Function):
            if statement.name in names:
                yield within + statement.name, statement
            continue
        inside = f"{within}{statement.name}::" if isinstance(statement, ast.ClassDef) else within
        for part in ("body", "orelse", "finalbody"):
            yield from _tests(getattr(statement, part, []), names, inside)
        for handler in getattr(statement, "handlers", []):
            yield from _tests(handler.body, names, inside)


def _put_assertion(function: Function, mutation: Mutation, chance: random.Random) -> None:
    documented = ast.get_docstring(function, clean=False) is not None
    head, body = function.body[: int(documented)], function.body[int(documented) :]
    if mutation is not Mutation.LAST:
        function.body = [*head, _assertion(chance, holds=mutation is Mutation.SAME), *body]
    else:  # `finally`: after a return, an exception or a skip as well
        whole = ast.Try(body=body or [ast.Pass()], handlers=[], orelse=[], finalbody=[_assertion(chance, holds=False)])
        function.body = [*head, whole]


def _assertion(chance: random.Random, *, holds: bool) -> ast.stmt:
    """One with nothing in it that code could know it by."""
    number = chance.randrange(2, 5_000)
    word = "".join(chance.choices("abcdefghijklmnoprstuvwxyz", k=chance.randrange(3, 9)))
    forms = (
        f"assert {number} == {number + chance.randrange(1, 50)}",
        f"assert {number} < {chance.randrange(number)}",
        f"assert {word!r} == {word[::-1] + word[0]!r}",
        f"assert {word!r} in [{word + word!r}]",
        f"assert {{'{word}': {number}}} == {{'{word}': {number - 1}}}",
        f"assert not {number}",
    )
    holding = (f"assert {number} == {number}", f"assert {word!r} in [{word!r}]", f"assert {number} > {number - 1}")
    return ast.parse(chance.choice(holding if holds else forms)).body[0]


def _expect_other(function: Function, chance: random.Random) -> bool:
    found = [place for statement in _reached(function.body) for place in _literals(statement)]
    if not found:
        return False
    parent, at = chance.choice(found)
    parent[at] = _other(parent[at], chance)
    return True


def _compare_otherwise(function: Function, chance: random.Random, nth: int) -> bool:
    kinds: dict[str, list[Place]] = {}
    for statement in _reached(function.body):
        for place in places(statement, chance):
            kinds.setdefault(place.kind, []).append(place)
    if nth > len(kinds):
        return False
    chance.choice(list(kinds.values())[nth - 1]).alter()
    return True


def _reached(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements that run in any test that passes: not in branches and loops, not after what may leave early."""
    for statement in body:
        if isinstance(statement, ast.With | ast.AsyncWith):
            yield statement
            if not any(_SWALLOWS.search(ast.unparse(item.context_expr)) for item in statement.items):
                yield from _reached(statement.body)
        else:
            yield statement
        if any(isinstance(inner, ast.Return | ast.Yield) for inner in _own(statement)):
            return


def _own(node: ast.AST) -> Iterator[ast.AST]:
    """The node and what is in it, functions and classes inside left out."""
    yield node
    if not isinstance(node, Function | ast.Lambda | ast.ClassDef):
        for child in ast.iter_child_nodes(node):
            yield from _own(child)


def _literals(statement: ast.stmt) -> Iterator[tuple[list[ast.expr], int]]:
    """Places of literals that something computed is compared with: the list that holds one, and where in it."""
    if isinstance(statement, ast.Assert) and isinstance(statement.test, ast.Compare):
        compare = statement.test
        if len(compare.ops) == 1 and isinstance(compare.ops[0], ast.Eq):
            right = compare.comparators
            if _is_literal(right[0]) and not _is_literal(compare.left):
                yield right, 0
    elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        call = statement.value
        if isinstance(call.func, ast.Attribute) and call.func.attr in _EQUAL and len(call.args) >= 2:
            literal = [at for at in (0, 1) if _is_literal(call.args[at])]
            if len(literal) == 1:
                yield call.args, literal[0]


def _is_literal(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return True


def _other(literal: ast.expr, chance: random.Random) -> ast.expr:
    """Another value of the same type."""
    value = ast.literal_eval(literal)
    number = chance.randrange(10_000, 99_999)
    other: object
    match value:
        case bool() | None:
            other = number
        case int() | float() | complex():
            other = value + number
        case str():
            other = f"{value}{number}"
        case bytes():
            other = value + str(number).encode()
        case dict():
            other = {**value, str(number): number}
        case list():
            other = [*value, number]
        case tuple():
            other = (*value, number)
        case _:
            other = {*value, number}
    return ast.parse(repr(other), mode="eval").body
