"""The shape of `agents.backend.contract` in aurora.yaml: the documents that the service holds, and how it is exercised.

A text alone is a path, `none` or `write`; a mapping says more.
"""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from aurora.settings.project import Line, PathInside, VariableName, VariableValue
from aurora.settings.strict import Strict

NONE, WRITE = "none", "write"
OperationName = Annotated[str, StringConstraints(pattern=r"^[A-Z]+ /[^\s]*$", max_length=300)]
"""`POST /auth/login`: as an operation of the document is named."""
Command = Annotated[tuple[Line, ...], Field(min_length=1, max_length=60)]
"""argv: a shell string is refused."""


class Call(Strict):
    """One request of the log-in: an operation of the document with what it is sent."""

    operation: OperationName = Field(description="Operation of the document, as `POST /auth/login`.")
    body: dict[str, Any] | None = Field(default=None, description="JSON body.")
    form: dict[str, str] | None = Field(default=None, description="Form body, for those that take one.")


class AuthSettings(Strict):
    """The way the service is logged in to while it is exercised, in an empty data store."""

    before: tuple[Call, ...] = Field(
        default=(), max_length=10, description="Operations called first, such as the registration of a user."
    )
    login: Call | None = Field(
        default=None, description="Operation that logs in; `token` points to the token in its response."
    )
    token: str = Field(
        default="/access_token",
        max_length=300,
        pattern=r"^(/|$)",
        description="JSON pointer of the token in the response of `login`.",
    )
    command: Command | None = Field(
        default=None,
        description="Instead of `login`: command of the project that prints the header's value, run as tests are.",
    )
    header: str = Field(
        default="Authorization",
        pattern=r"^[A-Za-z0-9_-]{1,60}$",
        description="Name of the header, of the query parameter or of the cookie that carries the credential.",
    )
    place: Literal["header", "query", "cookie"] = Field(
        default="header",
        description="Where the credential is sent. A cookie with an empty `token` means all cookies that the log-in "
        "set.",
    )
    prefix: str = Field(default="Bearer ", max_length=60, description="Text before the token in the header.")


class ExerciseSettings(Strict):
    """Bounds of the run in which the served application is exercised before the commit."""

    enabled: bool = Field(default=True, description="Turn it on or off.")
    seconds: int = Field(
        default=120, ge=5, le=7_200, description="Seconds for all requests of one run; what is left over is reported."
    )
    examples: int = Field(default=20, ge=1, le=10_000, description="Most generated requests per operation.")
    seed: int = Field(default=1, ge=0, le=2**31 - 1, description="Seed of the generated requests.")
    others: int = Field(
        default=5,
        ge=0,
        le=10_000,
        description="The same for operations that the task does not touch; 0: they are left out.",
    )


class GraphQLBounds(Strict):
    """Queries that a GraphQL service must refuse."""

    depth: int | None = Field(
        default=None,
        ge=1,
        le=1_000,
        description="Depth of a query that must be refused; unset: reported, not blocking.",
    )
    cost: int | None = Field(
        default=None, ge=1, le=100_000, description="Fields of one query that must be refused; unset: the same."
    )


class ContractSettings(Strict):
    """The documents that the service holds, and how the served application is exercised."""

    path: str | None = Field(
        default=None,
        max_length=300,
        description="Path of the OpenAPI document, from the root. Unset: looked for under the usual names; `none`: "
        "there is none. `project.contract` is the same.",
    )
    graphql: PathInside | None = Field(
        default=None, description="Path of the GraphQL schema (SDL). Unset: looked for under the usual names."
    )
    write: bool = Field(
        default=False,
        description="Allow the agent to draft a missing operation into the document first, for approval.",
    )
    serve: Command | None = Field(
        default=None,
        description="Command that serves the application on loopback, as a list; `{port}` stands for the port. Unset: "
        "detected; docs/using/contract.md.",
    )
    prepare: tuple[Command, ...] | None = Field(
        default=None,
        max_length=20,
        description="Commands that run before it, such as migrations of an empty data store. Unset: detected.",
    )
    port: int | None = Field(
        default=None, ge=1024, le=65_535, description="Port on which it listens, where the command does not take one."
    )
    base_path: str | None = Field(
        default=None,
        max_length=200,
        pattern=r"^/",
        description="Path below which the operations are served. Unset: that of the document's first server.",
    )
    graphql_path: str | None = Field(
        default=None, max_length=200, pattern=r"^/", description="Path of the GraphQL endpoint. Unset: detected."
    )
    env: dict[VariableName, VariableValue] | None = Field(
        default=None, max_length=60, description="Environment variables of the served application, beside `test_env`."
    )
    auth: AuthSettings | None = Field(
        default=None,
        description="How to log in. Without it operations behind a log-in are not exercised, and the evidence says so.",
    )
    exercise: ExerciseSettings = ExerciseSettings()
    bounds: GraphQLBounds = GraphQLBounds()


def _short(said: Any) -> Any:
    """A text alone: a path, `none` or `write`. What comes out of it is read as Python's, where a list is no tuple."""
    if isinstance(said, str):
        return {"write": True} if said.strip().lower() == WRITE else {"path": said}
    return {} if said is None else _tuples(said)


def _tuples(said: Any) -> Any:
    if isinstance(said, dict):
        return {key: _tuples(below) for key, below in said.items()}
    return tuple(map(_tuples, said)) if isinstance(said, list) else said


ContractSetting = Annotated[
    ContractSettings, BeforeValidator(_short, json_schema_input_type=ContractSettings | str | None)
]
