"""Business work in route handlers, and HTTP in services.

Left alone as the framework's own way: generic views with their `queryset`, `serializer.save()`, `form.save()`, lookups
that answer 404 (`get_object_or_404`), and handing a session on to a function."""

import ast
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from itertools import groupby

from aurora.domain.workspace import Workspace
from aurora.toolchains.code_checks import Flaw
from aurora.toolchains.edit import Edit
from aurora.toolchains.handler import Handler
from aurora.toolchains.python.code_checks.business_branches import branches
from aurora.toolchains.python.code_checks.http_in_services import http_in_service
from aurora.toolchains.python.code_checks.outside_calls import Calls, Outside, OutsideCall
from aurora.toolchains.python.code_checks.private_helpers import PrivateHelpers
from aurora.toolchains.python.handlers import handlers, parse
from aurora.toolchains.python.names import dotted, imported
from aurora.toolchains.service_places import is_probe, is_service, nearest
from aurora.toolchains.service_wording import in_handler


def check(_: Workspace, edit: Edit) -> Iterator[Flaw]:
    tree = parse(edit.after)
    if tree is None:
        return
    found = handlers(edit.path, tree)
    service = is_service(edit.path, edit.files)
    # what only its signature makes a handler is, in a service, a function that is handed the request
    if found and not (service and not any(one.methods or one.path or one.owner for one in found)):
        yield from _in_handlers(edit, tree, found)
    elif service:
        yield from http_in_service(tree)


def _in_handlers(edit: Edit, tree: ast.Module, found: tuple[Handler[ast.AST], ...]) -> Iterator[Flaw]:
    origins = imported(tree)
    calls = Calls(origins, _models(tree, origins))
    helped = PrivateHelpers(tree, calls)
    place = cache(partial(nearest, edit.path, edit.files, "services.py"))
    for handler in found:
        if not isinstance(handler.node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if is_probe(handler.name, handler.path):
            continue
        outside = sorted((*calls.of(handler.node), *helped.of(handler)), key=lambda call: call.what)
        for what, group in groupby(outside, key=lambda call: call.what):
            yield _flaw(handler, what, list(group), place)
        if outside or handler.framework != "graphql":
            yield from branches(handler, place)


def _flaw(handler: Handler[ast.AST], what: Outside, group: list[OutsideCall], place: Callable[[], str]) -> Flaw:
    line = min(call.node.lineno for call in group if isinstance(call.node, ast.Call))
    written = list(dict.fromkeys(call.written for call in group))
    return in_handler(handler.name, handler.framework, what, written, line, place)


def _models(tree: ast.Module, origins: Mapping[str, str]) -> frozenset[str]:
    """Classes of the file that are mapped to tables."""
    packages = {name.partition(".")[0] for name in origins.values()}
    orm = bool(packages & {"peewee", "tortoise", "django", "beanie", "mongoengine"})
    return frozenset(node.name for node in tree.body if isinstance(node, ast.ClassDef) and _is_table(node, orm))


def _is_table(node: ast.ClassDef, orm: bool) -> bool:
    bases = {ast.unparse(base) for base in node.bases}
    if bases & {"db.Model", "models.Model", "peewee.Model", "db.Document", "me.Document", "pw.Model"}:
        return True
    if orm and bases & {"Model", "Document", "BaseModel", "AbstractUser"}:
        return True
    assigned = {dotted(target) for one in node.body if isinstance(one, ast.Assign) for target in one.targets}
    return "__tablename__" in assigned or any(word.arg == "table" for word in node.keywords)
