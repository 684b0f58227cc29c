"""The calls that make tests and suites in TypeScript and JavaScript: what their names are, as far as the text tells.

A name is a pattern: its literal parts, with a gap where a value stands (`%i` and `$name` of `each`, `${…}`, `a + b`, a
variable). A name without gaps has one part.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tree_sitter import Node

from aurora.toolchains.node.comparisons import text_of
from aurora.toolchains.runs.ids import STEP

_SUITES, _TESTS = ("describe", "suite", "context"), ("test", "it", "specify")
_DUE_TO_FAIL = re.compile(r"\b(fails|failing|expectFailure|todo)\b")
_OF_ROWS = frozenset({"each", "for"})
_FUNCTIONS = ("arrow_function", "function_expression")
_OPAQUE = ("identifier", "member_expression", "call_expression")
_ESCAPED = {r"\n": "\n", r"\t": "\t", r"\\": "\\", r"\'": "'", r"\"": '"', r"\`": "`"}
_PLACEHOLDER = re.compile(r"%[sdifjoOpc#$]|\$\{[^}]*\}|\$#?[\w.]*\w")
_TELLING = re.compile(r"\w{3}")
GAP = ("", "")

Parts = tuple[str, ...]


@dataclass(frozen=True)
class TestCall:
    __test__ = False  # by its name pytest would take it for a class of tests

    parts: Parts
    """Parts of its name in an id, the suites around it included."""
    telling: bool
    """True if the test's own name has literal words: another test will hardly be taken for it."""
    body: Node
    """The callback; an expression that gives one, where it does not stand there itself."""
    call: Node
    due_to_fail: bool = False

    @property
    def is_literal(self) -> bool:
        return len(self.parts) == 1

    @property
    def is_inline(self) -> bool:
        return self.body.type in _FUNCTIONS

    def fits(self, name: str) -> bool:
        return fits(self.parts, name)


def fits(parts: Sequence[str], name: str) -> bool:
    """Return whether a name consists of these parts, anything or nothing between each two."""
    first, *rest = parts
    if not rest:
        return name == first
    if not name.startswith(first) or not name.endswith(rest[-1]):
        return False
    at, end = len(first), len(name) - len(rest[-1])
    for part in rest[:-1]:
        found = name.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return at <= end


def test_calls(root: Node) -> Iterator[TestCall]:
    """Innermost ones: one that holds others ends as they do."""
    waiting: list[tuple[Node, Parts]] = [(root, ("",))]
    while waiting:
        node, within = waiting.pop()
        called = _called(node) if node.type == "call_expression" else None
        if called is None:
            waiting += ((child, within) for child in reversed(node.named_children))
            continue
        parts = _joined(within, called.title)
        if called.is_test and not _holds_tests(called.body):
            telling = any(_TELLING.search(part) for part in called.title)
            yield TestCall(parts, telling, called.body, node, called.due_to_fail)
        else:
            waiting += ((child, _joined(parts, (STEP,))) for child in called.body.named_children)


@dataclass(frozen=True)
class _Called:
    is_test: bool
    title: Parts
    body: Node
    due_to_fail: bool


def _called(call: Node) -> _Called | None:
    function, given = call.child_by_field_name("function"), call.child_by_field_name("arguments")
    if function is None or given is None:
        return None
    # `test.each(rows)(name, callback)`, and the same with a table in a template
    rows = function.type == "call_expression"
    inner = function.child_by_field_name("function") if rows else function
    words = text_of(inner).split(".") if inner is not None else []
    kind = next((word for word in reversed(words) if word in (*_SUITES, *_TESTS)), "")
    if not kind or any(not word.isidentifier() for word in words) or (rows and not _OF_ROWS & set(words)):
        return None
    arguments = [child for child in given.named_children if child.type != "comment"]
    body = next((one for one in reversed(arguments) if one.type in _FUNCTIONS), None)
    # `test.expect(200, done)` is a call of an object that is named so
    named = kind in _TESTS and words[-1] in (kind, "only", "concurrent", "sequential", "each", "for")
    if body is None and named and len(arguments) > 1 and arguments[0].type in ("string", "template_string"):
        body = next((one for one in reversed(arguments[1:]) if one.type in _OPAQUE), None)
    if body is None or not arguments or arguments[0] is body:
        return None
    options = " ".join(text_of(one) for one in arguments[1:] if one is not body and one.type == "object")
    due = _DUE_TO_FAIL.search(" ".join(words[1:]) + " " + options) is not None
    return _Called(kind in _TESTS, _title(arguments[0], rows=rows), body, due)


def _holds_tests(body: Node) -> bool:
    waiting = [body]
    while waiting:
        node = waiting.pop()
        if node.type == "call_expression" and _called(node) is not None:
            return True
        waiting += node.named_children
    return False


def _joined(first: Parts, second: Parts) -> Parts:
    return (*first[:-1], first[-1] + second[0], *second[1:])


def _title(node: Node, *, rows: bool) -> Parts:
    match node.type:
        case "string" | "template_string":
            parts: Parts = ("",)
            for child in node.named_children:
                if child.type == "string_fragment":
                    words = text_of(child)
                    parts = _joined(parts, tuple(_PLACEHOLDER.split(words)) if rows else (words,))
                elif child.type == "escape_sequence" and text_of(child) in _ESCAPED:
                    parts = _joined(parts, (_ESCAPED[text_of(child)],))
                else:
                    parts = _joined(parts, GAP)
            return parts
        case "binary_expression":
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            if left is not None and right is not None:
                return _joined(_title(left, rows=rows), _title(right, rows=rows))
    return GAP
