"""Test mutants of test modules in TypeScript and JavaScript, by tree-sitter's grammar: the callbacks of `test` and
`it`.

Tests are found by their names, also those that a table, a loop or a template gives many; not those that are expected
to fail. Where a name has no words of its own, red is a proof and green accuses nobody: another call may have made it.
Every line stays where it is. See `aurora.toolchains.mutation` for what each kind is for.
"""

import random
import re
from collections.abc import Collection, Iterator

from tree_sitter import Node

from aurora.toolchains.mutation import Mutation, TestMutant
from aurora.toolchains.node.calls_of_tests import TestCall, test_calls
from aurora.toolchains.node.comparisons import EQUAL, Edit, chain, comparisons, is_literal, other, text_of
from aurora.toolchains.node.source import parser

_FUNCTIONS = ("arrow_function", "function_expression")
_BETWEEN = frozenset({"to", "be", "deep", "resolves"})


def mutant(text: str, names: Collection[str], mutation: Mutation, chance: random.Random, nth: int = 0) -> TestMutant:
    """`names`: of tests, as in a test id. `nth`: in the way `expected`, of the kinds of comparison that
    each test makes; 0 is the one with a literal. Raises `SyntaxError` for what the grammar can't read."""
    raw = text.encode("utf-8", "replace")
    root = root_of(raw)
    if root is None:
        raise SyntaxError("neither TypeScript nor TSX")
    own = _own_assertion(text)
    calls = list(test_calls(root))
    tests = [one for one in calls if not one.due_to_fail and any(one.fits(name) for name in names)]
    made = [_edits(one, mutation, chance, own, nth) for one in tests]
    for start, end, instead in sorted((edit for edits in made for edit in edits), reverse=True):
        raw = raw[:start] + instead.encode() + raw[end:]
    result = TestMutant(raw.decode("utf-8", "replace"))
    for name in names:
        if any(one.due_to_fail and one.fits(name) for one in calls):
            continue
        found = [(one, bool(edits)) for one, edits in zip(tests, made, strict=True) if one.fits(name)]
        # the closest match: a name without any words would fit everything
        found = [pair for pair in found if pair[0].is_literal] or [p for p in found if p[0].telling] or found
        if found and all(done for _, done in found):  # one name may stand twice
            sure = all(one.is_inline and (one.is_literal or one.telling) for one, _ in found)
            (result.altered if sure else result.likely).add(name)
    return result


def root_of(raw: bytes) -> Node | None:
    """The syntax tree of a module; None for what the grammar can't read."""
    return next((tree for jsx in (False, True) if not (tree := parser(jsx).parse(raw).root_node).has_error), None)


def located(root: Node) -> list[tuple[str, Node]]:
    """Every test whose names are literal, with the call that makes it."""
    calls = (one for one in test_calls(root) if one.is_literal and not one.due_to_fail)
    return [("".join(one.parts), one.call) for one in calls]


# ── what is altered ──────────────────────────────────────────────────────────────────────────────────────────────


def _edits(test: TestCall, mutation: Mutation, chance: random.Random, own: str, nth: int) -> list[Edit]:
    callback = test.body
    if not test.is_inline:
        return _around(callback, mutation, chance)
    body = callback.child_by_field_name("body")
    if body is None:
        return []
    if mutation is Mutation.EXPECTED:
        return _expect_other(body, chance) if nth == 0 else _compare_otherwise(body, chance, nth)
    if mutation is Mutation.LAST:  # `finally`: after a return or an exception as well
        before, after = "try {", f"}} finally {{ {_checked(chance, holds=False)} }}"
        if _may_give_a_promise(callback, body):
            return _failing_once_settled(body, after)
    else:
        holds = mutation is Mutation.SAME
        before, after = _checked(chance, holds=holds) if holds or not own else _own_failing(own, chance), ""
    if body.type == "statement_block":
        made = [(body.start_byte + 1, body.start_byte + 1, f" {before} ")]
        return [*made, (body.end_byte - 1, body.end_byte - 1, f" {after} ")] if after else made
    waits = "await " if any(child.type == "async" for child in callback.children) else ""
    return [
        (body.start_byte, body.start_byte, f"{{ {before} return {waits}("),
        (body.end_byte, body.end_byte, f"); {after} }}"),
    ]


def _around(given: Node, mutation: Mutation, chance: random.Random) -> list[Edit]:
    """The test around a callback that stands elsewhere, or that a call gives."""
    if mutation not in (Mutation.FIRST, Mutation.LAST):
        return []
    failing = _checked(chance, holds=False)
    if mutation is Mutation.FIRST:
        return [(given.start_byte, given.end_byte, f"async () => {{ {failing} }}")]
    before, after = "async function (...given) { try { return await (", ").apply(this, given); }"
    return [
        (given.start_byte, given.start_byte, before),
        (given.end_byte, given.end_byte, f"{after} finally {{ {failing} }} }}"),
    ]


_CALLED_BACK = re.compile(r"\b(done|cb|callback|next)\b")


def _may_give_a_promise(callback: Node, body: Node) -> bool:
    """Return whether what it returns may still run; not where the test ends by a call instead."""
    parameters = callback.child_by_field_name("parameters") or callback.child_by_field_name("parameter")
    if parameters is not None and _CALLED_BACK.search(text_of(parameters)):
        return False
    return body.type != "statement_block" or any(_leaves(child, with_value=True) for child in body.named_children)


def _failing_once_settled(body: Node, after: str) -> list[Edit]:
    """Fail only after everything has settled: running work would be cut short, and its error lost. Arrows keep `this`
    and `arguments`."""
    before, after = "return (async () => { try { return await", f"; {after} }})();"
    if body.type == "statement_block":
        return [
            (body.start_byte + 1, body.start_byte + 1, f" {before} (async () => {{ "),
            (body.end_byte - 1, body.end_byte - 1, f" }})(){after} "),
        ]
    return [
        (body.start_byte, body.start_byte, f"{{ {before} ("),
        (body.end_byte, body.end_byte, f"){after} }}"),
    ]


def _checked(chance: random.Random, *, holds: bool) -> str:
    """A check in the language's own words: it counts in no `expect.assertions`, and nothing of it can be replaced."""
    word = "".join(chance.choices("abcdefghijklmnoprstuvwxyz", k=chance.randrange(3, 12)))
    other = len(word) + chance.randrange(1, 50)
    kind = chance.choice(("Error", "TypeError", "RangeError"))
    thrown = chance.choice((f'"{word[::-1]}"', f"`${{{other}}} {word}`"))
    differs = f'"{word}".length !== {len(word) if holds else other}'
    found = f'"{word}".indexOf("{word[-1]}") {"<" if holds else ">="} 0'
    return f"if ({chance.choice((differs, found))}) throw new {kind}({thrown});"


def _own_assertion(text: str) -> str:
    """The module's means of assertion: `expect` or a name that node's own assertions are imported by; empty if
    neither."""
    imported = re.search(r"""import\s+(?:\*\s*as\s+)?(\w+)\s+from\s+["'](?:node:)?assert(?:/strict)?["']""", text)
    required = re.search(r"""(\w+)\s*=\s*require\(["'](?:node:)?assert(?:/strict)?["']\)""", text)
    found = imported or required
    if found is not None:
        return found[1]
    return "expect" if re.search(r"\bexpect\(.*\)\.to[A-Z]", text) else ""


def _own_failing(own: str, chance: random.Random) -> str:
    number = chance.randrange(2, 5_000)
    other = number + chance.randrange(1, 50)
    if own == "expect":
        return chance.choice((f"expect({number}).toBe({other});", f"expect([{number}]).toEqual([{other}]);"))
    return chance.choice((f"{own}.strictEqual({number}, {other});", f"{own}.deepStrictEqual([{number}], [{other}]);"))


def _expect_other(body: Node, chance: random.Random) -> list[Edit]:
    found = [place for statement in _reached(body) for place in _expected(statement)]
    return [other(chance.choice(found), chance)] if found else []


def _compare_otherwise(body: Node, chance: random.Random, nth: int) -> list[Edit]:
    kinds: dict[str, list[list[Edit]]] = {}
    for statement in _reached(body):
        for kind, edits in comparisons(statement, chance):
            kinds.setdefault(kind, []).append(edits)
    return chance.choice(list(kinds.values())[nth - 1]) if nth <= len(kinds) else []


def _reached(body: Node) -> Iterator[Node]:
    """Expressions that are evaluated in any test that passes: not in branches and loops, not after what may leave."""
    if body.type != "statement_block":
        yield body
        return
    for statement in body.named_children:
        if statement.type == "expression_statement":
            yield statement.named_children[0]
        if _leaves(statement):
            return


def _leaves(node: Node, *, with_value: bool = False) -> bool:
    """Return whether a `return` is in it, those of functions inside left out."""
    if node.type == "return_statement":
        return not with_value or bool(node.named_children)
    return node.type not in (*_FUNCTIONS, "function_declaration", "method_definition") and any(
        _leaves(child, with_value=with_value) for child in node.named_children
    )


def _expected(expression: Node) -> Iterator[Node]:
    """The literal that something computed is compared with, in an assertion of the four runners' usual words."""
    waited = expression.type == "await_expression"
    call = expression.named_children[0] if waited else expression
    function, given = call.child_by_field_name("function"), call.child_by_field_name("arguments")
    if call.type != "call_expression" or function is None or given is None or function.type != "member_expression":
        return
    *between, word = chain(function)
    arguments = [child for child in given.named_children if child.type != "comment"]
    if word not in EQUAL or not between:
        return
    if between[0] == "expect()":
        if set(between[1:]) <= _BETWEEN and ("resolves" not in between or waited) and len(arguments) == 1:
            yield from (one for one in arguments if is_literal(one))
    elif between[-1].startswith("assert") and "" not in between and len(arguments) >= 2:
        compared, expected = arguments[:2]
        if is_literal(expected) and not is_literal(compared):
            yield expected
