"""Files that could be the schema of a GraphQL service by their names, and whether the project is one at all.

A project that only asks others keeps their schema, too, for its code generator: without a server among its packages
nothing is taken for a contract. What the files hold is read by `graphql_sdl`.
"""

import re
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

from aurora.contract.guess import elsewhere

SUFFIXES = (".graphql", ".graphqls", ".gql")
MOST_FILES = 120
SCHEMA_FIRST = re.compile(
    r"ariadne(-django)?|tartiflette|@apollo/(server|subgraph)|apollo-server(-[a-z]+)?|graphql-yoga|@graphql-yoga/.+"
    r"|mercurius|express-graphql|graphql-http|@graphql-tools/(schema|load-files|merge)|graphql-modules"
)
"""Servers that are given an SDL, unless a builder of schemas is there, too."""
CODE_FIRST = re.compile(
    r"strawberry-graphql.*|graphene(-.+)?|type-graphql|@pothos/core|nexus|@nestjs/graphql|gqtx|typegql|giraphql"
)
"""Builders of schemas in code: what is committed beside them was printed."""
_OPERATIONS = re.compile(
    r"(^|[/._-])(queries|query|mutations?|fragments?|operations?|documents?|subscriptions?)([/._-]|$)"
)


def find(paths: Sequence[str], root: str = "") -> tuple[str, ...]:
    """Paths of SDL documents by their names, of the project in the folder `root`, best first."""
    ranked = [(rank, path) for path in paths if (rank := _rank(path, root)) is not None]
    return tuple(path for _, path in sorted(ranked)[:MOST_FILES])


def serves(packages: Iterable[str]) -> bool:
    """Return whether a server of GraphQL is among packages that a project declares."""
    return any(SCHEMA_FIRST.fullmatch(name) or CODE_FIRST.fullmatch(name) for name in map(named, packages))


def is_source(packages: Iterable[str]) -> bool:
    """Return whether the service is built from the committed SDL, and not the SDL printed from the service."""
    names = [*map(named, packages)]
    return any(map(SCHEMA_FIRST.fullmatch, names)) and not any(map(CODE_FIRST.fullmatch, names))


def named(requirement: str) -> str:
    """`strawberry-graphql` of `strawberry_graphql[fastapi]>=0.2`, `@apollo/server` of `@apollo/server@^4`."""
    name = re.match(r"@?[\w.-]+(?:/[\w.-]+)?", requirement.strip().lower())
    return name[0].replace("_", "-") if name else ""


def _rank(path: str, root: str) -> tuple[bool, int, int, str] | None:
    if root and not path.startswith(f"{root}/"):
        return None
    inside = PurePosixPath(path.removeprefix(f"{root}/").lower() if root else path.lower())
    folder = "" if str(inside.parent) == "." else str(inside.parent)
    if inside.suffix not in SUFFIXES or elsewhere(folder):
        return None
    by_name = 0 if inside.stem == "schema" else 1 if "schema" in inside.stem else 2
    return bool(_OPERATIONS.search(str(inside))), by_name, len(inside.parts), path
