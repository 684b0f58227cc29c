"""The comparisons with a literal in tests of Node's runners, and how each is altered so that a test that passes must
fail: matchers of expect, chai's words, node:assert, operators inside them."""

import random
import re
from collections.abc import Iterator

from tree_sitter import Node

Edit = tuple[int, int, str]
"""From, to (bytes of the text) and what stands there instead."""

Altered = tuple[str, list[Edit]]
"""The kind of a comparison, and the edits that alter it."""

EQUAL = frozenset(
    {"toBe", "toEqual", "toStrictEqual", "equal", "equals", "eql", "strictEqual", "deepEqual", "deepStrictEqual"}
)
_GREATER = frozenset({"toBeGreaterThan", "toBeGreaterThanOrEqual", "above", "gt", "greaterThan", "least", "gte"})
_LESS = frozenset({"toBeLessThan", "toBeLessThanOrEqual", "below", "lt", "lessThan", "most", "lte"})
_TYPES = frozenset({"toBeInstanceOf", "instanceOf", "instanceof"})
_TAKES_A_LITERAL = frozenset(
    {
        "toContain", "toContainEqual", "toHaveLength", "toMatch", "toMatchObject", "toHaveProperty", "toBeCloseTo",
        "include", "includes", "contain", "contains", "lengthOf", "members", "property", "keys", "closeTo", "string",
        "toHaveBeenCalledWith", "toHaveBeenLastCalledWith", "toHaveBeenCalledTimes", "match",
    }
)  # fmt: skip
_REVERSED = {
    "notEqual": "equal", "notStrictEqual": "strictEqual", "notDeepEqual": "deepEqual", "throws": "doesNotThrow",
    "notDeepStrictEqual": "deepStrictEqual", "doesNotThrow": "throws", "rejects": "doesNotReject",
    "doesNotReject": "rejects", "ifError": "ok",
}  # fmt: skip
_MUST_HOLD = ("toBe", "toEqual", "toStrictEqual", "toBeTruthy", "equal", "eql", "ok", "true")
_OPERATORS = ("==", "===", "<", "<=", ">", ">=", "!=", "!==", "instanceof", "in")
_HUGE = 9_007_199_254_740_991


def comparisons(expression: Node, chance: random.Random) -> Iterator[Altered]:
    """The comparisons of one expression that a passing test evaluates."""
    waited = expression.type == "await_expression"
    node = expression.named_children[0] if waited else expression
    if node.type == "member_expression":  # chai: `expect(x).to.be.true`
        yield from _of_expect(node, [], chance, waited)
        return
    function, given = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    if node.type != "call_expression" or function is None or given is None:
        return
    arguments = [child for child in given.named_children if child.type != "comment"]
    if function.type == "identifier" and text_of(function).startswith("assert") and arguments:
        yield from _of_truth(arguments[0], chance)
    elif function.type == "member_expression":
        *between, word = chain(function)
        if between and between[-1].startswith("assert") and "()" not in between[-1] and "" not in between:
            yield from _of_assert(function, word, arguments, chance)
        else:
            yield from _of_expect(function, arguments, chance, waited)


def _of_expect(function: Node, arguments: list[Node], chance: random.Random, waited: bool) -> Iterator[Altered]:
    *between, word = chain(function)
    matcher = function.child_by_field_name("property")
    if not between or between[0] != "expect()" or "" in between or matcher is None:
        return
    if ("resolves" in between or "rejects" in between) and not waited:
        return
    subject = _subject(function)
    if "not" in between:
        yield f"not {word}", [_without_not(function)]
        return
    if subject is not None and subject.type == "binary_expression" and word in _MUST_HOLD and "rejects" not in between:
        said = [text_of(one) for one in arguments]
        if said in ([], ["true"]):
            yield from _of_operator(subject, chance)
    if word in EQUAL:
        if len(arguments) == 1 and not is_literal(arguments[0]):
            yield "equal to a name", [_instead(arguments[0], _foreign(chance))]
    elif word in _GREATER | _LESS and arguments:
        yield word, [_instead(arguments[0], f"{'' if word in _GREATER else '-'}Infinity")]
    elif word in _TYPES and subject is not None and not {"resolves", "rejects"} & set(between):
        yield word, [_instead(subject, "Object.create(null)")]
    elif arguments and arguments[0].type == "regex":
        yield word, [_instead(arguments[0], "/(?!)/")]
    elif word in _TAKES_A_LITERAL and arguments and is_literal(arguments[0]):
        yield word, [other(arguments[0], chance)]
    else:
        yield word, [(matcher.start_byte, matcher.start_byte, "not.")]


def _of_assert(function: Node, word: str, arguments: list[Node], chance: random.Random) -> Iterator[Altered]:
    name = function.child_by_field_name("property")
    if name is None or not arguments:
        return
    if word == "ok":
        yield from _of_truth(arguments[0], chance)
    elif word in _REVERSED:
        yield word, [_instead(name, _REVERSED[word])]
    elif word in ("match", "doesNotMatch") and len(arguments) > 1:
        yield word, [_instead(arguments[1], "/(?!)/" if word == "match" else "/(?:)/")]
    elif word in EQUAL and len(arguments) > 1 and not any(is_literal(one) for one in arguments[:2]):
        yield "equal to a name", [_instead(arguments[1], _foreign(chance))]
    elif word in ("isTrue", "isFalse", "isOk", "exists", "isNull", "isDefined", "instanceOf", "isAbove", "isBelow"):
        yield word, [_instead(arguments[0], "Object.create(null)" if word == "instanceOf" else "NaN")]


def _of_truth(argument: Node, chance: random.Random) -> Iterator[Altered]:
    if is_literal(argument) or argument.type in ("spread_element", "assignment_expression"):
        return
    if argument.type == "binary_expression":
        yield from _of_operator(argument, chance)
    yield "truth", [_instead(argument, f"!({text_of(argument)})")]


def _of_operator(expression: Node, chance: random.Random) -> Iterator[Altered]:
    """A comparison by an operator, which objects can answer by `valueOf`, or classes by `Symbol.hasInstance`."""
    left, right = expression.child_by_field_name("left"), expression.child_by_field_name("right")
    operator = expression.child_by_field_name("operator")
    if left is None or right is None or operator is None or text_of(operator) not in _OPERATORS:
        return
    sign = text_of(operator)
    literal = next((one for one in (right, left) if is_literal(one)), None)
    if sign == "instanceof":
        yield "instanceof", [_instead(left, "Object.create(null)")]
    elif literal is None or sign == "in":
        return
    elif sign in ("==", "==="):
        yield "operator ==", [other(literal, chance)]
    elif sign in ("!=", "!=="):
        yield "operator !=", [_instead(operator, sign.replace("!", "=", 1))]
    else:
        high = sign.startswith(">") == (literal == right)
        yield "order", [_instead(literal, f"{'' if high else '-'}{_HUGE - chance.randrange(1_000)}")]


def _subject(function: Node) -> Node | None:
    """The argument of `expect`."""
    node: Node | None = function
    while node is not None and node.type == "member_expression":
        node = node.child_by_field_name("object")
    given = node.child_by_field_name("arguments") if node is not None else None
    return given.named_children[0] if given is not None and given.named_children else None


def _without_not(function: Node) -> Edit:
    node: Node | None = function
    while node is not None and node.type == "member_expression":
        name, within = node.child_by_field_name("property"), node.child_by_field_name("object")
        if name is not None and within is not None and text_of(name) == "not":
            return within.end_byte, name.end_byte, ""
        node = within
    raise AssertionError("a chain with `not` has it")


def _instead(node: Node, text: str) -> Edit:
    return node.start_byte, node.end_byte, text


def _foreign(chance: random.Random) -> str:
    """A value that nothing honest equals."""
    word = "".join(chance.choices("abcdefghijklmnoprstuvwxyz", k=14))
    return chance.choice((f'"{word}"', f'Symbol("{word}")', str(chance.randrange(10**6, 10**7)), f'["{word}"]'))


# ── words ────────────────────────────────────────────────────────────────────────────────────────────────────────


def text_of(node: Node) -> str:
    return node.text.decode("utf-8", "replace") if node.text is not None else ""


def chain(node: Node | None) -> list[str]:
    """`expect(x).to.be.equal` as `expect()`, `to`, `be`, `equal`; an empty word for what is neither name nor call."""
    if node is None:
        return [""]
    if node.type == "member_expression":
        name = node.child_by_field_name("property")
        return [*chain(node.child_by_field_name("object")), text_of(name) if name is not None else ""]
    if node.type == "call_expression":
        function, given = node.child_by_field_name("function"), node.child_by_field_name("arguments")
        computed = given is not None and any(not is_literal(one) for one in given.named_children)
        return [f"{text_of(function)}()" if function is not None and computed else ""]
    return [text_of(node) if node.type == "identifier" else ""]


def is_literal(node: Node) -> bool:
    match node.type:
        case "number" | "string" | "true" | "false" | "null" | "undefined":
            return True
        case "unary_expression":
            return text_of(node)[:1] == "-" and is_literal(node.named_children[0])
        case "array":
            return all(is_literal(child) for child in node.named_children)
        case "object":
            values = [child.child_by_field_name("value") for child in node.named_children if child.type == "pair"]
            return len(values) == len(node.named_children) and all(v is not None and is_literal(v) for v in values)
        case _:
            return False


def other(literal: Node, chance: random.Random) -> Edit:
    """Another value of the same type."""
    number = chance.randrange(10_000, 99_999)
    text = text_of(literal)
    match literal.type:
        case "number" | "unary_expression":
            big = "n" if text.endswith("n") else ""
            plain = re.fullmatch(r"-?(0|[1-9]\d*)n?", text)  # not 0x1f and the like
            other = f"{int(text.rstrip('n')) + number}{big}" if plain else f"({text}) + {number}{big}"
        case "string":
            other = f"{text[0]}{number}{text[1:]}"  # in front: digits after `\0` would be an octal escape
        case "array":
            other = f"[...({text}), {number}]"
        case "object":
            other = f'{{ ...({text}), "{number}": {number} }}'
        case _:
            other = str(number)
    return literal.start_byte, literal.end_byte, other
