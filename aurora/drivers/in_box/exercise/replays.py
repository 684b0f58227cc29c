"""Breaches seen before, tried once more: each with the requests that it stands on, values taken anew."""

from dataclasses import replace
from typing import Any

from . import credentials, links
from .credentials import WRONG, LogIn
from .judging import Judge
from .links import Outcome
from .records import HEAD, RECIPE, LogInCall, ObservedBreach, Order, Request
from .report import Report
from .schema import Schema
from .substitution import Broken, outcome_of, with_values
from .transport import Answer, NoAnswer, Sendable, ServiceDied, Transport

_REPORTED = ("negative_data_accepted", "positive_data_refused", "unsupported_method")


def replay(
    order: Order, report: Report, document: dict[str, Any], schema: Schema, wire: Transport, login: LogIn
) -> None:
    """Send all of `order.again`; what is seen again comes back as replayed. Raises `Dead` after the last one told."""
    replays = Replays(schema, document, wire, login, order.login)
    for index, seen in enumerate(order.again):
        tried = report.operation(seen.operation)
        try:
            found = replays.once_more(seen)
            tried.requests += 1
        except Broken as error:
            report.untried(seen)
            report.problem(f"{seen.breach} of `{seen.operation}` could not be tried again: {error}")
            continue
        except ServiceDied:
            if seen.breach == "server_error" and seen.where == "ended":
                report.see(replace(seen, replayed=True))
            left = order.again[index + 1 :]
            for one in left:
                report.untried(one)
            report.problem(f"the service ended at `{seen.operation}`; {len(left)} were not tried again")
            return
        if found is not None:
            report.see(replace(found, replayed=True))


class Replays:
    def __init__(
        self, schema: Schema, document: dict[str, Any], wire: Transport, login: LogIn, recipe: LogInCall | None
    ) -> None:
        self._recipe = recipe
        self._schema, self._document, self._wire, self._login = schema, document, wire, login
        self._known = links.operations(document)
        self._judge = Judge(schema, document, self._known)
        self._done: dict[tuple[str, str, str], Outcome] = {}

    def once_more(self, seen: ObservedBreach) -> ObservedBreach | None:
        """`seen` with its new answer, or None where it is not seen again; raises `Broken` or `Dead`."""
        outcomes: list[Outcome | None] = [None] * len(seen.before)
        for index, request in enumerate(seen.before):
            outcomes[index] = self._before(request, outcomes)
        sendable = self._sendable(seen.request, outcomes)
        try:
            answer = self._sent(seen.request, sendable, wrong=seen.where == WRONG)
        except NoAnswer as error:
            if error.late:  # a busy machine: it may be the same as before, and it may not
                raise Broken(str(error)) from error
            return seen if seen.status == 0 else None
        if any(taken.at == RECIPE for taken in seen.request.taken):
            self._login.hide(answer)
        if answer.succeeded:
            self._keep(seen.request, sendable, answer)
        return replace(seen, response=answer.text()[:HEAD]) if self._is(seen, sendable, answer) else None

    def _sendable(self, request: Request, outcomes: list[Outcome | None]) -> Sendable:
        if self._recipe is not None and any(taken.at == RECIPE for taken in request.taken):
            return credentials.sendable(self._recipe)
        return with_values(request, outcomes)

    def _before(self, request: Request, outcomes: list[Outcome | None]) -> Outcome | None:
        try:
            sendable = with_values(request, outcomes)
            answer = self._sent(request, sendable)
        except (Broken, NoAnswer):
            return None
        if not answer.succeeded:
            return self._done.get(_same(request))  # it was made for another one already, and can't be made twice
        return self._keep(request, sendable, answer)

    def _keep(self, request: Request, sendable: Sendable, answer: Answer) -> Outcome:
        outcome = outcome_of(sendable, answer, request.operation.partition(" ")[2])
        self._done[_same(request)] = outcome
        return outcome

    def _sent(self, request: Request, sendable: Sendable, *, wrong: bool = False) -> Answer:
        credential = self._login.credential if request.authenticated else None
        if wrong:
            asked = credentials.needs(self._document, self._known.get(request.operation, {}))
            credential = credentials.wrong(asked)
        answer = self._wire.send(credential.given_to(sendable) if credential else sendable)
        if answer.status == 401 and request.authenticated and request.status != 401 and self._login.renew():
            credential = self._login.credential
            answer = self._wire.send(credential.given_to(sendable) if credential else sendable)
        return answer

    def _is(self, seen: ObservedBreach, sendable: Sendable, answer: Answer) -> bool:
        if seen.breach == "ignored_auth":
            return answer.succeeded
        if seen.breach in _REPORTED:
            return answer.status == seen.status
        if seen.operation not in self._schema.operations:
            return False
        found = self._judge.findings(
            seen.operation, self._schema.plain_case(seen.operation), sendable, answer, full=False, secured=False
        )
        where = "" if seen.where == WRONG else seen.where
        return any((one.breach, one.status, one.where) == (seen.breach, seen.status, where) for one in found)


def _same(request: Request) -> tuple[str, str, str]:
    return (request.method, request.path, request.body)
