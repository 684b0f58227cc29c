"""One operation at a time: requests built with what exists, sent with the log-in, judged, and told."""

import contextlib
import json
import time
from dataclasses import replace
from typing import Any

from schemathesis import Case

from . import credentials, errors, links, other_names, requirements
from .credentials import WRONG, Credential, LogIn
from .findings import Finding
from .history import Call, History, Use, requests_before
from .judging import Judge
from .links import Link
from .pointers import Missing, put
from .records import HEAD, RECIPE, ObservedBreach, Order, Request, TakenValue
from .report import Report
from .schema import Schema
from .substitution import outcome_of
from .transport import Answer, NoAnswer, Sendable, ServiceDied, Transport

DEEPEST = 4
"""Operations that one stands on, one after the other."""
PRODUCING = 4
"""Requests that are tried to make one thing."""
GIVEN_UP = 3
"""Fruitless rounds after which nothing is expected of an operation any more."""
ABSENT = (404, 405, 501)
"""The answer of a service for an operation that it does not have."""
MOST_LATE = 2
"""Requests of one operation without an answer in time, after which it is left."""


class Trial:
    """All that requests share: what exists by now, the log-in, the clock."""

    def __init__(
        self, order: Order, report: Report, document: dict[str, Any], schema: Schema, wire: Transport, login: LogIn
    ) -> None:
        self.order, self.report, self.document, self.schema = order, report, document, schema
        self.known = {name: said for name, said in links.operations(document).items() if name in schema.operations}
        self.history = History()
        self._wire, self._login = wire, login
        self._judge = Judge(schema, document, links.operations(document))
        self._feeding = requirements.Feeding.of(document, self._inferred())
        self._fruitless: dict[str, int] = {}
        self._late: dict[str, int] = {}
        self._cases: dict[str, list[Case]] = {}
        self._asked: dict[str, int] = {}
        self._alive_credentials: set[str] = set()
        self.statuses: dict[str, dict[int, int]] = {}
        """The number of times that each status was answered, by operation."""
        self._locked_in_fact: set[str] = set()
        self.deadline = time.monotonic() + order.seconds
        schema.until = lambda: self.deadline

    def _inferred(self) -> list[Link]:
        try:
            return self.schema.links()
        except Exception as error:  # noqa: BLE001 (a help only: paths and declared links remain)
            self.report.problem(f"links could not be inferred from the schemas: {type(error).__name__}: {error}"[:300])
            return []

    def over(self) -> bool:
        return time.monotonic() >= self.deadline

    def left(self, name: str) -> bool:
        """Return whether the operation does not answer in time."""
        return self._late.get(name, 0) >= MOST_LATE

    def locked(self, name: str) -> str:
        """The reason why nobody can log in to the operation."""
        return credentials.why_not(credentials.needs(self.document, self.known[name]), self.order)

    def secured(self, name: str) -> bool:
        return bool(credentials.needs(self.document, self.known[name]))

    def attempt(
        self, name: str, case: Case, *, linked: bool = True, full_only: bool = True, depth: int = 0
    ) -> Call | None:
        """Send one request of `name` with the log-in that it needs; None where nothing came back."""
        return self._tried(name, case, self._linked(name, case, depth) if linked else (), full_only=full_only)

    def ask_for_nothing(self, name: str, case: Case) -> None:
        """Send one request for what does not exist, below what exists and named as such things are named here."""
        path = name.partition(" ")[2]
        last = links.names_in(path)[-1]
        uses, held = self._linked(name, case, 0), case.path_parameters
        other = other_names.elsewhere(held or {}, last, links.placed(f"path:{last}", path), uses)
        if other is not None:
            case.path_parameters, uses = other
            self._tried(name, case, uses, full_only=True, named=False)
            case.path_parameters = held

    def _tried(
        self, name: str, case: Case, uses: tuple[Use, ...], *, full_only: bool, named: bool = True
    ) -> Call | None:  # `named`: the last of `uses` is what the request names
        request = self._sendable(case)
        if request is None:
            return None
        with_login = self._wants_login(name)
        answer = self._answered(name, request, uses, self._login.credential if with_login else None)
        if answer is not None and answer.status == 401 and not with_login and self._login.credential is not None:
            self._locked_in_fact.add(name)  # the document does not say so, yet the log-in is what it takes
            with_login, answer = True, self._answered(name, request, uses, self._login.credential)
        if answer is None:
            return None
        made = self._made(name, request, answer, uses, with_login)
        self._judged(name, case, request, answer, made, full=full_only)
        if answer.succeeded and request.method == name.partition(" ")[0]:
            self.history.add(made)
            if with_login and requirements.ends_session(name):
                self._login.renew()
            if request.method == "DELETE" and uses and named:
                uses[-1].source.gone = True
        return made

    def unlocked(self, name: str, case: Case, *, linked: bool = True) -> None:
        """Send a request without any credential, and one with a wrong one: neither may succeed."""
        if self.order.login and name in (self.order.login.operation, *(call.operation for call in self.order.before)):
            return
        uses = self._linked(name, case, 0) if linked else ()
        request = self._sendable(case)
        if request is None:
            return
        wrong = credentials.wrong(credentials.needs(self.document, self.known[name]))
        for credential, said in ((None, "no credential"), (wrong, "a credential that is none")):
            answer = self._answered(name, request, uses, credential)
            if answer is None:
                continue
            made = self._made(name, request, answer, uses, False)
            where = "" if credential is None else WRONG
            if answer.succeeded:
                text = (
                    f"`{name}` answered {answer.status} to a request with {said}, though the document asks for a log-in"
                )
                self._tell(Finding("ignored_auth", answer.status, where, text), made, answer)
                return
            if answer.status >= 500:
                self._judged(name, case, request, answer, made, full=False, where=where)

    def log_in(self, name: str) -> None:
        """Judge the answer of the log-in itself, by the recipe's call: no generated one is let in."""
        call = self.order.login
        if call is None or call.operation != name or self._login.credential is None:
            return
        request = credentials.sendable(call)
        answer = self._answered(name, request, (), None)
        if answer is not None:
            self._login.hide(answer)
            case = self.schema.plain_case(name)
            self._judged(name, case, request, answer, self._made(name, request, answer, (), False), full=False)

    def valid_cases(self, name: str, count: int) -> list[Case]:
        """Requests as the document allows them, the simplest first; the same objects each time."""
        held, wanted = self._cases.get(name), max(count, PRODUCING)
        if held is None or (len(held) < count and self._asked.get(name, 0) < wanted):
            with contextlib.suppress(Exception):
                shown = self.schema.examples(name) if held is None else []
                held = [*shown, *(held or []), *self.schema.generated(name, wanted, valid=True)]
            self._cases[name] = held or []
            if not self.over():
                self._asked[name] = wanted  # what made fewer, or none, takes as long the next time and makes no more
        return self._cases[name][:count]

    def fill(self, name: str) -> None:
        """Make something that the operation lists, if nothing was made yet."""
        for maker in requirements.makers(self.known, name):
            if self.history.latest(maker) is None:
                self._produced(maker, 1)

    # what a request needs

    def _linked(self, name: str, case: Case, depth: int) -> tuple[Use, ...]:
        """Put values that exist into `case`; returns where each came from."""
        method, _, path = name.partition(" ")
        needed = {f"path:{one}" for one in links.names_in(path)}
        found: dict[str, Use] = {}
        raw: dict[str, Any] = {}
        ranked = sorted(
            self._feeding.to.get(name, []), key=lambda link: -len({value.at for value in link.values} & needed)
        )
        for link in ranked:
            places = {value.at for value in link.values}
            if needed and not needed <= set(found) and not (places & needed) - set(found):
                continue
            if not places - set(found):
                continue
            body_only = not places & needed
            source = self._source(link, depth, fresh=method == "DELETE" and not body_only, eager=not body_only)
            if source is None:
                continue
            values = self._values(link, source)
            if values is None or not all(place in values for place in places & needed):
                continue
            for place, (value, expression) in values.items():
                if place not in found and self._fits(case, place):
                    found[place] = Use(place, source, expression, str(value))
                    raw[place] = value
        self._put(case, raw)
        order = sorted(
            found.values(),
            key=lambda use: (
                list(case.path_parameters or {}).index(use.at[5:]) if use.at[5:] in (case.path_parameters or {}) else -1
            ),
        )
        if method == "DELETE":
            for use in order:
                use.source.spent = True
        return tuple(replace(use, at=links.placed(use.at, path)) for use in order)

    def _source(self, link: Link, depth: int, *, fresh: bool, eager: bool) -> Call | None:
        made = self.history.latest(link.source, fresh=fresh)
        if made is not None and link.fits(made.request.status):
            return made
        if not eager and link.source.startswith("GET"):
            return None
        made = self._produced(link.source, depth + 1)
        if made is None and fresh:
            made = self.history.latest(link.source)
        return made if made is not None and link.fits(made.request.status) else None

    def _produced(self, name: str, depth: int) -> Call | None:
        """A new successful request of `name`; None where it can't be had."""
        if depth > DEEPEST or name not in self.known or self._fruitless.get(name, 0) >= GIVEN_UP or self.over():
            return None
        if self.locked(name) or self.left(name):
            return None
        self._fruitless[name] = self._fruitless.get(name, 0) + 1
        count = len(self.history.made.get(name, []))
        cases = self.valid_cases(name, PRODUCING + count)
        for case in [*cases[count:], *cases[:count]][:PRODUCING]:
            made = self.attempt(name, case, full_only=False, depth=depth)
            if made is not None and 200 <= made.request.status < 300:
                self._fruitless[name] = 0
                return made
            if self.over():
                break
        return None

    def _values(self, link: Link, source: Call) -> dict[str, tuple[Any, str]] | None:
        values: dict[str, tuple[Any, str]] = {}
        for value in link.values:
            with contextlib.suppress(Missing):
                held = links.evaluate(value.expression, source.outcome)
                if value.at.startswith("body:") or (isinstance(held, str | int) and held != "" and held is not True):
                    values[value.at] = (held, str(value.expression))
        return values or None

    def _fits(self, case: Case, place: str) -> bool:
        kind, _, name = place.partition(":")
        if kind == "body":
            return isinstance(case.body, dict)
        if kind == "query":
            return name in (case.query or {})
        return kind in ("path", "header")

    def _put(self, case: Case, raw: dict[str, Any]) -> None:
        for place, value in raw.items():
            kind, _, name = place.partition(":")
            if kind == "path":
                case.path_parameters = {**(case.path_parameters or {}), name: value}
            elif kind == "query":
                case.query = {**case.query, name: value}
            elif kind == "header":
                case.headers[name] = str(value)
            elif kind == "body":
                case.body = put(case.body, name, value)

    # sending

    def _sendable(self, case: Case) -> Sendable | None:
        try:
            return self.schema.sendable(case)
        except Exception:  # noqa: BLE001 (a generated request that HTTP can't carry is none)
            return None

    def _wants_login(self, name: str) -> bool:
        open_document = "security" not in self.document and not any("security" in said for said in self.known.values())
        wanted = self.secured(name) or open_document or name in self._locked_in_fact
        return self._login.credential is not None and wanted

    def _answered(
        self, name: str, request: Sendable, uses: tuple[Use, ...], credential: Credential | None
    ) -> Answer | None:
        answer = self._sent(name, request, uses, credential)
        ours = credential is not None and credential is self._login.credential
        if answer is None or not ours or credential is None:
            return answer
        if answer.status != 401:
            self._alive_credentials.add(credential.value)
        elif credential.value in self._alive_credentials and self._login.renew():
            return self._sent(name, request, uses, self._login.credential)
        return answer

    def _sent(
        self, name: str, request: Sendable, uses: tuple[Use, ...], credential: Credential | None
    ) -> Answer | None:
        if self.over():
            return None
        exercised = self.report.operation(name)
        try:
            answer = self._wire.send(credential.given_to(request) if credential else request, self.deadline)
        except NoAnswer as error:
            self._silent(name, request, uses, credential, error)
            return None
        except ServiceDied:
            text = f"the service ended while it handled `{name}`"
            self._tell(
                Finding("server_error", 0, "ended", text), self._unanswered(name, request, uses, credential), None
            )
            raise
        finally:
            exercised.requests += 1
        if request.method == name.partition(" ")[0]:
            counted = self.statuses.setdefault(name, {})
            counted[answer.status] = counted.get(answer.status, 0) + 1
        exercised.succeeded += answer.succeeded
        exercised.missing += answer.status in ABSENT
        exercised.statements = max(exercised.statements, answer.statements)
        return answer

    def _silent(
        self, name: str, request: Sendable, uses: tuple[Use, ...], credential: Credential | None, error: NoAnswer
    ) -> None:
        if error.cut:
            return
        if error.late:
            self._late[name] = self._late.get(name, 0) + 1
            if self.left(name):
                self.report.problem(f"`{name}`: {error}, {MOST_LATE} times")
            return
        finding = Finding("server_error", 0, "closed", f"`{name}` got no answer: {error}")
        self._tell(finding, self._unanswered(name, request, uses, credential), None)

    def _unanswered(self, name: str, request: Sendable, uses: tuple[Use, ...], credential: Credential | None) -> Call:
        return Call(
            _record(name, request, 0, credential is not None), links.Outcome({}, {}, _parsed(request), None, {}), uses
        )

    def _made(self, name: str, request: Sendable, answer: Answer, uses: tuple[Use, ...], with_login: bool) -> Call:
        template = name.partition(" ")[2]
        return Call(_record(name, request, answer.status, with_login), outcome_of(request, answer, template), uses)

    # judging

    def _judged(
        self, name: str, case: Case, request: Sendable, answer: Answer, made: Call, *, full: bool, where: str = ""
    ) -> None:
        if name not in (*self.order.touched, *self.order.others) and (self.order.touched or self.order.others):
            return
        found = self._judge.findings(name, case, request, answer, full=full, secured=self.secured(name))
        for finding in found:
            if where == WRONG:
                finding = replace(finding, where=where, message=f"{finding.message}; its credential was none")
            variant = errors.variant(case, request, answer) if finding.breach == "server_error" else ""
            self._tell(finding, made, answer, variant)

    def _tell(self, finding: Finding, made: Call, answer: Answer | None, variant: str = "") -> None:
        name = made.request.operation
        before, request = requests_before(made, self.history.related(made, requirements.makers(self.known, name)))
        login = self.order.login
        if login is not None and name == login.operation and request.body == credentials.sendable(login).text:
            request = replace(request, body="", taken=(TakenValue(RECIPE, 0, ""),))
        self.report.see(
            ObservedBreach(
                breach=finding.breach,
                operation=name,
                message=finding.message,
                request=request,
                status=finding.status,
                where=finding.where,
                before=before,
                response=answer.text()[:HEAD] if answer else "",
                variant=variant,
            )
        )


def _record(name: str, request: Sendable, status: int, with_login: bool) -> Request:
    return Request(
        method=request.method,
        path=request.path,
        headers=request.headers,
        body=request.text,
        authenticated=with_login,
        operation=name,
        status=status,
    )


def _parsed(request: Sendable) -> Any:
    try:
        return json.loads(request.body)
    except ValueError:
        return None
