"""The driver of GraphQL: operations are made from the committed schema, sent, and their answers held against it.

Own code over graphql-core, not schemathesis: it gives an operation its selection at random and never the id that an
earlier answer gave, and it does not look at `data`.
"""

import importlib.metadata
from typing import Any, cast

from graphql import (
    GraphQLError,
    build_client_schema,
    build_schema,
    get_introspection_query,
    print_schema,
)

from . import graphql_bounds as bounds
from .credentials import LogIn, LogInFailed
from .graphql_client import Answer, Client
from .graphql_growth import CREATES, ERASES, Growth
from .graphql_operations import DEEPEST, Selected
from .graphql_replay import replay
from .graphql_session import Session
from .graphql_values import Unsupported
from .records import Order
from .report import Report
from .transport import NoAnswer, ServiceDied, Transport

SHARE = 0.7
"""Of the time, for operations; the rest is for lists that grow and for bounds."""


def drive(order: Order, report: Report) -> None:
    client = Client(order)
    if _logged_in(order, report, client):
        exercise(order, report, client)


def exercise(order: Order, report: Report, client: Client) -> None:
    """Exercise the service by a client that is logged in."""
    report.driver = f"graphql-core {importlib.metadata.version('graphql-core')}"
    try:
        schema = build_schema(order.document, assume_valid=True, assume_valid_sdl=True, no_location=True)
    except (GraphQLError, TypeError, ValueError, RecursionError) as error:
        report.problem(f"the schema can't be read: {error}"[:500])
        return
    if schema.query_type is None and schema.mutation_type is None:
        report.problem("the schema has neither queries nor mutations")
        return
    _, answer = client.ask("{ __typename }")
    if not answer.is_graphql:
        report.problem(_no_endpoint(client, answer))
        return
    session = Session(order, report, schema, client)
    if order.again:
        replay(session)
        return
    _served(client, report)
    _operations(session)
    session.reserve(1.0)
    if session.counted:
        Growth(session).check()
    else:
        why = "nothing in the served process counts them" if session.counted is None else "none was heard"
        report.problem(f"SQL statements of growing lists were not compared: {why}")
    bounds.check(session)


def _operations(session: Session) -> None:
    """Each round: what creates, what reads, what changes, what erases; of each a request, as long as it gets one."""
    order = session.order
    session.reserve(SHARE)
    planned = [(kind, name) for kind in ("mutation", "query") for name in session.maker.roots(kind)]
    if session.schema.subscription_type is not None:
        for name in session.schema.subscription_type.fields:
            session.report.operation(f"Subscription.{name}").left_out = "subscriptions are not exercised"
    planned.sort(key=lambda one: _phase(*one))
    times = {one: _times(session, *one) for one in planned}
    for example in range(max(times.values(), default=0)):
        for kind, name in planned:
            if example < times[kind, name]:
                session.run(kind, name, example)
    for (kind, name), wanted in times.items():
        coordinate = f"{getattr(session.maker.owner(kind), 'name', '')}.{name}"
        noted = session.report.operation(coordinate)
        refused = session.needs_log_in.get(coordinate, 0)
        if noted.requests and not noted.succeeded and refused >= noted.requests and not order.logs_in:
            noted.left_out = "it needs a log-in and there is no recipe"
        elif coordinate in session.maker.unknown:
            noted.left_out = "the served schema does not have it"
        elif not noted.requests and not noted.left_out:
            noted.left_out = "it gets no requests" if not wanted else "the time was over"


def _phase(kind: str, name: str) -> tuple[int, str]:
    if kind == "query":
        return 1, name
    return (3 if ERASES.search(name) else 0 if CREATES.search(name) else 2), name


def _times(session: Session, kind: str, name: str) -> int:
    """Requests of one operation; one that reaches a touched field of another type counts as touched."""
    order = session.order
    if not order.touched:
        return order.examples
    coordinate = f"{getattr(session.maker.owner(kind), 'name', '')}.{name}"
    if coordinate in order.touched:
        return order.examples
    try:
        operation = session.maker.operation(kind, name, session.draw(kind, name, 0), DEEPEST)
    except Unsupported:
        return 1
    if _coordinates(operation.root) & set(order.touched):
        return order.examples
    return order.others_examples if not order.others or coordinate in order.others else 0


def _coordinates(selected: Selected) -> set[str]:
    inner = [one for of in selected.by_type.values() for one in of]
    return {selected.coordinate}.union(*map(_coordinates, inner))


def _served(client: Client, report: Report) -> None:
    """The service's own schema, as SDL."""
    _, answer = client.ask(get_introspection_query(descriptions=False))
    if not isinstance(answer.data, dict) or not isinstance(answer.data.get("__schema"), dict):
        report.problem("the served schema is not known: introspection is refused")
        return
    try:
        report.served_document = print_schema(build_client_schema(cast(Any, answer.data), assume_valid=True))
        report.served_at = client.path
    except (GraphQLError, TypeError, ValueError, KeyError, RecursionError) as error:
        report.problem(f"the served schema can't be read: {error}"[:300])


def _logged_in(order: Order, report: Report, client: Client) -> bool:
    """A client that is logged in as `order` says; False where it failed, which is told."""
    log_in = LogIn(order, Transport(f"http://127.0.0.1:{order.port}", order), report.redactor)
    try:
        log_in.start()
    except (LogInFailed, ServiceDied, NoAnswer) as error:
        report.problem(f"the log-in failed: {error}"[:500])
        return False
    client.credential = log_in.credential
    return True


def _no_endpoint(client: Client, answer: Answer) -> str:
    said = f"HTTP {answer.status}" if answer.status else answer.text
    why = "it asks for a log-in" if answer.status in (401, 403) else "it is no GraphQL endpoint"
    return f"nothing could be exercised: {client.path} answers {said}: {why}"
