"""Mutants of TypeScript and JavaScript, by tree-sitter's grammar: of the functions with changed lines, callbacks of
routes included, and of the rules outside them.

Stryker would have to be installed into the project, with a plugin for its runner, and instruments all mutants into one
text; here each is a text of its own, judged by the reporters that judge the project's tests.
"""

import re
from collections.abc import Collection, Iterable, Iterator

from tree_sitter import Node

from aurora.toolchains.code_mutation import Change, Operator
from aurora.toolchains.node.code_changes import Edit, edits, is_log
from aurora.toolchains.node.comparisons import text_of
from aurora.toolchains.node.mutants import root_of

_NOT_CALLED_BY_TESTS = re.compile(
    r"(^|/)(migrations?|seeds?|seeders?|scripts)/|\.config\.[cm]?[jt]s$|\.d\.[cm]?ts$|(^|/)(server|main|instrument\w*)\.[cm]?[jt]s$"
)
_FUNCTIONS = frozenset(
    {
        "function_declaration", "function_expression", "arrow_function", "method_definition",
        "generator_function", "generator_function_declaration",
    }
)  # fmt: skip
_UNTOLD = frozenset({"constructor", "toString", "inspect"})
_CONSTANTS = {"number": "0", "string": '""'}
_TYPED = (".ts", ".tsx", ".mts", ".cts")
_NAMED_BY = {
    "variable_declarator": "name", "pair": "key", "public_field_definition": "name", "field_definition": "property",
    "assignment_expression": "left",
}  # fmt: skip


def changes(path: str, text: str, lines: Collection[int]) -> tuple[Change, ...]:
    """Raises `SyntaxError` for what the grammar can't read."""
    if _NOT_CALLED_BY_TESTS.search(path) or not lines:
        return ()
    raw = text.encode("utf-8", "replace")
    root = root_of(raw)
    if root is None:
        raise SyntaxError("neither TypeScript nor TSX")
    return tuple(_Mutants(raw, frozenset(lines), typed=path.endswith(_TYPED)).of(root, ""))


class _Mutants:
    def __init__(self, raw: bytes, lines: frozenset[int], *, typed: bool) -> None:
        texts = raw.decode("utf-8", "replace").split("\n")
        self._lines = lines
        self._code = {
            at for at, line in enumerate(texts, 1) if line.strip() and not line.strip().startswith(("//", "*"))
        }
        self._nothing = "undefined as never" if typed else "undefined"

    def of(self, node: Node, within: str) -> Iterator[Change]:
        """The mutants of code outside functions, and of the functions in it."""
        for child in node.named_children:
            functions = list(_outermost(child))
            if child.type in ("class_declaration", "class", "abstract_class_declaration"):
                name, body = child.child_by_field_name("name"), child.child_by_field_name("body")
                if body is not None:
                    yield from self.of(body, f"{within}{text_of(name) if name is not None else 'class'}.")
            elif child.type == "export_statement":
                yield from self.of(child, within)
            elif functions:
                for function in functions:
                    yield from self._of_function(function, within)
                inside = [(function.start_byte, function.end_byte) for function in functions]
                rest = (e for e in edits(child, outside=True) if not any(a <= e.start < b for a, b in inside))
                yield from self._on_changed_lines(rest, within.rstrip("."))
            else:
                yield from self._on_changed_lines(edits(child, outside=True), within.rstrip("."))

    def _of_function(self, function: Node, within: str) -> Iterator[Change]:
        body = function.child_by_field_name("body")
        name = _name(function)
        if body is None or name.rpartition(".")[2] in _UNTOLD or not _says_anything(body):
            return
        first, last = function.start_point[0] + 1, function.end_point[0] + 1
        own = self._code & set(range(first, last + 1))
        if not own & self._lines:
            return
        group, added = within + name, own <= self._lines
        for constant in self._constants(function, body):
            yield _returning(function, body, constant, group, name, added=added)
        inner = [one for one in _outermost(body) if one is not body and _is_long(one)]
        for one in inner:
            yield from self._of_function(one, f"{group}.")
        rest = (edit for edit in edits(body) if not any(one.start_byte <= edit.start < one.end_byte for one in inner))
        yield from self._on_changed_lines(rest, group, added=added)

    def _constants(self, function: Node, body: Node) -> Iterator[str]:
        """The constants that the function returns at once instead of doing its work; of its own type where that can be
        seen."""
        returned = function.child_by_field_name("return_type")
        said = "" if returned is None else text_of(returned).lstrip(": ").strip()
        said = said.removeprefix("Promise<").removesuffix(">")
        values = [body] if body.type != "statement_block" else list(_returned(body))
        if said == "boolean" or (values and all(_is_truth(value) for value in values)):
            constants = ["true", "false"]
        elif not values:
            constants = [""]
        else:
            constants = [_CONSTANTS.get(said, "[]" if said.endswith("[]") else self._nothing)]
        as_it_is = text_of(values[0]).strip("()") if len(values) == 1 else None
        yield from (constant for constant in constants if constant != as_it_is)

    def _on_changed_lines(self, found: Iterable[Edit], group: str, *, added: bool = False) -> Iterator[Change]:
        seen: set[tuple[int, int, str]] = set()
        for edit in found:
            first, last = edit.node.start_point[0] + 1, edit.node.end_point[0] + 1
            if set(range(first, last + 1)) & self._lines and edit[2:] not in seen:
                seen.add(edit[2:])
                yield Change(group, edit.operator, first, edit.start, edit.end, edit.instead, added)


def _outermost(node: Node) -> Iterator[Node]:
    """Functions in a node that lie in no other; those of classes belong to the class."""
    if node.type in _FUNCTIONS:
        yield node
        return
    for child in node.named_children:
        yield from _outermost(child)


def _name(function: Node) -> str:
    """Its own, that of what it is assigned to, or of the call that it is given to: `router.get "/items"`."""
    nameless = f"line {function.start_point[0] + 1}"
    own = function.child_by_field_name("name")
    if own is not None:
        return text_of(own)
    holder = function.parent
    while holder is not None and holder.type in ("parenthesized_expression", "as_expression", "satisfies_expression"):
        holder = holder.parent
    if holder is None:
        return nameless
    named = holder.child_by_field_name(_NAMED_BY.get(holder.type, "-"))
    called = holder.parent.child_by_field_name("function") if holder.type == "arguments" and holder.parent else None
    if called is not None:
        first = holder.named_children[0]
        said = f" {text_of(first)}" if first.type in ("string", "template_string") else ""
        return " ".join((text_of(called) + said).split())[:80]
    if named is not None:
        return " ".join(text_of(named).split())[:80]
    return "default" if holder.type == "export_statement" else nameless


def _is_long(function: Node) -> bool:
    """Return whether it is worth mutants of its own: a route in a function that makes a router."""
    body = function.child_by_field_name("body")
    return body is not None and body.type == "statement_block" and len(body.named_children) > 1


def _says_anything(body: Node) -> bool:
    if body.type != "statement_block":
        return body.type not in _FUNCTIONS
    for statement in body.named_children:
        if statement.type == "comment" or is_log(statement):
            continue
        if statement.type == "throw_statement" and re.search(r"not[ _-]?(yet )?implemented", text_of(statement), re.I):
            continue
        return True
    return False


def _returned(node: Node) -> Iterator[Node]:
    """Values of its own `return` statements, those of functions inside left out."""
    for child in node.named_children:
        if child.type == "return_statement":
            yield from child.named_children[:1]
        elif child.type not in _FUNCTIONS:
            yield from _returned(child)


def _is_truth(value: Node) -> bool:
    operator = value.child_by_field_name("operator")
    said = "" if operator is None else text_of(operator)
    return value.type in ("true", "false") or said in (
        "===",
        "!==",
        "==",
        "!=",
        "<",
        ">",
        "<=",
        ">=",
        "!",
        "in",
        "instanceof",
    )


def _returning(function: Node, body: Node, constant: str, group: str, name: str, *, added: bool) -> Change:
    line, shown = function.start_point[0] + 1, f"{name}(...): return {constant}".strip()
    if body.type == "statement_block":
        start = end = body.start_byte + 1
        instead = f" return {constant};" if constant else " return;"
    else:
        start, end, instead = body.start_byte, body.end_byte, f"({constant or 'undefined'})"
    return Change(group, Operator.CONSTANT, line, start, end, instead, added, shown)
