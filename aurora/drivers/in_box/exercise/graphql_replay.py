"""A breach sent once more in a new data store: the requests before it, then the one that showed it."""

import json
from dataclasses import replace
from typing import Any

from graphql import parse

from . import graphql_bounds as bounds
from . import pointers
from .graphql_client import Answer
from .graphql_growth import Growth
from .graphql_operations import Operation
from .graphql_session import Exchange, Session
from .graphql_values import Sent
from .records import ObservedBreach, Request

MEASURED = ("n_plus_one", "depth_unbounded", "cost_unbounded")
"""Not one request's: looked for as in the first run."""


def replay(session: Session) -> None:
    """Reports all of the order's `again`, each with whether it was seen again."""
    again = session.order.again
    measured = [one for one in again if one.breach in MEASURED]
    if any(one.breach == "n_plus_one" for one in measured):
        Growth(session).check([one.operation for one in measured if one.breach == "n_plus_one"])
    if any(one.breach != "n_plus_one" for one in measured):
        bounds.check(session)
    found = {one.key for one in session.report.seen()}
    kept = [replace(one, replayed=one.key in found) for one in measured]
    kept += [replace(one, replayed=_shows(session, one)) for one in again if one.breach not in MEASURED]
    session.report.keep(kept)


def _shows(session: Session, seen: ObservedBreach) -> bool:
    answers: list[Answer] = []
    for request in seen.before:
        answers.append(session.client.send(_filled(request, answers)))
    request = _filled(seen.request, answers)
    answer = session.client.send(request)
    operation = remade(session, seen)
    if operation is None:
        return False
    exchange = Exchange(operation, Sent(0, request), answer)
    found = [(breach, where) for breach, where, _ in session.breaches(exchange)]
    found += [("response_schema", where) for where, _ in session.unknown(answer)]
    return (seen.breach, seen.where) in found


def _filled(request: Request, answers: list[Answer]) -> Request:
    """The operation with the values that the answers before it gave this time."""
    try:
        body = json.loads(request.body)
    except ValueError:
        return request
    for taken in request.taken:
        try:
            value = pointers.get(answers[taken.source].value, taken.expression.partition("#")[2])
        except (pointers.Missing, IndexError):
            continue
        place = taken.at.partition(":")[2]
        body = pointers.put(body, place, _like(value, body, place))
    return replace(request, body=json.dumps(body))


def _like(value: Any, body: Any, place: str) -> Any:
    """A value as what stands there was: an id may be a number in an argument and text in an answer."""
    try:
        before = pointers.get(body, place)
    except pointers.Missing:
        return value
    if isinstance(before, str):
        return str(value)
    return int(value) if isinstance(before, int) and str(value).isdigit() else value


def remade(session: Session, seen: ObservedBreach) -> Operation | None:
    """The operation of a request, from its text: what was selected is known by the schema."""
    try:
        document = parse(json.loads(seen.request.body)["query"], no_location=True)
    except (ValueError, KeyError, TypeError):
        return None
    return session.maker.read(document)
