"""The log-in: how its credential is got, where it goes, and which operations of the document it serves."""

import json
import urllib.parse
from dataclasses import dataclass
from typing import Any

from . import pointers
from .records import LogInCall, Order
from .redaction import Redactor
from .transport import Answer, NoAnswer, Sendable, ServiceDied, Transport

_SECRET_NAMES = ("pass", "secret", "token", "key", "pin", "otp")
MOST_RENEWALS = 20
PATIENCE = 60.0
"""Seconds for a call of the log-in: passwords are hashed slowly on purpose, and all other operations stand on it."""
WRONG = "wrong"
"""The place of a breach in the answer to a credential that is none."""


class LogInFailed(Exception):
    """The request, without credentials, and its answer."""


@dataclass(frozen=True)
class Credential:
    place: str
    """`header`, `query` or `cookie`."""
    name: str
    value: str

    def given_to(self, request: Sendable) -> Sendable:
        """`request` with it."""
        headers, path = dict(request.headers), request.path
        for name in [held for held in headers if self.place == "header" and held.lower() == self.name.lower()]:
            del headers[name]
        if self.place == "header":
            headers[self.name] = self.value
        elif self.place == "cookie":
            held = headers.pop("Cookie", "")
            said = self.value if self.name == "" else f"{self.name}={self.value}"
            headers["Cookie"] = f"{held}; {said}" if held else said
        else:
            mark = "&" if "?" in path else "?"
            path += f"{mark}{urllib.parse.quote(self.name)}={urllib.parse.quote(self.value, safe='')}"
        return Sendable(request.method, path, headers, request.body)


def sendable(call: LogInCall) -> Sendable:
    """A call of the recipe as it goes out."""
    method, _, path = call.operation.partition(" ")
    if call.form is not None:
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return Sendable(method, path, kind, urllib.parse.urlencode(call.form).encode())
    if call.body is not None:
        return Sendable(method, path, {"Content-Type": "application/json"}, json.dumps(call.body).encode())
    return Sendable(method, path)


class LogIn:
    """The recipe of the order, carried out when it is needed and again when its credential has expired."""

    def __init__(self, order: Order, wire: Transport, redactor: Redactor) -> None:
        self._order, self._wire, self._redactor = order, wire, redactor
        self._renewals = 0
        self.credential: Credential | None = None
        for call in (*order.before, *((order.login,) if order.login else ())):
            for name, value in {**(call.body or {}), **(call.form or {})}.items():
                if isinstance(value, str) and any(word in name.lower() for word in _SECRET_NAMES):
                    redactor.hide(value)

    def start(self) -> None:
        """Log in for the first time; raises `LogInFailed`."""
        if self._order.logs_in:
            self.credential = self._credential()

    def hide(self, answer: Answer) -> None:
        """Never tell the credential that a log-in was answered with, whether it is used or not."""
        for said in answer.headers.get("set-cookie", []):
            self._redactor.hide(said.partition(";")[0].partition("=")[2])
        try:
            token = pointers.get(answer.json(), self._order.token)
        except pointers.Missing:
            return
        if isinstance(token, str | int):
            self._redactor.hide(str(token))

    def renew(self) -> bool:
        """Log in once more where that can help: False with a value that was given, or after too many."""
        if self._order.login is None or self._renewals >= MOST_RENEWALS:
            return False
        self._renewals += 1
        try:
            self.credential = self._credential()
        except LogInFailed:
            return False
        return True

    def _credential(self) -> Credential:
        order = self._order
        if order.value:
            self._redactor.hide(order.value)
            self._redactor.hide(order.value.partition(" ")[2])
            return Credential(order.place, order.header, order.value)
        assert order.login is not None
        problems = [said for call in order.before if (said := self._called(call)[1])]
        answer, said = self._called(order.login)
        if said or answer is None:
            raise LogInFailed("; ".join([*problems, said]))
        if not order.token.strip("/"):
            return self._cookies(answer, order.login.operation)
        try:
            token = pointers.get(answer.json(), order.token)
        except pointers.Missing:
            token = None
        if not isinstance(token, str | int) or token == "":
            raise LogInFailed(
                f"the log-in `{order.login.operation}` answered {answer.status} without a token at {order.token!r}: "
                + str(self._redactor.over(answer.text()[:300]))
            )
        self._redactor.hide(str(token))
        self._redactor.hide(order.prefix + str(token))
        return Credential(order.place, order.header, order.prefix + str(token))

    def _cookies(self, answer: Answer, operation: str) -> Credential:
        pairs = [said.partition(";")[0].strip() for said in answer.headers.get("set-cookie", [])]
        if not pairs:
            raise LogInFailed(f"the log-in `{operation}` answered {answer.status} and set no cookie")
        for pair in pairs:
            self._redactor.hide(pair.partition("=")[2])
        return Credential("cookie", "", "; ".join(pairs))

    def _called(self, call: LogInCall) -> tuple[Answer | None, str]:
        """The answer, and what is wrong with it."""
        sent = ", ".join(sorted({**(call.body or {}), **(call.form or {})})) or "nothing"
        try:
            answer = self._wire.send(sendable(call), patience=PATIENCE)
        except (NoAnswer, ServiceDied) as error:
            return None, f"the log-in's `{call.operation}`, sent {sent}: {error}"
        if answer.status >= 300:
            head = self._redactor.over(answer.text()[:300])
            return answer, f"the log-in's `{call.operation}`, sent {sent}, answered {answer.status}: {head}"
        return answer, ""


@dataclass(frozen=True)
class Scheme:
    """A security scheme of the document: where its credential goes."""

    place: str
    name: str

    def says(self) -> str:
        return f"{self.place} `{self.name}`"


def scheme_of(said: Any) -> Scheme | None:
    """The place of a security scheme's credential; None where it is none that a request carries."""
    if not isinstance(said, dict):
        return None
    if said.get("type") == "apiKey":
        return Scheme(str(said.get("in", "header")), str(said.get("name", "")))
    if said.get("type") in ("http", "oauth2", "openIdConnect", "basic"):
        return Scheme("header", "Authorization")
    return None


def needs(document: dict[str, Any], operation: dict[str, Any]) -> list[dict[str, Scheme | None]]:
    """Alternatives of what an operation asks for, each by name of its schemes; none where it is open."""
    required = operation.get("security", document.get("security")) or []
    alternatives = [one for one in required if isinstance(one, dict)]
    if not alternatives or any(not one for one in alternatives):
        return []
    components = document.get("components")
    schemes = (components.get("securitySchemes") if isinstance(components, dict) else None) or {}
    return [{name: scheme_of(schemes.get(name)) for name in one} for one in alternatives]


def wrong(alternatives: list[dict[str, Scheme | None]]) -> Credential:
    """A credential that is none, where the first of the alternatives would have one."""
    for one in alternatives:
        for scheme in one.values():
            if scheme is not None and scheme.name != "Authorization":
                return Credential(scheme.place, scheme.name, "wrong")
    return Credential("header", "Authorization", "Bearer wrong")


def why_not(alternatives: list[dict[str, Scheme | None]], order: Order) -> str:
    """The reason why the recipe can't log in to an operation with these alternatives; empty: it can, or nothing is
    needed."""
    if not alternatives:
        return ""
    asked = " or ".join(
        " with ".join(f"{name} ({scheme.says()})" if scheme else name for name, scheme in one.items())
        for one in alternatives
    )
    if not order.logs_in:
        return f"it needs a log-in, and there is no recipe: {asked}"
    for one in alternatives:
        if all(_served(scheme, order) for scheme in one.values()):
            return ""
    return f"it needs another log-in than the recipe's: {asked}"


def _served(scheme: Scheme | None, order: Order) -> bool:
    if scheme is None:
        return True
    if order.place == "cookie" and not order.token:
        return scheme.place == "cookie"
    return scheme.place == order.place and scheme.name.lower() == order.header.lower()
