"""Files that a handler of TypeScript or JavaScript opens by a path which the request says."""

import re
from collections.abc import Iterator

from tree_sitter import Node

from aurora.toolchains.code_checks import Flaw
from aurora.toolchains.handler import Kind
from aurora.toolchains.node.handlers import NodeHandler
from aurora.toolchains.node.syntax import FUNCTIONS, arguments, dotted, last, line, text, walk, within

_FILES = re.compile(
    r"(?:^|\.)(?:sendFile|sendfile|download|readFile|readFileSync|createReadStream|writeFile|writeFileSync|unlink|"
    r"unlinkSync|createWriteStream|rm|rmSync)$"
)
_CONTAINED = re.compile(
    r"basename\(|startsWith\(|path\.resolve|\broot:|isAbsolute|relative\(|sanitize|normalize|realpath|\.test\(|validate"
)
_BINDING = ("identifier", "shorthand_property_identifier_pattern")


def paths(handler: NodeHandler) -> Iterator[Flaw]:
    body = handler.node.child_by_field_name("body")
    if body is None or _CONTAINED.search(text(body)):
        return
    requests = set(handler.named(Kind.REQUEST)) - {""}
    input_of = re.compile(
        r"\b(?:" + "|".join(map(re.escape, sorted(requests))) + r")\.(?:params|query|body|file)\b"
        if requests
        else r"(?!)"
    )
    tainted = set(_text_parameters(handler))
    for node in within(handler.node):
        if node.type == "variable_declarator":
            value, name = node.child_by_field_name("value"), node.child_by_field_name("name")
            if value is not None and name is not None and _holds(value, input_of, tainted):
                tainted |= {
                    text(one) for one in walk(name) if one.type.endswith("identifier") or "shorthand" in one.type
                }
        elif node.type == "call_expression" and _FILES.search(dotted(node.child_by_field_name("function"))):
            given = arguments(node)
            if given and _holds(given[0], input_of, tainted) and "filename" not in text(given[0]):
                message = f"{handler.name} opens a path built from the request: `../` leads out of the folder."
                hint = "Use `path.basename`, or resolve the path and check that it begins with the folder."
                yield Flaw(message, hint, line(node), f"{handler.name} path")
                return


def _text_parameters(handler: NodeHandler) -> Iterator[str]:
    """The parameters that the framework fills with a text of the request: arguments of a resolver, `@Param("name")
    name: string`."""
    if handler.framework not in ("nest", "graphql"):
        return
    for one in handler.parameters:
        if one.kind not in (Kind.VALUE, Kind.RAW, Kind.BODY) or "Pipe" in text(one.node):
            continue
        if one.kind is Kind.VALUE and one.annotation not in ("string", "any", ""):
            continue
        pattern = one.node.child_by_field_name("pattern") or one.node
        yield from (part for each in walk(pattern) if each.type in _BINDING and (part := text(each)))


def _holds(value: Node, input_of: re.Pattern[str], tainted: set[str]) -> bool:
    if value.type in FUNCTIONS or (value.type == "await_expression" and "(" in text(value)):
        return False  # what a call gives back is its own
    if value.type == "call_expression" and last(dotted(value)) not in ("join", "concat", "String", "toString"):
        return False
    names = {text(one) for one in walk(value) if one.type == "identifier"}
    return bool(input_of.search(text(value)) or names & tainted)
