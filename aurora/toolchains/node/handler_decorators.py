"""Route handlers known by decorators: controllers and resolvers of Nest, type-graphql, routing-controllers, tsoa."""

from collections.abc import Iterator, Mapping

from tree_sitter import Node

from aurora.toolchains.node.handler_sign import Sign
from aurora.toolchains.node.syntax import (
    HTTP_VERBS,
    Origin,
    arguments,
    decorator_call,
    decorators,
    dotted,
    last,
    string,
    text,
    walk,
)

_CONTROLLERS = {"Controller", "JsonController", "RestController"}
_VERBS = {verb.capitalize(): verb.upper() for verb in HTTP_VERBS if verb != "all"}
_OTHER_ROUTES = {
    "All", "Sse", "HttpGet", "HttpPost", "MessagePattern", "EventPattern", "GrpcMethod", "SubscribeMessage",
    "TsRestHandler", "TypedRoute",
}  # fmt: skip
_FIELDS = {"Query", "Mutation", "Subscription", "ResolveField", "FieldResolver", "ResolveProperty", "ResolveReference"}


def signs(root: Node, origins: Mapping[str, Origin]) -> Iterator[tuple[Node, Sign]]:
    for node in walk(root):
        if node.type not in ("class_declaration", "abstract_class_declaration", "class"):
            continue
        marks = {_exported(one, origins): one for one in decorators(node)}
        controller = next((one for name, one in marks.items() if name in _CONTROLLERS), None)
        # tsoa: `@Route("orders") class`
        controller = controller or (marks.get("Route") if "Route" in marks else None)
        if controller is None and not marks.keys() & {"Resolver", "WebSocketGateway"}:
            continue
        prefix = _path(controller) if controller is not None else ""
        body = node.child_by_field_name("body")
        for method in body.named_children if body is not None else ():
            if method.type == "method_definition":
                sign = _of_method(method, controller is not None, prefix, "Resolver" in marks, origins)
                if sign is not None:
                    yield method, sign


def _of_method(
    method: Node, controller: bool, prefix: str, resolver: bool, origins: Mapping[str, Origin]
) -> Sign | None:
    for decorator in decorators(method):
        name = _exported(decorator, origins)
        if resolver and name in _FIELDS:
            return Sign("graphql")
        if controller and name in _VERBS:
            own = _path(decorator)
            path = "/" + "/".join(part for part in (prefix.strip("/"), own.strip("/")) if part)
            return Sign("nest", (_VERBS[name],), path)
        if name in _OTHER_ROUTES:
            return Sign("nest", (), _path(decorator))
    return None


def _exported(decorator: Node, origins: Mapping[str, Origin]) -> str:
    name = dotted(decorator)
    found = origins.get(name)
    return found.name if found is not None and found.name not in ("default", "*") else last(name)


def _path(decorator: Node) -> str:
    given = arguments(decorator_call(decorator))
    if not given:
        return ""
    if given[0].type == "object":
        for pair in given[0].named_children:
            if pair.type == "pair" and text(pair.child_by_field_name("key")) == "path":
                return string(pair.child_by_field_name("value")) or ""
    return string(given[0]) or ""
