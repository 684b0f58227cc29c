"""The call that makes one test in TypeScript or JavaScript, by tree-sitter's grammar, and the assertions in it."""

import re
from collections.abc import Iterator

from tree_sitter import Node

from aurora.toolchains.node.mutants import located, root_of
from aurora.toolchains.ranges import TestRange

_ASSERTS = re.compile(r"^(t\.)?(assert|expect)\b")
_LOOSE = re.compile(
    r"\.not\.|\.(toBeDefined|toBeUndefined|toBeNull|null|undefined|isNull|isUndefined|toBeTruthy|toBeFalsy|ok|notEqual\w*|notStrictEqual|notDeep\w*|exist)$|^assert$"
)
_MOCKS = re.compile(r"^(vi|jest|sinon|mock|t\.mock|td|require|import)\b")
_FUNCTIONS = ("arrow_function", "function_expression", "function_declaration", "method_definition")
_CONSTANT = re.compile(r"^(true|false|null|undefined|-?\d[\w.]*|([\"'`])[^$]*\2)$")


def find(text: str, name: str) -> TestRange | None:
    """`name`: as in an id, `suite > test`. Only where all the names around it are literal."""
    raw = text.encode("utf-8", "surrogatepass")
    root = root_of(raw)
    if root is None:
        return None
    named = [call for found, call in located(root) if found == name]
    if len(named) != 1:
        return None
    (call,) = named
    start, end = call.start_byte, call.end_byte
    checks = [one for one in _checks(call) if not _trivial(one)]
    return TestRange(
        head=raw[:start].decode("utf-8", "surrogatepass"),
        source=raw[start:end].decode("utf-8", "surrogatepass"),
        tail=raw[end:].decode("utf-8", "surrogatepass"),
        assertions=len(checks),
        exact=sum(not _LOOSE.search(_word(one)) and not _with_nothing(one) for one in checks),
        marks=frozenset(_marks(call)),
    )


def _marks(call: Node) -> Iterator[str]:
    function = call.child_by_field_name("function")
    yield from _text(function).split(".")[1:] if function is not None else ()
    waiting = [call]
    while waiting:
        node = waiting.pop()
        waiting += node.named_children
        if node.type == "call_expression" and _MOCKS.match(_word(node)):
            yield _word(node)


def _checks(call: Node) -> Iterator[Node]:
    """Calls of an assertion that are reached: not after a return, in `if (false)`, or where errors are caught."""
    waiting: list[Node] = [call]
    while waiting:
        node = waiting.pop()
        if node.type == "try_statement" and node.child_by_field_name("handler") is not None:
            final = node.child_by_field_name("finalizer")
            waiting += [final] if final is not None else []
            continue
        if node.type == "if_statement":
            condition = node.child_by_field_name("condition")
            if condition is not None and _text(condition).strip("() ") in ("false", "0", "null", "undefined", '""'):
                other = node.child_by_field_name("alternative")
                waiting += [other] if other is not None else []
                continue
        if node.type == "call_expression" and _ASSERTS.match(_word(node)) and _word(node) != "expect":
            yield node
            continue
        children: list[Node] = []
        for child in node.named_children:
            children.append(child)
            if child.type in ("return_statement", "throw_statement"):
                break
        waiting += reversed(children)


def _word(call: Node) -> str:
    """`expect(x).not.toBe(1)` as `expect.not.toBe`."""
    parts: list[str] = []
    node: Node | None = call
    while node is not None:
        if node.type == "call_expression":
            node = node.child_by_field_name("function")
        elif node.type == "member_expression":
            name = node.child_by_field_name("property")
            parts.append(_text(name) if name is not None else "")
            node = node.child_by_field_name("object")
        else:
            parts.append(_text(node) if node.type == "identifier" else "")
            break
    return ".".join(reversed(parts))


def _trivial(check: Node) -> bool:
    """Return whether it compares only what is written down, or a thing with itself."""
    given: list[str] = []
    waiting = [check]
    while waiting:
        node = waiting.pop()
        arguments = node.child_by_field_name("arguments")
        function = node.child_by_field_name("function")
        if arguments is not None:
            given += [_text(one) for one in arguments.named_children if one.type != "comment"]
        waiting += [one for one in (function, node.child_by_field_name("object")) if one is not None]
    return bool(given) and (all(map(_CONSTANT.match, given)) or (len(given) > 1 and len(set(given)) == 1))


def _with_nothing(check: Node) -> bool:
    """Return whether it expects null or undefined: what was never written gives that, too."""
    given = check.child_by_field_name("arguments")
    return given is not None and any(_text(one) in ("null", "undefined", "void 0") for one in given.named_children)


def _text(node: Node) -> str:
    return node.text.decode("utf-8", "replace") if node.text is not None else ""
