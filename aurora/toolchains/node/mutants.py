"""Twins of test modules in TypeScript and JavaScript, by tree-sitter's grammar: the callbacks of `test` and `it`.

Only tests whose names are literal, theirs and those of the suites around them; not those that are expected to fail.
Every line stays where it is. See `twins` for what each way is for.
"""

import random
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from tree_sitter import Node

from aurora.toolchains.mutation import Mutation, TestMutant
from aurora.toolchains.node.comparisons import EQUAL, Edit, chain, comparisons, is_literal, other, text_of
from aurora.toolchains.node.source import parser
from aurora.toolchains.runs.ids import STEP

_SUITES, _TESTS = ("describe", "suite", "context"), ("test", "it", "specify")
_DUE_TO_FAIL = re.compile(r"\b(fails|failing|expectFailure|todo|each|for)\b")
_FUNCTIONS = ("arrow_function", "function_expression")
_BETWEEN = frozenset({"to", "be", "deep", "resolves"})
_ESCAPED = {r"\n": "\n", r"\t": "\t", r"\\": "\\", r"\'": "'", r"\"": '"', r"\`": "`"}


@dataclass(frozen=True)
class _Test:
    name: str
    callback: Node
    call: Node


def mutant(text: str, names: Collection[str], mutation: Mutation, chance: random.Random, nth: int = 0) -> TestMutant:
    """`names`: of tests, as in a node id. `nth`: in the way `expected`, of the kinds of comparison that
    each test makes; 0 is the one with a literal. Raises `SyntaxError` for what the grammar can't read."""
    raw = text.encode("utf-8", "replace")
    root = root_of(raw)
    if root is None:
        raise SyntaxError("neither TypeScript nor TSX")
    own = _own_assertion(text)
    edits: list[Edit] = []
    altered: dict[str, bool] = {}
    for test in _tests(root):
        if test.name not in names:
            continue
        made = _edits(test.callback, mutation, chance, own, nth)
        edits += made
        altered[test.name] = altered.get(test.name, True) and bool(made)  # one name may stand twice
    for start, end, instead in sorted(edits, reverse=True):
        raw = raw[:start] + instead.encode() + raw[end:]
    return TestMutant(raw.decode("utf-8", "replace"), {name for name, done in altered.items() if done})


def root_of(raw: bytes) -> Node | None:
    """The syntax tree of a module; None for what the grammar can't read."""
    return next((tree for jsx in (False, True) if not (tree := parser(jsx).parse(raw).root_node).has_error), None)


def located(root: Node) -> list[tuple[str, Node]]:
    """Every test whose names are literal, with the call that makes it."""
    return [(test.name, test.call) for test in _tests(root)]


# ── tests ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _tests(root: Node) -> Iterator[_Test]:
    """Innermost ones: one that holds others ends as they do."""
    waiting: list[tuple[Node, str]] = [(root, "")]
    while waiting:
        node, within = waiting.pop()
        called = _called(node) if node.type == "call_expression" else None
        if called is None:
            waiting += ((child, within) for child in reversed(node.named_children))
            continue
        kind, title, callback = called
        name = "" if title is None else within + title
        if kind in _TESTS and not _holds_tests(callback):
            if title is not None and not within.startswith("\0"):
                yield _Test(name, callback, node)
        else:
            # below a name that isn't known here no test's is
            waiting += ((child, f"{name}{STEP}" if title is not None else "\0") for child in callback.named_children)


def _called(call: Node) -> tuple[str, str | None, Node] | None:
    """(describe or test, its name if it is literal, callback) of a call that makes a suite or a test."""
    function, given = call.child_by_field_name("function"), call.child_by_field_name("arguments")
    if function is None or given is None:
        return None
    words = text_of(function).split(".")
    kind = next((word for word in reversed(words) if word in (*_SUITES, *_TESTS)), "")
    arguments = [child for child in given.named_children if child.type != "comment"]
    callback = next((one for one in reversed(arguments) if one.type in _FUNCTIONS), None)
    if not kind or callback is None or any(not word.isidentifier() for word in words):
        return _generated(function, arguments, callback)
    options = " ".join(text_of(one) for one in arguments[1:] if one is not callback)
    unknown = _DUE_TO_FAIL.search(" ".join(words[1:]) + options)
    return kind, None if unknown or not arguments else _literaltext_of(arguments[0]), callback


def _generated(function: Node, arguments: list[Node], callback: Node | None) -> tuple[str, None, Node] | None:
    """Of `test.each(...)(...)` and the like: a suite or test whose names are made when it runs."""
    inner = function.child_by_field_name("function") if function.type == "call_expression" else None
    words = text_of(inner).split(".") if inner is not None else []
    kind = next((word for word in words if word in (*_SUITES, *_TESTS)), "")
    return (kind, None, callback) if kind and arguments and callback is not None else None


def _holds_tests(callback: Node) -> bool:
    waiting = [callback]
    while waiting:
        node = waiting.pop()
        if node.type == "call_expression" and _called(node) is not None:
            return True
        waiting += node.named_children
    return False


def _literaltext_of(node: Node) -> str | None:
    if node.type not in ("string", "template_string"):
        return None
    parts = []
    for child in node.named_children:
        if child.type == "string_fragment":
            parts.append(text_of(child))
        elif child.type == "escape_sequence" and text_of(child) in _ESCAPED:
            parts.append(_ESCAPED[text_of(child)])
        else:
            return None
    return "".join(parts)


# ── what is altered ──────────────────────────────────────────────────────────────────────────────────────────────


def _edits(callback: Node, mutation: Mutation, chance: random.Random, own: str, nth: int) -> list[Edit]:
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


_CALLED_BACK = re.compile(r"\b(done|cb|callback|next)\b")


def _may_give_a_promise(callback: Node, body: Node) -> bool:
    """Whether what it returns may still run; not where the test ends by a call instead."""
    parameters = callback.child_by_field_name("parameters") or callback.child_by_field_name("parameter")
    if parameters is not None and _CALLED_BACK.search(text_of(parameters)):
        return False
    return body.type != "statement_block" or any(_leaves(child, with_value=True) for child in body.named_children)


def _failing_once_settled(body: Node, after: str) -> list[Edit]:
    """What is still running would be cut short, and its error heard by nobody. Arrows keep `this` and `arguments`."""
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
    """What the module asserts by: `expect` or a name that node's own assertions are imported by; empty if neither."""
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
    """Whether a `return` is in it, those of functions inside left out."""
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
