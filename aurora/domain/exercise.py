"""The order to the driver in the sandbox, and its report on a served application. Both travel as JSON.

The driver (`aurora/drivers/in_box/exercise`) runs in an environment of its own, without this package: it writes and
reads the same keys. All that it reports of the application is somebody else's text.
"""

from enum import StrEnum
from typing import Any, Literal

from pydantic import Field

from aurora.domain.value import Value


class ApiKind(StrEnum):
    OPENAPI = "openapi"
    GRAPHQL = "graphql"


class Breach(StrEnum):
    """A breach by the service of its document. The first ones block, once they were seen again."""

    SERVER_ERROR = "server_error"
    STATUS_CODE = "undocumented_status"
    CONTENT_TYPE = "content_type"
    RESPONSE_SCHEMA = "response_schema"
    RESPONSE_HEADERS = "response_headers"
    IGNORED_AUTH = "ignored_auth"
    GRAPHQL_ERROR = "unexpected_error"
    """An exception of a resolver in `errors[]`."""
    NEGATIVE_DATA = "negative_data_accepted"
    """Told only: false alarms are open upstream."""
    POSITIVE_DATA = "positive_data_refused"
    """Told only."""
    UNSUPPORTED_METHOD = "unsupported_method"
    """Told only."""
    DEPTH = "depth_unbounded"
    COST = "cost_unbounded"
    REPEATED = "n_plus_one"


BLOCKING = frozenset(
    {
        Breach.SERVER_ERROR,
        Breach.STATUS_CODE,
        Breach.CONTENT_TYPE,
        Breach.RESPONSE_SCHEMA,
        Breach.IGNORED_AUTH,
        Breach.GRAPHQL_ERROR,
    }
)


class TakenValue(Value):
    """A value of a request that the answer to an earlier one gave."""

    at: str
    """`path:2` (segment of the path), `query:name`, `header:name`, `body:/pointer`; `recipe`: the log-in's own call."""
    source: int
    """Index of the earlier request among `before`."""
    expression: str
    """Expression as in a link of OpenAPI: `$response.body#/id`, `$request.path.id` ..."""
    value: str = ""
    """Value as it was sent."""


class Request(Value):
    """One HTTP request as it was sent; credentials are left out."""

    method: str
    path: str
    """Path with the query, below the application's root."""
    headers: dict[str, str] = Field(default_factory=dict)
    body: str = ""
    """Text; of bytes that are none, base64 after `base64:`."""
    authenticated: bool = True
    """True if the log-in's credential went with it."""
    operation: str = ""
    """Operation of the document that it is a request of."""
    status: int = 0
    """Status of its answer; 0: there was none."""
    taken: tuple[TakenValue, ...] = ()
    """Values that are produced anew when it is sent again."""


class ObservedBreach(Value):
    """A breach that the driver saw."""

    breach: Breach
    operation: str
    """`POST /users`, or `Query.user`."""
    status: int = 0
    where: str = ""
    """Of a schema: JSON pointer in the response; of GraphQL the field, `Book.author`; `wrong`: of the answer to a
    credential that is none. Two with the same breach, operation, status and place are one, unless they are errors of
    the server of another variant."""
    message: str
    request: Request
    before: tuple[Request, ...] = ()
    """Requests that it stands on, as the one that made what it reads; in their order. `Taken.source` counts these."""
    response: str = ""
    """Head of the response's body."""
    replayed: bool = False
    """True if it was seen again when the same requests were sent once more."""
    variant: str = ""
    """Of an error of the server: what kind of request and answer it was. An operation may fail for several causes."""

    @property
    def stem(self) -> str:
        """The key of all its variants."""
        return f"{self.breach.value}|{self.operation}|{self.status}|{self.where}"

    @property
    def key(self) -> str:
        return f"{self.stem}|{self.variant}" if self.variant else self.stem


class LogInCall(Value):
    operation: str
    body: dict[str, Any] | None = None
    form: dict[str, str] | None = None


class ExerciseOrder(Value):
    kind: ApiKind = ApiKind.OPENAPI
    document: str
    """JSON of the OpenAPI document, one piece; or SDL."""
    host: str = "127.0.0.1"
    """Or `::1`, where the application listens there only: the box writes it here."""
    port: int
    base_path: str = ""
    """Base path below it the operations are served; for GraphQL the endpoint."""
    touched: tuple[str, ...] = ()
    """Operations that get `examples` requests each; empty: all do."""
    others: tuple[str, ...] = ()
    """Operations that get `others_examples`."""
    examples: int = 20
    others_examples: int = 5
    seconds: int = 120
    seed: int = 1
    before: tuple[LogInCall, ...] = ()
    login: LogInCall | None = None
    token: str = ""
    """JSON pointer in the log-in's response."""
    header: str = "Authorization"
    """Name of the header, of the query parameter or of the cookie."""
    place: Literal["header", "query", "cookie"] = "header"
    """The place where the credential goes. A cookie without `token`: the cookies that the log-in set."""
    prefix: str = ""
    value: str = ""
    """Value of the header, where a command printed it: the box writes it here."""
    documents: tuple[str, ...] = ()
    """Paths at which the application may serve its own document; the first that answers is told."""
    again: tuple[ObservedBreach, ...] = ()
    """Only these are sent, in a new data store: what is still seen comes back as `replayed`."""
    depth: int | None = None
    cost: int | None = None


class Exercised(Value):
    """An operation, and what was tried of it."""

    operation: str
    requests: int = 0
    succeeded: int = 0
    """Responses of 2xx: where none is, its body was never looked at."""
    left_out: str = ""
    """The reason why it was not exercised: it needs a log-in and there is no recipe, the time was over ..."""
    statements: int = 0
    """The most SQL statements of one request, where they were counted."""
    missing: int = 0
    """Responses of 404, 405 and 501: where all are, the service does not have it."""


class ExerciseResult(Value):
    driver: str = ""
    """Program and version: `schemathesis 4.32.5`."""
    seed: int = 0
    seconds: float = 0.0
    operations: tuple[Exercised, ...] = ()
    seen: tuple[ObservedBreach, ...] = ()
    served_document: str = ""
    """The document or schema that the application serves, as text."""
    served_at: str = ""
    trouble: str = ""
    """The reason why nothing, or not all, could be exercised: the log-in failed, the document can't be read by the
    driver."""
    untried: tuple[str, ...] = ()
    """Keys of those of `again` of which no request could be sent."""
