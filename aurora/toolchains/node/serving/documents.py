"""The place where a Node application serves its own OpenAPI document and its GraphQL endpoint, told by its texts."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from tree_sitter import Node

from aurora.toolchains.node import syntax
from aurora.toolchains.node.serving.sources import Source

MOST = 8
_AT_GRAPHQL = frozenset(
    {
        "graphql-yoga", "mercurius", "@nestjs/graphql", "apollo-server-express", "apollo-server-koa",
        "apollo-server-fastify", "@graphql-yoga/node", "express-graphql", "graphql-http",
    }
)  # fmt: skip
"""Packages that answer at `/graphql` where nothing else is said."""
_LOOKS_LIKE = re.compile(r"['\"`](/[\w./-]*(?:openapi|swagger|api-?docs?|schema)[\w.-]*\.(?:json|ya?ml))['\"`]")


def of(framework: str, sources: Sequence[Source], declared: Collection[str]) -> tuple[str, ...]:
    found: list[str] = []
    prefix = _prefix(sources)
    for source in sources:
        if not re.search(r"swagger|openapi|\.doc\w*\(|Scalar", source.text, re.IGNORECASE):
            continue
        for call in source.calls():
            found += _of_call(call, source, prefix)
        found += _LOOKS_LIKE.findall(source.text)
    if {"@fastify/swagger-ui", "fastify-swagger"} & set(declared):
        found.append("/documentation/json")
    if "@nestjs/swagger" in declared and not found:
        found += ["/api-json", "/docs-json", "/swagger-json"]
    if framework == "yoga":
        return ()
    return tuple(dict.fromkeys(found))[:MOST]


def _prefix(sources: Iterable[Source]) -> str:
    for source in sources:
        if said := re.search(r"setGlobalPrefix\(\s*['\"`]([^'\"`$]*)", source.text):
            return said[1].strip("/")
    return ""


def _of_call(call: Node, source: Source, prefix: str) -> Iterator[str]:
    name = syntax.dotted(call.child_by_field_name("function"))
    given = syntax.arguments(call)
    last = syntax.last(name)
    if name.endswith("SwaggerModule.setup") and given:
        path = _text(given[0], source)
        if path is None:
            return
        options = syntax.properties(given[3]) if len(given) > 3 else {}
        inside = f"{prefix}/" if prefix and syntax.text(options.get("useGlobalPrefix")) == "true" else ""
        if said := _text(options.get("jsonDocumentUrl"), source):
            yield f"/{inside}{said.strip('/')}"
        yield f"/{inside}{path.strip('/')}-json"
    elif last == "register" and len(given) > 1 and re.search(r"swagger", syntax.text(given[0]), re.IGNORECASE):
        said = _text(syntax.properties(given[1]).get("routePrefix"), source)
        if said:
            yield f"/{said.strip('/')}/json"
    elif last in ("doc", "doc31", "getOpenAPIDocument", "get", "use") and given:
        path = _text(given[0], source)
        rest = " ".join(syntax.text(one)[:400] for one in given[1:])
        document = last.startswith("doc") or re.search(
            r"openAPI(Specs|RouteHandler)|openapiSpec|swaggerSpec|openApiSpec", rest
        )
        page = "swaggerUi" in rest or "swaggerUI" in rest
        if path and path.startswith("/") and document and not page:
            yield path


def _text(node: Node | None, source: Source) -> str | None:
    """A literal, or a constant of the file; of `${a}/b` what can be told."""
    if node is None:
        return None
    said = syntax.string(node)
    if said is not None and "${" not in said:
        return said
    if node.type == "identifier":
        found = re.search(
            rf"\b{re.escape(syntax.text(node))}\s*(?::\s*string\s*)?=\s*['\"`]([^'\"`$]*)['\"`]", source.text
        )
        return found[1] if found else None
    return None


def graphql(sources: Sequence[Source], declared: Collection[str]) -> str:
    """Path of the GraphQL endpoint; empty where there is none, or nobody could tell."""
    names = set(declared)
    if not any(re.search(r"graphql|apollo-server|@apollo/server|mercurius|type-graphql", name) for name in names):
        return ""
    for source in sources:
        if "startStandaloneServer" in source.text:
            return "/"
        if said := re.search(r"graphqlEndpoint\s*:\s*['\"`]([^'\"`]+)", source.text):
            return said[1]
    for source in sources:
        for call in source.calls():
            path = _graphql_of(call, source)
            if path:
                return path
    for source in sources:  # `new ApolloServer(...)` of the versions that listened by themselves
        if re.search(
            r"(from |require\()['\"]apollo-server['\"]|from ['\"]graphql-yoga['\"].*GraphQLServer",
            source.text,
        ):
            return "/"
    named = any(re.search(r"['\"`]/graphql['\"`]", source.text) for source in sources)
    return "/graphql" if named or names & _AT_GRAPHQL else ""


def _graphql_of(call: Node, source: Source) -> str:
    name = syntax.dotted(call.child_by_field_name("function"))
    given = syntax.arguments(call)
    last = syntax.last(name)
    if last in ("forRoot", "forRootAsync") and "GraphQLModule" in name:
        said = re.search(r"\bpath\s*:\s*['\"`]([^'\"`]+)", " ".join(map(syntax.text, given)))
        return f"/{said[1].strip('/')}" if said else "/graphql"
    if last == "applyMiddleware" and given:
        return _text(syntax.properties(given[0]).get("path"), source) or "/graphql"
    if last == "register" and given and re.search(r"mercurius", syntax.text(given[0])):
        said = re.search(r"\bpath\s*:\s*['\"`]([^'\"`]+)", " ".join(map(syntax.text, given[1:])))
        return said[1] if said else "/graphql"
    if last in ("use", "all", "post", "route") and given:
        path = _text(given[0], source)
        rest = " ".join(syntax.text(one) for one in given[1:])
        if path and re.search(
            r"expressMiddleware|graphqlHTTP|createHandler|yoga|koaMiddleware|graphqlServer|fastifyApolloHandler", rest
        ):
            return path
    return ""
