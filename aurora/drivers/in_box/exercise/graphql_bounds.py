"""Check whether the service refuses a query that is too deep, asks for too much, or comes in a batch."""

from collections import deque
from dataclasses import dataclass, replace
from typing import Any

from graphql import GraphQLField, GraphQLObjectType, Undefined, get_named_type, is_leaf_type, is_non_null_type

from .graphql_client import Answer
from .graphql_operations import is_list
from .graphql_session import Session
from .graphql_values import Unsupported
from .records import ObservedBreach, Request

DEPTH = 20
"""Levels of the query that is tried where no bound is set."""
ALIASES = 300
BATCH = 20
SECONDS = 10


@dataclass(frozen=True)
class Circle:
    """Fields from the root to a type, and from it back to itself."""

    way: tuple[str, ...]
    round: tuple[str, ...]
    leaf: str
    through_lists: bool

    def query(self, depth: int) -> str:
        """`depth`: fields inside of one another, the root's and the leaf counted."""
        names = [*self.way]
        while len(names) < depth - 1:
            names.append(self.round[(len(names) - len(self.way)) % len(self.round)])
        names = [*names[: depth - 1], self.leaf]
        return " { ".join(names) + " }" * (len(names) - 1)


def check(session: Session) -> None:
    _depth(session)
    _cost(session)


def _depth(session: Session) -> None:
    circle = circles(session)
    if circle is None or session.left <= 1:
        return
    set_to = session.order.depth
    depth = (set_to or DEPTH - 1) + 1
    root, arguments, declared, variables = _root(session, circle.way[0])
    if root is None:
        return
    inner = circle.query(depth)
    body = f"{arguments} @include(if: $asked)" + inner[len(circle.way[0]) :]
    text = f"query deep({', '.join(['$asked: Boolean!', *declared])}) {{ {circle.way[0]}{body} }}"
    # not asked first: it is checked all the same, and runs nothing; through lists of lists the rest could take for ever
    request, answer = session.client.ask(text, {**variables, "asked": False}, SECONDS)
    if _refused(answer):
        return
    if not circle.through_lists:
        request, answer = session.client.ask(text, {**variables, "asked": True}, SECONDS)
        if _refused(answer):
            return
    message = f"a query of {depth} levels along `{' > '.join((circle.way[-1], *circle.round))}` is not refused"
    _see(session, "depth_unbounded", f"Query.{circle.way[0]}", ".".join(circle.round), message, set_to, request, answer)


def _cost(session: Session) -> None:
    set_to = session.order.cost
    name = _cheapest(session)
    if name and session.left > 1:
        number = (set_to or ALIASES - 1) + 1
        root, arguments, declared, variables = _root(session, name)
        if root is not None:
            fields = " ".join(f"a{at}: {name}{arguments}{_leaf(root)}" for at in range(number))
            head = f"query wide({', '.join(declared)})" if declared else "query wide"
            text = f"{head} {{ {fields} }}"
            request, answer = session.client.ask(text, variables, SECONDS)
            if not _refused(answer):
                message = f"one query that asks for `{name}` {number} times by aliases is not refused"
                _see(session, "cost_unbounded", f"Query.{name}", "aliases", message, set_to, request, answer)
    if session.left > 1:
        number = max(BATCH, min(set_to or 0, 1_000) + 1)
        one = session.client.request("{ __typename }")
        request = replace(one, body=f"[{', '.join([one.body] * number)}]")
        answer = session.client.send(request, SECONDS)
        if isinstance(answer.value, list) and len(answer.value) == number:
            message = f"{number} queries in one request are not refused"
            _see(session, "cost_unbounded", "Query.__typename", "batch", message, set_to, request, answer)


def circles(session: Session) -> Circle | None:
    """The shortest, those without lists first, by fields that need no argument."""
    query = session.schema.query_type
    if query is None:
        return None
    found = []
    for start, of in query.fields.items():
        named = get_named_type(of.type)
        if f"{query.name}.{start}" in session.maker.unknown or not isinstance(named, GraphQLObjectType):
            continue
        for way, owner in _ways((start,), named):
            circle = _circle(way, owner)
            if circle is not None:
                found.append(circle)
    return min(found, key=lambda one: (one.through_lists, len(one.way) + len(one.round), one.way), default=None)


def _ways(way: tuple[str, ...], owner: GraphQLObjectType) -> list[tuple[tuple[str, ...], GraphQLObjectType]]:
    """The type itself, and what it leads to in up to three steps."""
    found, waiting, known = [], deque([(way, owner)]), {owner.name}
    while waiting:
        here, of = waiting.popleft()
        found.append((here, of))
        for name, _, named in _free(of):
            if named.name not in known and len(here) < 4:
                known.add(named.name)
                waiting.append(((*here, name), named))
    return found


def _circle(way: tuple[str, ...], owner: GraphQLObjectType) -> Circle | None:
    leaf = next(
        (name for name, of in owner.fields.items() if is_leaf_type(get_named_type(of.type)) and not of.args), ""
    )
    waiting: deque[tuple[tuple[str, ...], GraphQLObjectType, bool]] = deque([((), owner, False)])
    known: set[str] = set()
    while waiting:
        here, of, lists = waiting.popleft()
        for name, field, named in sorted(_free(of), key=lambda one: is_list(one[1].type)):
            if named is owner:
                return Circle(way, (*here, name), leaf or "__typename", lists or is_list(field.type))
            if named.name not in known and len(here) < 5:
                known.add(named.name)
                waiting.append(((*here, name), named, lists or is_list(field.type)))
    return None


def _free(owner: GraphQLObjectType) -> list[tuple[str, GraphQLField, GraphQLObjectType]]:
    """Fields with fields of their own that need no argument."""
    return [
        (name, of, named)
        for name, of in owner.fields.items()
        if isinstance(named := get_named_type(of.type), GraphQLObjectType)
        and not any(is_non_null_type(one.type) and one.default_value is Undefined for one in of.args.values())
    ]


def _root(session: Session, name: str) -> tuple[Any, str, list[str], dict[str, Any]]:
    """(the root field's type or None, its arguments as text, what is declared for them, their values)."""
    drawn = session.draw("query", name, 0, plain=True)
    try:
        operation = session.maker.operation("query", name, drawn, 1)
    except Unsupported:
        return None, "", [], {}
    declared = [operation.declared] if operation.declared else []
    return get_named_type(operation.root.kind), operation.root.arguments, declared, operation.variables


def _cheapest(session: Session) -> str:
    """A root field to ask for many times: without arguments, a leaf before an object before a list."""
    names = []
    for name, of in session.maker.roots("query").items():
        if f"{getattr(session.schema.query_type, 'name', '')}.{name}" not in session.maker.unknown and name[0] != "_":
            needs = sum(is_non_null_type(one.type) and one.default_value is Undefined for one in of.args.values())
            failed = not session.report.operation(f"{session.schema.query_type}.{name}").succeeded
            names.append((failed, needs, is_list(of.type), not is_leaf_type(get_named_type(of.type)), name))
    return min(names)[-1] if names else ""


def _leaf(named: Any) -> str:
    if is_leaf_type(named):
        return ""
    fields = getattr(named, "fields", {})
    leaf = next(
        (name for name, of in fields.items() if is_leaf_type(get_named_type(of.type)) and not of.args), "__typename"
    )
    return f" {{ {leaf} }}"


def _refused(answer: Answer) -> bool:
    """Return whether the engine refuses a query before anything of it ran: an answer with data, even with an error
    beside it, was worked for. One that took too long was not refused."""
    if answer.status == 0:
        return not answer.late
    return answer.data is None or bool(answer.errors and not any(one is not None for one in answer.data.values()))


def _see(
    session: Session,
    breach: str,
    operation: str,
    where: str,
    message: str,
    set_to: int | None,
    request: Request,
    answer: Answer,
) -> None:
    said = "" if set_to else "; no bound is set in aurora.yaml: reported, not blocking"
    seen = ObservedBreach(breach, operation, message + said, request, answer.status, where, response=answer.head[:300])
    session.report.see(seen)
