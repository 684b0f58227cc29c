"""A route handler in a source file, as each language's `handlers` module finds it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

N = TypeVar("N")
"""A node of the language's syntax tree."""


class Kind(StrEnum):
    """The source of a handler's parameter."""

    BODY = "body"
    """A model or schema that the framework parses the body (or a GraphQL input) into."""
    VALUE = "value"
    """One value with a type of its own: of the path, the query, a header, a form."""
    RAW = "raw"
    """Input that nothing describes: `dict`, `Any`, `any`, a body without a type."""
    DEPENDENCY = "dependency"
    """A value that the framework injects: `Depends(...)`, an annotation that ends in `Dep`, a Nest custom decorator."""
    REQUEST = "request"
    """The request, or the object that holds it: `Request`, `info`, Koa's and Hono's context."""
    RESPONSE = "response"
    """The response, a reply, or what works behind it: `Response`, `BackgroundTasks`."""
    SELF = "self"
    OTHER = "other"
    """`next`, the parent of a resolver, anything else."""


@dataclass(frozen=True)
class Parameter(Generic[N]):
    name: str
    """Empty where the handler takes it apart: `({ params }, res)`."""
    kind: Kind
    annotation: str
    """Its type as written; empty without one."""
    node: N


@dataclass(frozen=True)
class Handler(Generic[N]):
    """A function that a framework calls for a request, a message of a web socket or a field of GraphQL."""

    node: N
    """The function: its parameters and body."""
    name: str
    """Qualified within its file: `create_app.orders`, `OrderView.post`; of a function without a name, the method and
    path it stands for: `post /orders`."""
    line: int
    framework: str
    """`fastapi`, `starlette`, `flask`, `django`, `drf`, `ninja`, `graphql`, `aiohttp`, `sanic`, `litestar`, `falcon`;
    `express`, `fastify`, `koa`, `hono`, `nest`, `next`, `graphql`."""
    methods: tuple[str, ...]
    """Methods in upper case, `GET`; empty where they aren't written beside it."""
    path: str
    """Path as written beside it; empty where it is not, or is no literal."""
    parameters: tuple[Parameter[N], ...]
    is_async: bool
    owner: N | None = None
    """The class whose method it is."""

    def named(self, *kinds: Kind) -> frozenset[str]:
        """Names of the parameters of these kinds."""
        return frozenset(parameter.name for parameter in self.parameters if parameter.kind in kinds)
