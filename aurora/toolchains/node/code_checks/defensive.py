"""Code that trusts input or tells too much, in TypeScript and JavaScript: mass assignment, open CORS, errors told
whole, promises nobody waits for."""

import re
from collections.abc import Iterator

from tree_sitter import Node

from aurora.domain.workspace import Workspace
from aurora.toolchains.code_checks import Flaw
from aurora.toolchains.edit import Edit
from aurora.toolchains.handler import Kind
from aurora.toolchains.node import syntax
from aurora.toolchains.node.code_checks import raw_input
from aurora.toolchains.node.code_checks.outside_calls import Calls
from aurora.toolchains.node.handlers import NodeHandler, handlers
from aurora.toolchains.node.syntax import (
    FUNCTIONS,
    arguments,
    dotted,
    is_async,
    line,
    name_of,
    properties,
    text,
    walk,
    within,
)

_WRITES = re.compile(
    r"^(?:[A-Z]\w*\.(?:create|insertMany|findByIdAndUpdate|findOneAndUpdate|updateOne|update|bulkCreate|build)"
    r"|(?:this\.)?\w*[pP]risma\w*\.\w+\.(?:create|update|upsert|createMany|updateMany))$"
)


def check(_: Workspace, edit: Edit) -> Iterator[Flaw]:
    root = syntax.tree(edit.path, edit.after)
    if root is None:
        return
    rows = Calls(root, syntax.imports(root))
    for handler in handlers(edit.path, root):
        yield from _assigned(handler, rows)
        yield from _leaked(handler)
    yield from _cors(root)
    yield from _silent(root)
    if edit.path.endswith((".ts", ".tsx", ".mts", ".cts")):
        yield from _floating(root)


def _assigned(handler: NodeHandler, rows: Calls) -> Iterator[Flaw]:
    """An entity or a row made of the whole body."""
    found = raw_input.read(handler)
    requests = set(handler.named(Kind.REQUEST)) - {""}
    if found.validated:
        return

    def raw(node: Node) -> bool:
        return raw_input.is_body(raw_input.bare(node), requests, found.names)

    for call in (one for one in within(handler.node) if one.type in ("call_expression", "new_expression")):
        name = dotted(call.child_by_field_name("function") or call.child_by_field_name("constructor"))
        given = arguments(call)
        where = ""
        if (
            name == "Object.assign"
            and len(given) > 1
            and given[0].type != "object"
            and any(raw(one) for one in given[1:])
        ):
            where = "an object"
        elif call.type == "new_expression" and any(raw(one) for one in given) and rows.is_model(name):
            where = "the database"
        elif _WRITES.match(name):
            values = [value for one in given for key, value in properties(one).items() if key in ("data", "$set")]
            if any(raw(one) for one in (*given, *values)):
                where = "the database"
        if where:
            message = (
                f"{handler.name} writes every field that the request names into {where}, those of owner or price, too."
            )
            hint = "Take the fields that may be written out of a parsed schema, by name."
            yield Flaw(message, hint, line(call), f"{handler.name} all fields {name}")


def _leaked(handler: NodeHandler) -> Iterator[Flaw]:
    for caught in (one for one in within(handler.node) if one.type == "catch_clause"):
        name = text(caught.child_by_field_name("parameter"))
        for call in (one for one in walk(caught) if one.type == "call_expression"):
            function = text(call.child_by_field_name("function"))
            if not re.search(r"\b(?:json|send|end|body)$", function) or not name:
                continue
            said = " ".join(text(one) for one in arguments(call))
            stack = re.search(rf"\b{re.escape(name)}\??\.stack\b", said)
            broken = re.search(r"status\((?:500|HttpStatus\.INTERNAL\w*)\)|code\(500\)", function)
            whole = re.search(rf"\b{re.escape(name)}\b(?!\w*[:(])", said)
            if stack or (broken and whole):
                message = f"{handler.name} answers with the text of any error: it may hold SQL, paths or credentials."
                hint = "Log the error and answer in your own words; show only errors of your own classes."
                yield Flaw(message, hint, line(call), f"{handler.name} error")
                break


def _cors(root: Node) -> Iterator[Flaw]:
    for call in (one for one in walk(root) if one.type in ("call_expression", "new_expression")):
        for one in arguments(call):
            said = properties(one)
            origin, credentials = said.get("origin"), said.get("credentials")
            if origin is None or credentials is None or text(credentials) != "true":
                continue
            if text(origin) in ("true", "'*'", '"*"', "`*`", "['*']", '["*"]', "/.*/"):
                message = "Any site may call this with its visitors' credentials: every origin is allowed, with them."
                yield Flaw(message, "Name the origins, from the settings.", line(call), "cors")


def _silent(root: Node) -> Iterator[Flaw]:
    for caught in (one for one in walk(root) if one.type == "catch_clause"):
        body = caught.child_by_field_name("body")
        if body is not None and not body.named_children:
            name = _function_around(caught)
            message = f"{name or 'A catch'} hides every error, programming mistakes included."
            yield Flaw(
                message, "Handle what may happen here, or log it.", line(caught), f"{name} swallows", advice=True
            )


def _function_around(node: Node) -> str:
    outer = node.parent
    while outer is not None:
        if outer.type in FUNCTIONS and (name := name_of(outer)):
            return name
        outer = outer.parent
    return ""


def _floating(root: Node) -> Iterator[Flaw]:
    """A call of an asynchronous function of this file, as a statement of its own within another one."""
    asynchronous: set[str] = set()
    methods: dict[int, set[str]] = {}
    for node in walk(root):
        if node.type in FUNCTIONS and is_async(node):
            owner = syntax.class_around(node) if node.type == "method_definition" else None
            if owner is not None:
                methods.setdefault(owner.id, set()).add(text(node.child_by_field_name("name")))
            elif node.type == "function_declaration":
                asynchronous.add(text(node.child_by_field_name("name")))
            elif node.parent is not None and node.parent.type == "variable_declarator":
                asynchronous.add(text(node.parent.child_by_field_name("name")))
    for node in walk(root):
        if (
            node.type != "expression_statement"
            or not node.named_children
            or node.named_children[0].type != "call_expression"
        ):
            continue
        function = node.named_children[0].child_by_field_name("function")
        around = _around(node)
        if function is None or around is None or not is_async(around):
            continue
        owner = syntax.class_around(node)
        own = methods.get(owner.id, set()) if owner is not None else set()
        called = text(function)
        if called in asynchronous or (called.startswith("this.") and called.removeprefix("this.") in own):
            message = f"`{called}(...)` is not awaited: its errors are lost, and what follows does not wait for it."
            hint = "Await it; where it should keep running, write `void` and a `.catch`."
            yield Flaw(message, hint, line(node), f"{_function_around(node)} floating {called}", advice=True)


def _around(node: Node) -> Node | None:
    outer = node.parent
    while outer is not None and outer.type not in FUNCTIONS:
        outer = outer.parent
    return outer
