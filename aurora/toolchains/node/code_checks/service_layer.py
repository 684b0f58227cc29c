"""Business work in route handlers, and HTTP in services."""

from collections.abc import Iterator
from functools import cache, partial
from itertools import groupby

from tree_sitter import Node

from aurora.domain.workspace import Workspace
from aurora.toolchains.code_checks import Flaw
from aurora.toolchains.edit import Edit
from aurora.toolchains.handler import Handler, Kind
from aurora.toolchains.node import syntax
from aurora.toolchains.node.code_checks.business_branches import branches
from aurora.toolchains.node.code_checks.http_in_services import http_in_service
from aurora.toolchains.node.code_checks.outside_calls import Calls
from aurora.toolchains.node.handlers import handlers
from aurora.toolchains.node.tree import SOURCES
from aurora.toolchains.service_places import is_probe, is_service, nearest
from aurora.toolchains.service_wording import in_handler


def check(_: Workspace, edit: Edit) -> Iterator[Flaw]:
    if not edit.path.endswith(SOURCES) or edit.path.endswith(".d.ts"):
        return
    root = syntax.tree(edit.path, edit.after)
    if root is None:
        return
    service = is_service(edit.path, edit.files)
    if service:
        yield from http_in_service(root)
    found = handlers(edit.path, root)
    if found and not service:
        yield from _in_handlers(edit, root, found)


def _in_handlers(edit: Edit, root: Node, found: tuple[Handler[Node], ...]) -> Iterator[Flaw]:
    calls = Calls(root, syntax.imports(root))
    stem, _, suffix = edit.path.rpartition("/")[2].partition(".")
    place = cache(partial(nearest, edit.path, edit.files, f"{stem}.service.{suffix.rpartition('.')[2]}"))
    inside = {handler.node.id for handler in found}
    for handler in found:
        if _within_another(handler.node, inside) or is_probe(handler.name, handler.path):
            continue
        own = list(calls.of(handler.node))
        own = own or [call for one in _given_the_request(root, handler, inside) for call in calls.of(one)]
        outside = sorted(own, key=lambda call: call.what)
        for what, group in groupby(outside, key=lambda call: call.what):
            of_kind = list(group)
            written = list(dict.fromkeys(call.written for call in of_kind))
            first = min(call.line for call in of_kind)
            yield in_handler(handler.name, handler.framework, what, written, first, place)
        yield from branches(handler, place)


def _given_the_request(root: Node, handler: Handler[Node], inside: set[int]) -> list[Node]:
    """Functions of this file that the handler hands its request or response: they are parts of it."""
    own = handler.named(Kind.REQUEST, Kind.RESPONSE) - {""}
    called = {
        syntax.last(syntax.dotted(node))
        for node in syntax.within(handler.node)
        if node.type == "call_expression" and own & {syntax.text(one) for one in syntax.arguments(node)}
    }
    if not called:
        return []
    every = (one for one in syntax.walk(root) if one.type in syntax.FUNCTIONS and one.id not in inside)
    return [one for one in every if syntax.last(syntax.name_of(one)) in called]


def _within_another(node: Node, handlers: set[int]) -> bool:
    outer = node.parent
    while outer is not None:
        if outer.id in handlers:
            return True
        outer = outer.parent
    return False
