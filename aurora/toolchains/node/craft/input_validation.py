"""Handlers of TypeScript and JavaScript that take a body which no schema or class describes."""

import re
from collections.abc import Iterator, Mapping

from tree_sitter import Node

from aurora.domain.workspace import Workspace
from aurora.toolchains.craft import Flaw
from aurora.toolchains.edit import Edit
from aurora.toolchains.handler import Kind
from aurora.toolchains.node import syntax
from aurora.toolchains.node.craft import raw_input
from aurora.toolchains.node.handlers import NodeHandler, handlers
from aurora.toolchains.node.syntax import arguments, decorators, dotted, last, text, walk

_HINT = "Parse it by a schema (zod, joi, the framework's own) and use what the parser returns."
_NEST = "Take a DTO class whose fields have class-validator's decorators, or pass a pipe with a schema to @Body()."
_UTILITIES = re.compile(r"^(?:Partial|Pick|Omit|Required|Readonly|Prisma\.)\b")
_READ = frozenset({"GET", "HEAD", "OPTIONS"})


def check(_: Workspace, edit: Edit) -> Iterator[Flaw]:
    root = syntax.tree(edit.path, edit.after)
    if root is None:
        return
    typed = edit.path.endswith((".ts", ".tsx", ".mts", ".cts"))
    wide = _validated_everywhere(root)
    classes = _bare_types(root)
    for handler in handlers(edit.path, root):
        if handler.methods and set(handler.methods) <= _READ:
            continue
        if handler.framework == "nest" or _decorated_body(handler):
            yield from _of_decorators(handler, classes)
        elif handler.framework != "graphql":
            yield from _of_request(handler, typed, wide)


def _of_request(handler: NodeHandler, typed: bool, wide: bool) -> Iterator[Flaw]:
    found = raw_input.read(handler)
    guarded = wide or found.validated or _guarded(handler)
    if guarded:
        return
    fields = sorted({key for key, _ in found.uses})
    # where the route is written elsewhere a middleware there may validate it
    elsewhere = not handler.methods and not handler.path and handler.framework != "next"
    if found.any_lines and typed:
        message = f"{handler.name} says that the request's body is `any`: nothing checks what a stranger sends."
        yield Flaw(message, _HINT, found.any_lines[0], f"{handler.name} any")
    elif fields:
        shown = ", ".join("all fields" if key == "..." else f"`{key}`" for key in fields[:4])
        message = f"{handler.name} takes {shown} out of the request's body without a schema that validates it."
        yield Flaw(message, _HINT, min(at for _, at in found.uses), f"{handler.name} body", advice=elsewhere)
    elif found.handed:
        message = f"{handler.name} hands the request's body on as it came; nothing here validates it."
        yield Flaw(message, _HINT, found.handed[0], f"{handler.name} handed", advice=True)


def _guarded(handler: NodeHandler) -> bool:
    """By what stands beside it where its route is registered: a middleware, a schema in the options."""
    node = handler.node
    outer = node.parent
    while outer is not None and outer.type not in ("program", "class_body", "statement_block"):
        if outer.type in ("call_expression", "object"):
            beside = arguments(outer) if outer.type == "call_expression" else list(outer.named_children)
            around = [
                one for one in beside if not (one.start_byte <= node.start_byte and node.end_byte <= one.end_byte)
            ]
            name = text(outer.child_by_field_name("function")) if outer.type == "call_expression" else ""
            if any(raw_input.VALIDATES.search(text(one)) for one in around) or raw_input.VALIDATES.search(last(name)):
                return True
        outer = outer.parent
    return _registered_with_guard(handler)


def _registered_with_guard(handler: NodeHandler) -> bool:
    """A function with a name: by every call of the file that is given it."""
    name = last(handler.name)
    root = handler.node
    while root.parent is not None:
        root = root.parent
    calls = [one for one in walk(root) if one.type == "call_expression"]
    given = [args for call in calls if (args := arguments(call)) and any(last(text(one)) == name for one in args)]
    return any(raw_input.VALIDATES.search(text(one)) for args in given for one in args if last(text(one)) != name)


def _validated_everywhere(root: Node) -> bool:
    """`router.use(validate(...))`, a compiler of schemas, a validator of the whole document."""
    for node in walk(root):
        if node.type == "call_expression":
            name = dotted(node.child_by_field_name("function"))
            if last(name) in ("use", "register", "addHook") and raw_input.VALIDATES.search(
                " ".join(text(one)[:200] for one in arguments(node))
            ):
                return True
    return False


def _decorated_body(handler: NodeHandler) -> bool:
    return any(decorators(one.node) for one in handler.parameters)


def _of_decorators(handler: NodeHandler, bare: Mapping[str, str]) -> Iterator[Flaw]:
    if any("Pipe" in text(one) and "UsePipes" in text(one) for one in decorators(handler.node)):
        return
    if handler.owner is not None and any("UsePipes" in text(one) for one in decorators(handler.owner)):
        return
    for one in handler.parameters:
        marks = [mark for mark in decorators(one.node) if last(dotted(mark)) in ("Body", "MessageBody", "Payload")]
        if not marks or any(_is_given_a_pipe(mark) for mark in marks):
            continue
        written = one.annotation
        named = written.removesuffix("[]")
        why = ""
        if one.kind is Kind.RAW:
            why = f"`{written}` lets any input in" if written else "without a type any input goes in"
        elif written.startswith("{") or _UTILITIES.match(written):
            why = f"`{written[:60]}` is gone when the program runs, so nothing is checked"
        elif named in bare:
            why = f"`{named}` is {bare[named]}, so nothing is checked"
        if why:
            message = f"{handler.name} takes a body that no DTO class describes: {why}."
            yield Flaw(message, _NEST, syntax.line(one.node), f"{handler.name} body {one.name}")


def _is_given_a_pipe(mark: Node) -> bool:
    given = " ".join(text(one) for one in arguments(syntax.decorator_call(mark)))
    return "Pipe" in given or raw_input.VALIDATES.search(given) is not None


def _bare_types(root: Node) -> dict[str, str]:
    """Types of this file that check nothing, each with what it is."""
    found: dict[str, str] = {}
    for node in walk(root):
        name = text(node.child_by_field_name("name"))
        if node.type == "interface_declaration":
            found[name] = "an interface, which is gone when the program runs"
        elif node.type == "type_alias_declaration" and "infer" not in text(node):
            found[name] = "a type, which is gone when the program runs"
        elif node.type == "class_declaration":
            body = node.child_by_field_name("body")
            inherits = any(one.type == "class_heritage" for one in node.named_children)
            fields = [one for one in body.named_children if one.type == "public_field_definition"] if body else []
            if fields and not inherits and "@" not in text(body):
                found[name] = "a class without a validating decorator"
    return found
