"""Tests in TypeScript and JavaScript that assert nothing or replace what they are about, by tree-sitter's grammar.

In doubt a test is none of these: a callback that stands elsewhere, helpers that come from other files, and calls whose
names say that they check something.
"""

import re
from collections.abc import Collection, Iterator

from tree_sitter import Node

from aurora.toolchains.node.calls_of_tests import TestCall, test_calls
from aurora.toolchains.node.comparisons import text_of
from aurora.toolchains.node.mutants import root_of
from aurora.toolchains.weak_tests import NOTHING, OWN_MOCK, WeakTest, replaced

_CHECKS = re.compile(
    r"^(assert|check|verify|validate|ensure|should|must|compare|fail|cy|expectTypeOf|expectType|expectError|snapshot|"
    r"matchSnapshot|validateResult|testRule|runTest|runTests|throws|rejects|runCase)|(Assert|Expect|Check|Verify|Should)",
)
_OF_A_CONTEXT = re.compile(
    r"^(is|isNot|ok|notOk|not|equal|equals|same|deepEqual|strictEqual|notEqual|notDeepEqual|strictSame|throws|rejects|"
    r"match|has|hasProp|pass|fail|true|false|truthy|falsy|like|snapshot|regex|type|assert|error|ifError|plan|"
    r"deepStrictEqual|resolves|doesNotThrow|notThrows|notThrowsAsync|throwsAsync|end|expect|matchSnapshot|emits)$"
)
"""Of the object that tap, ava, tape and node:test give a test."""
_SAYS_THAT_NOTHING_HAPPENS = re.compile(
    r"\b(no|not|n't|never|without|throws?|errors?|crash\w*|fail\w*|warn\w*|exceptions?|smoke|compiles?|types?|valid|"
    r"accepts?|allows?|ignores?|noop|safe\w*|works|typings?|exits?|loads?|starts?)\b|n[\'\u2019]t\b",
    re.IGNORECASE,
)
_FUNCTIONS = ("arrow_function", "function_expression", "function_declaration", "method_definition")
_MOCKS_A_MODULE = re.compile(r"^(jest|vi|vitest)\.(mock|doMock|unstable_mockModule)$")
_SPIES = re.compile(r"^(jest|vi|sinon|sandbox|mock|t\.mock)\.(spyOn|stub|replace|method)$")
_GIVES_ANOTHER = re.compile(
    r"\.(mock(Return|Resolved|Rejected|Implementation)\w*|returns|resolves|rejects|callsFake|throws)\s*\("
)
_MAKES_A_MOCK = re.compile(r"^(jest|vi)\.fn$|^sinon\.(stub|spy|fake|mock)$|^mock\.fn$")
_MOCK_MATCHERS = re.compile(
    r"^(not\.)?(toHaveBeenCalled|toBeCalled|toHaveBeenLastCalled|toHaveBeenNthCalled|toHaveReturned)\w*$"
)


def weak_tests(text: str, subjects: Collection[str]) -> tuple[WeakTest, ...]:
    raw = text.encode("utf-8", "replace")
    root = root_of(raw)
    if root is None:
        return ()
    module = _Module(root, subjects)
    return tuple(
        WeakTest("…".join(test.parts).strip(), test.call.start_point[0] + 1, why)
        for test in test_calls(root)
        if (why := module.weakness(test))
    )


class _Module:
    def __init__(self, root: Node, subjects: Collection[str]) -> None:
        self._subjects = set(subjects)
        self._functions: dict[str, Node] = {}
        self._foreign: set[str] = set()
        """Names that are imported from other files of the project: what they do is not seen here."""
        for node in _walk(root):
            if node.type in ("function_declaration", "variable_declarator"):
                name = node.child_by_field_name("name")
                value = node if node.type == "function_declaration" else node.child_by_field_name("value")
                if name is not None and value is not None and value.type in _FUNCTIONS:
                    self._functions.setdefault(text_of(name), value)
            elif node.type == "import_statement" and _is_of_tests(node):
                self._foreign |= {text_of(one) for one in _walk(node) if one.type == "identifier"}
            if node.type == "variable_declarator" and "require(" in text_of(node):
                source = re.search(r"""require\(\s*["'](\.[^"']*)["']""", text_of(node))
                if source and _OF_TESTS.search(source[1]):
                    name = node.child_by_field_name("name")
                    self._foreign |= (
                        {text_of(one) for one in _walk(name) if "identifier" in one.type} if name else set()
                    )

    def weakness(self, test: TestCall) -> str:
        if not test.is_inline or test.due_to_fail or ".skip" in _field(test.call, "function"):
            return ""
        body = test.body.child_by_field_name("body")
        if body is None:
            return ""
        if subject := self._replaced(body):
            return replaced(subject)
        context = _first_parameter(test.body)
        checks = list(self._checks(body, context, set()))
        if not checks:
            calls = any(node.type in ("call_expression", "new_expression") for node in _walk(body))
            said = _SAYS_THAT_NOTHING_HAPPENS.search("".join(test.parts))
            called_back = context in ("done", "cb", "callback", "next", "resolve")
            return "" if calls and (said or called_back) else NOTHING
        return OWN_MOCK if self._only_own_mocks(body, checks) else ""

    def _checks(self, node: Node, context: str, seen: set[str]) -> Iterator[Node]:
        """Calls that make the test fail, in the file's own helpers, too."""
        for one in _reached(node):
            if (
                (one.type == "type_alias_declaration" and re.search(r"\b(Expect|Equal|Assert)\w*<", text_of(one)))
                or (one.type == "comment" and "@ts-expect-error" in text_of(one))
                or one.type == "throw_statement"
                or (one.type == "member_expression" and _field(one, "property") == "should")
            ):
                yield one
            elif one.type == "call_expression":
                yield from self._of_call(one, context, seen)

    def _of_call(self, call: Node, context: str, seen: set[str]) -> Iterator[Node]:
        function = call.child_by_field_name("function")
        if function is None:
            return
        words = _words(function)
        root, last = words[0], words[-1]
        if root == "expect" and _is_constant(function):
            return
        if root == "expect":
            if len(words) > 1:
                yield call
        elif self._says_so(words, context):
            yield call
        elif len(words) == 1 and last in self._functions and last not in seen:
            seen.add(last)
            inner = self._functions[last].child_by_field_name("body")
            if inner is not None and any(
                True for _ in self._checks(inner, _first_parameter(self._functions[last]), seen)
            ):
                yield call

    def _says_so(self, words: list[str], context: str) -> bool:
        """Return whether a call is one of an assertion, by its names, or may be one that stands elsewhere."""
        root, last = words[0], words[-1]
        if last == "expect" or _CHECKS.search(last) or _CHECKS.search(root) or {"assert", "should"} & set(words):
            return True
        of_a_context = root in (context, "t", "tap", "test", "ctx", "context") and len(words) > 1
        return root in self._foreign or (of_a_context and _OF_A_CONTEXT.match(last) is not None)

    # ── mocks ──

    def _replaced(self, body: Node) -> str:
        """The subject that the test replaces by a spy that does something else, and calls."""
        own: set[str] = set()
        called: set[str] = set()
        for node in _walk(body):
            if node.type != "call_expression":
                continue
            function, given = node.child_by_field_name("function"), node.child_by_field_name("arguments")
            if function is None or given is None:
                continue
            if _SPIES.match(text_of(function)):
                names = [text_of(one).strip("'\"") for one in given.named_children if one.type == "string"]
                statement = node
                while statement.parent is not None and statement.parent.type in (
                    "member_expression",
                    "call_expression",
                ):
                    statement = statement.parent
                if _GIVES_ANOTHER.search(text_of(statement)) or ".replace" in text_of(function):
                    own |= set(names[:1]) & self._subjects
            else:
                called.add(_words(function)[-1])
        return min(own & called, default="")

    def _only_own_mocks(self, body: Node, checks: list[Node]) -> bool:
        mocks = set()
        for node in _walk(body):
            if node.type == "variable_declarator":
                name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
                made = value.child_by_field_name("function") if value is not None else None
                if name is not None and made is not None and _MAKES_A_MOCK.match(text_of(made)):
                    mocks.add(text_of(name))
        if not mocks:
            return False
        for check in checks:
            said = re.match(r"expect\((\w+)\)\.([\w.]+)\(", text_of(check))
            if not said or said[1] not in mocks or not _MOCK_MATCHERS.match(said[2]):
                return False
        for node in _walk(body):
            if node.type == "new_expression":
                return False
            if node.type == "call_expression":
                function = node.child_by_field_name("function")
                words = _words(function) if function is not None else [""]
                if words[0] not in mocks and words[0] != "expect" and not _MAKES_A_MOCK.match(".".join(words)):
                    return False
        return True


_OF_TESTS = re.compile(
    r"(^|/)(tests?|__tests__|helpers?|utils?|support|common|fixtures?|specs?|shared|setup|lib|testing)\b|(helper|util|assert|test)",
    re.I,
)


def _is_of_tests(statement: Node) -> bool:
    source = statement.child_by_field_name("source")
    said = text_of(source).strip("'\"") if source is not None else ""
    return said.startswith((".", "@/", "~/", "#")) and _OF_TESTS.search(said) is not None


def _field(node: Node, name: str) -> str:
    child = node.child_by_field_name(name)
    return "" if child is None else text_of(child)


def _walk(root: Node) -> Iterator[Node]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += reversed(node.named_children)


def _reached(body: Node) -> Iterator[Node]:
    """The nodes of a callback that can be reached: none behind a return, in `if (false)`, or where failures are
    swallowed."""
    waiting = [body]
    while waiting:
        node = waiting.pop()
        if node.type == "if_statement" and text_of(node).startswith(("if (false)", "if(false)")):
            continue
        handler = node.child_by_field_name("handler") if node.type == "try_statement" else None
        if handler is not None and _swallows(handler):
            waiting += [one for one in node.named_children if one.type == "finally_clause"]
            continue
        yield node
        children = node.named_children
        if node.type == "statement_block":
            ends = [at for at, one in enumerate(children) if one.type == "return_statement"]
            children = children[: ends[0] + 1] if ends else children
        waiting += reversed(children)


def _swallows(handler: Node) -> bool:
    body = handler.child_by_field_name("body")
    return body is not None and all(one.type == "comment" for one in body.named_children)


def _words(function: Node) -> list[str]:
    """The names of a call's function, from its root on: `expect(x).not.toBe` gives expect, not, toBe."""
    words: list[str] = []
    node: Node | None = function
    while node is not None:
        match node.type:
            case "member_expression":
                member = node.child_by_field_name("property")
                words.append(text_of(member) if member is not None else "")
                node = node.child_by_field_name("object")
            case "call_expression":
                node = node.child_by_field_name("function")
            case "await_expression" | "parenthesized_expression" | "non_null_expression" | "subscript_expression":
                node = node.named_children[0] if node.named_children else None
            case _:
                words.append(text_of(node)[:80])
                node = None
    return list(reversed(words)) or [""]


def _is_constant(function: Node) -> bool:
    """`expect(true).toBe(true)`."""
    said = re.match(r"expect\(\s*(true|false|\d+|null|undefined|['\"][^'\"]*['\"])\s*\)", text_of(function))
    return said is not None and text_of(function).endswith(
        (".toBe", ".toEqual", ".equal", ".toBeTruthy", ".toStrictEqual")
    )


def _first_parameter(function: Node) -> str:
    given = function.child_by_field_name("parameters") or function.child_by_field_name("parameter")
    if given is None:
        return ""
    if given.type == "identifier":
        return text_of(given)
    first = next(iter(given.named_children), None)
    return "" if first is None else re.split(r"[:?=\s]", text_of(first), maxsplit=1)[0]
