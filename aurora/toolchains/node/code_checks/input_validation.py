"""Handlers of TypeScript and JavaScript that take a body which no schema or class describes, or open a path that the
request says."""

import re
from collections.abc import Iterator, Mapping

from tree_sitter import Node

from aurora.domain.workspace import Workspace
from aurora.toolchains.code_checks import Flaw
from aurora.toolchains.edit import Edit
from aurora.toolchains.handler import Kind, Parameter
from aurora.toolchains.node import syntax
from aurora.toolchains.node.code_checks import raw_input
from aurora.toolchains.node.code_checks.request_paths import paths
from aurora.toolchains.node.handlers import NodeHandler, handlers
from aurora.toolchains.node.syntax import arguments, decorators, dotted, last, properties, text, walk, within

_HINT = "Parse it by a schema (zod, joi, the framework's own) and use what the parser returns."
_NEST = "Take a DTO class whose fields have class-validator's decorators, or pass a pipe with a schema to @Body()."
BODIES = ("Body", "MessageBody", "Payload")
_UTILITIES = re.compile(r"^(?:Partial|Pick|Omit|Required|Readonly|Prisma\.)\b")
_FILTERS = re.compile(r"(?:^|\.)[A-Z]\w*\.(?:find|findOne|findAll|count|countDocuments|deleteMany|updateMany)$")
_DESCRIBED = frozenset({"body", "querystring", "query", "params", "headers", "$ref"})
_GIVEN = re.compile(r"^@(?:UsePipes|(?:Use|UseBefore|Validate\w*|UsePipe)\b.*valid)", re.IGNORECASE | re.DOTALL)
_READ = frozenset({"GET", "HEAD", "OPTIONS"})


def check(_: Workspace, edit: Edit) -> Iterator[Flaw]:
    root = syntax.tree(edit.path, edit.after)
    if root is None:
        return
    typed = edit.path.endswith((".ts", ".tsx", ".mts", ".cts"))
    wide = validated_everywhere(root)
    classes = bare_types(root)
    for handler in handlers(edit.path, root):
        yield from paths(handler)
        if handler.framework == "nest" or _decorated_body(handler):
            yield from _of_decorators(handler, classes)
        elif handler.methods and set(handler.methods) <= _READ:
            yield from _of_query(handler)
        elif handler.framework != "graphql":
            yield from _of_request(handler, typed, wide)
            yield from _of_query(handler)


def _of_request(handler: NodeHandler, typed: bool, wide: bool) -> Iterator[Flaw]:
    found = raw_input.read(handler)
    if wide or found.validated or guarded(handler):
        return
    fields = sorted({key for key, _ in found.uses})
    # where the route is written elsewhere a middleware there may validate it
    elsewhere = not handler.methods and not handler.path and handler.framework != "next"
    if found.any_lines and typed:
        message = f"{handler.name} declares the request's body as `any`: nothing checks client input."
        yield Flaw(message, _HINT, found.any_lines[0], f"{handler.name} any")
    elif fields:
        shown = ", ".join("all fields" if key == "..." else f"`{key}`" for key in fields[:4])
        message = f"{handler.name} takes {shown} out of the request's body without a schema that validates it."
        yield Flaw(message, _HINT, min(at for _, at in found.uses), f"{handler.name} body", advice=elsewhere)
    elif found.handed:
        message = f"{handler.name} passes the request's body on as received; nothing here validates it."
        yield Flaw(message, _HINT, found.handed[0], f"{handler.name} handed", advice=True)


def _of_query(handler: NodeHandler) -> Iterator[Flaw]:
    """The whole query string as what it is not: `req.query as any`, the filter of a model's `find`."""
    requests = set(handler.named(Kind.REQUEST)) - {""}
    if not requests or guarded(handler):
        return
    whole = re.compile(rf"^(?:{'|'.join(map(re.escape, sorted(requests)))})\.query$")
    for node in within(handler.node):
        if node.type == "as_expression" and text(node.named_children[-1]) == "any":
            found = whole.match(text(node.named_children[0]))
        elif node.type == "call_expression" and _FILTERS.search(dotted(node)):
            found = next(filter(None, (whole.match(text(raw_input.bare(one))) for one in arguments(node))), None)
        else:
            continue
        if found:
            message = f"{handler.name} takes the whole query string, any names and values, without a schema."
            yield Flaw(message, _HINT, syntax.line(node), f"{handler.name} query")
            return


def guarded(handler: NodeHandler) -> bool:
    """Return whether the handlers beside it where its route is registered guard it: a middleware, a schema in the
    options."""
    node = handler.node
    outer = node.parent
    while outer is not None and outer.type not in ("program", "class_body", "statement_block"):
        if outer.type in ("call_expression", "object"):
            beside = arguments(outer) if outer.type == "call_expression" else list(outer.named_children)
            around = [
                one for one in beside if not (one.start_byte <= node.start_byte and node.end_byte <= one.end_byte)
            ]
            name = text(outer.child_by_field_name("function")) if outer.type == "call_expression" else ""
            if any(validates(one) for one in around) or raw_input.VALIDATES.search(last(name)):
                return True
        outer = outer.parent
    return _registered_with_guard(handler)


def _option_with_guard(pair: Node, name: str) -> bool:
    """`this.route({ path, handler: this.create, middleware: [validPath({ requestBody })] })`."""
    value = pair.child_by_field_name("value")
    if value is None or value.type not in ("member_expression", "identifier") or last(dotted(value)) != name:
        return False
    return (
        any(validates(one) for one in pair.parent.named_children if one != pair) if pair.parent is not None else False
    )


def validates(beside: Node) -> bool:
    """Return whether something beside a handler validates: a middleware, a schema of the body, a name of this file for
    either."""
    if beside.type == "pair":
        return validates_pair(beside)
    if beside.type == "object":
        return any(validates_pair(one) for one in beside.named_children)
    if raw_input.VALIDATES.search(text(beside)):
        return True
    given = _declared(beside) if beside.type == "identifier" else None
    return given is not None and given.type == "object" and validates(given)


def validates_pair(pair: Node) -> bool:
    """Return whether an option validates: `schema` of which the answer alone is described checks no input."""
    key, value = text(pair.child_by_field_name("key")), pair.child_by_field_name("value")
    described = properties(value)
    if (
        key == "schema"
        and value is not None
        and described
        and not any(one.type == "spread_element" for one in value.named_children)
    ):
        return not described.keys().isdisjoint(_DESCRIBED)
    return raw_input.VALIDATES.search(text(pair)) is not None


def _declared(name: Node) -> Node | None:
    root = name
    while root.parent is not None:
        root = root.parent
    for node in walk(root):
        if node.type == "variable_declarator" and text(node.child_by_field_name("name")) == text(name):
            return node.child_by_field_name("value")
    return None


def _registered_with_guard(handler: NodeHandler) -> bool:
    """A function with a name: by every call of the file that is given it."""
    name = last(handler.name)
    root = handler.node
    while root.parent is not None:
        root = root.parent
    calls = [one for one in walk(root) if one.type == "call_expression"]
    if any(_option_with_guard(one, name) for one in walk(root) if one.type == "pair"):
        return True
    given = [args for call in calls if (args := arguments(call)) and any(last(text(one)) == name for one in args)]
    return any(raw_input.VALIDATES.search(text(one)) for args in given for one in args if last(text(one)) != name)


def validated_everywhere(root: Node) -> bool:
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
    if given_a_pipe(handler):
        return
    for one in handler.parameters:
        marks = [mark for mark in decorators(one.node) if last(dotted(mark)) in BODIES]
        open_ones = _open_marks(one) if one.kind is Kind.RAW else []
        if not (marks or open_ones) or any(_is_given_a_pipe(mark) for mark in (*marks, *open_ones)):
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
            message = f"{handler.name} takes input that no DTO class describes: {why}."
            yield Flaw(message, _NEST, syntax.line(one.node), f"{handler.name} body {one.name}")


def given_a_pipe(handler: NodeHandler) -> bool:
    """Return whether a decorator of the method or of its class gives it a pipe."""
    marks = [*decorators(handler.node), *(decorators(handler.owner) if handler.owner is not None else ())]
    return any(_GIVEN.search(text(one)) for one in marks)


def _open_marks(parameter: Parameter[Node]) -> list[Node]:
    """`@Query() filter: Record<string, any>`, an argument of GraphQL whose type is a scalar for any JSON."""
    found = []
    for mark in decorators(parameter.node):
        name, given = last(dotted(mark)), arguments(syntax.decorator_call(mark))
        if (name == "Query" and not given) or (name in ("Args", "Arg") and any("JSON" in text(one) for one in given)):
            found.append(mark)
    return found


def _is_given_a_pipe(mark: Node) -> bool:
    given = " ".join(text(one) for one in arguments(syntax.decorator_call(mark)))
    return "Pipe" in given or raw_input.VALIDATES.search(given) is not None


def bare_types(root: Node) -> dict[str, str]:
    """Types of this file that check nothing, each with what it is."""
    found: dict[str, str] = {}
    for node in walk(root):
        if why := bare_type(node):
            found[text(node.child_by_field_name("name"))] = why
    return found


def bare_type(node: Node) -> str:
    """The type, where it checks nothing; empty for one that may."""
    if node.type == "interface_declaration":
        return "an interface, which is gone when the program runs"
    if node.type == "type_alias_declaration" and "infer" not in text(node):
        return "a type, which is gone when the program runs"
    body = node.child_by_field_name("body")
    if node.type == "class_declaration" and body is not None:
        inherits = any(one.type == "class_heritage" for one in node.named_children)
        fields = [one for one in body.named_children if one.type == "public_field_definition"]
        if fields and not inherits and "@" not in text(body):
            return "a class without a validating decorator"
    return ""
