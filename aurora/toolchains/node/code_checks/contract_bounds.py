"""Bounds, formats and required fields that the contract states and a handler's schema of zod or DTO does not check."""

import posixpath
import re
from collections.abc import Iterator, Sequence

from tree_sitter import Node

from aurora.contract.requests import Requested
from aurora.domain.workspace import Workspace
from aurora.toolchains.code_checks import Flaw, Sources
from aurora.toolchains.handler import Kind
from aurora.toolchains.node.definitions import Definitions
from aurora.toolchains.node.dto_classes import DtoClasses
from aurora.toolchains.node.handlers import NodeHandler, handlers
from aurora.toolchains.node.root import SOURCES
from aurora.toolchains.node.syntax import arguments, decorators, dotted, last, properties, text, walk
from aurora.toolchains.node.zod_schemas import ZodSchemas
from aurora.toolchains.stated_bounds import Checked, Route, lacking, matching, of_contract

_ROUTES = re.compile(
    r"[.@](?:post|put|patch|delete|Post|Put|Patch|route)\s*\(|export\s+(?:async\s+)?(?:const|function)\s+(?:POST|PUT|PATCH)"
)
_PARSES = frozenset({"parse", "safeParse", "parseAsync", "safeParseAsync"})
_MIDDLEWARE = re.compile(r"valid|schema|parse|zod", re.IGNORECASE)
_BODY = re.compile(r"\bbody\b|\.json\(\)", re.IGNORECASE)
ZOD = "Say it in the schema: `.max(...)`, `.regex(...)`, `z.enum([...])`, `.email()`, `.uuid()`; no `.optional()`."
DTO = (
    "Say it by decorators: `@MaxLength`, `@Matches`, `@Min`/`@Max`, `@IsEnum`, `@IsEmail`, `@IsUUID`, `@ArrayMaxSize`."
)


def check(workspace: Workspace, sources: Sources) -> Iterator[Flaw]:
    operations, whole = of_contract(workspace, sources)
    if not operations:
        return
    definitions = Definitions(sources.texts)
    near = {_stem(path) for path in sources.changed if path.endswith(SOURCES)}
    for path in sorted(path for path in sources.texts if path.endswith(SOURCES)):
        if not _ROUTES.search(sources.texts[path]):
            continue
        if not whole and path not in sources.changed and not any(name in sources.texts[path] for name in near):
            continue
        root = definitions.tree(path)
        for handler in handlers(path, root) if root is not None else ():
            for flaw in _of_handler(path, handler, definitions, operations):
                if whole or path in sources.changed or flaw.path in sources.changed:
                    yield flaw


def _stem(path: str) -> str:
    name = posixpath.basename(path).partition(".")[0]
    return name if name != "index" else posixpath.basename(posixpath.dirname(path)) or name


def _of_handler(
    path: str, handler: NodeHandler, definitions: Definitions, operations: Sequence[Requested]
) -> Iterator[Flaw]:
    if handler.framework == "nest":
        checked, hint = _of_dto(path, handler, definitions), DTO
    else:
        checked, hint = _of_schema(path, handler, ZodSchemas(definitions)), ZOD
    if not checked.fields:
        return
    operation = matching(Route(handler.methods, handler.path, handler.name), checked.name, operations)
    if operation is not None:
        compared = _compared(handler.node)
        for flaw in lacking(handler.name, operation, checked):
            name = flaw.identity.removeprefix(handler.name).split()[0].split(".")[0].removesuffix("[]")
            yield flaw._replace(hint=hint, advice=flaw.advice or name in compared)


def _of_dto(path: str, handler: NodeHandler, definitions: Definitions) -> Checked:
    for one in handler.parameters:
        marks = [mark for mark in decorators(one.node) if last(dotted(mark)) == "Body"]
        if marks and one.kind is Kind.BODY:
            piped = any("Pipe" in text(mark) for mark in marks)
            return Checked() if piped else DtoClasses(definitions).read(path, one.annotation)
    return Checked()


def _of_schema(path: str, handler: NodeHandler, schemas: ZodSchemas) -> Checked:
    """The bounds of the one schema that parses the body, in the handler or beside it where its route is registered."""
    found = [*_in_handler(path, handler.node, schemas), *_beside(path, handler.node, schemas)]
    return found[0] if len(found) == 1 else Checked()


def _in_handler(path: str, function: Node, schemas: ZodSchemas) -> Iterator[Checked]:
    for node in walk(function):
        callee = node.child_by_field_name("function") if node.type == "call_expression" else None
        if callee is None or callee.type != "member_expression":
            continue
        given = arguments(node)
        if text(callee.child_by_field_name("property")) in _PARSES and given and _BODY.search(text(given[0])):
            read = schemas.read(path, callee.child_by_field_name("object"))
            if read.fields is not None:
                yield read


def _beside(path: str, function: Node, schemas: ZodSchemas) -> Iterator[Checked]:
    call = function.parent
    while call is not None and call.type != "call_expression":
        if call.type not in ("arguments", "parenthesized_expression"):
            return
        call = call.parent
    for one in arguments(call):
        if one.type == "call_expression" and _MIDDLEWARE.search(last(dotted(one))):
            words = [text(given) for given in arguments(one) if given.type == "string"]
            if any(word.strip("'\"") in ("query", "param", "params", "header", "cookie") for word in words):
                continue
            for given in arguments(one):
                yield from _of_argument(path, given, schemas)
        elif one.type == "object" and one is not function:
            schema = properties(one).get("schema")
            yield from _of_argument(path, schema, schemas) if schema is not None else ()


def _of_argument(path: str, node: Node, schemas: ZodSchemas) -> Iterator[Checked]:
    if node.type == "object":
        body = properties(node).get("body")
        read = schemas.read(path, body) if body is not None else Checked()
    else:
        read = schemas.read(path, node)
    parts = read.fields or {}
    if parts and parts.keys() <= {"body", "query", "params", "headers", "cookies"}:
        read = parts.get("body", Checked())
    if read.fields is not None:
        yield read


def _compared(function: Node) -> set[str]:
    """Names of fields that the handler itself compares in a condition, or gives there to a function."""
    found: set[str] = set()
    for node in walk(function):
        test = node.child_by_field_name("condition") if node.type in ("if_statement", "ternary_expression") else None
        for one in walk(test) if test is not None else ():
            if one.type == "call_expression" or (one.type == "binary_expression" and _means_a_value(one)):
                found |= {text(name) for name in walk(one) if name.type in ("identifier", "property_identifier")}
    return found


def _means_a_value(comparison: Node) -> bool:
    return text(comparison.child_by_field_name("operator")) not in ("&&", "||", "??") and not any(
        one.type in ("null", "undefined") for one in comparison.named_children
    )
