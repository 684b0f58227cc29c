"""One run against one endpoint: operations are sent, their answers judged, their leaves kept for later ones."""

import random
import re
import time
import zlib
from dataclasses import dataclass, replace

from graphql import GraphQLSchema, is_composite_type

from . import graphql_answers as answers
from . import graphql_errors as errors
from .graphql_client import Answer, Client
from .graphql_operations import DEEPEST, Maker, Operation, item_type
from .graphql_values import Draw, KnownValue, Pool, Sent, Unsupported
from .records import ObservedBreach, Order
from .report import Report

MOST_BEFORE = 40
PATIENCE = 10.0
"""Seconds for one answer."""
MOST_REPAIRED = 6
"""Times an operation is made anew because the service does not know a part of it, or finds it too deep."""
TOO_MUCH = re.compile(r"depth|deep|complex|\bcosts?\b|too (large|many|big)|exceed|token|alias|directive limit", re.I)
_UNKNOWN = (
    (re.compile(r"Cannot query field ['\"](\w+)['\"] on type ['\"](\w+)['\"]"), "{1}.{0}"),
    (re.compile(r"Unknown argument ['\"](\w+)['\"] on field ['\"](\w+)\.(\w+)['\"]"), "{1}.{2}({0})"),
    (re.compile(r"Field ['\"](\w+)['\"] is not defined by type ['\"](\w+)['\"]"), "{1}.{0}"),
    (re.compile(r"Field ['\"](\w+)\.(\w+)['\"] of required type ['\"]\S+['\"] was not provided"), "{0}.{1}"),
    (re.compile(r"Field ['\"](\w+)['\"] of required type ['\"]\S+['\"] was not provided"), "{0}"),
    (re.compile(r"Unknown type ['\"](\w+)['\"]"), "{0}"),
    (re.compile(r"argument ['\"](\w+)['\"] of type ['\"]\S+['\"] is required", re.I), "{0}"),
    (re.compile(r"['\"](\S+)['\"] used in position expecting type ['\"](\S+)['\"]"), "{0}"),
    (re.compile(r"Value ['\"](\w+)['\"] does not exist in ['\"](\w+)['\"] enum"), "{1}.{0}"),
    (re.compile(r"Schema is not configured (?:to execute|for) (\w+)"), "{0}"),
)
"""The messages of GraphQL engines about an operation that the schema does not allow, and the part that is meant."""


@dataclass
class Exchange:
    operation: Operation
    sent: Sent
    answer: Answer

    @property
    def statements(self) -> int:
        """The statements that the observer counted; 0 where nothing counts."""
        return self.answer.observed.statements or 0


class Session:
    def __init__(self, order: Order, report: Report, schema: GraphQLSchema, client: Client) -> None:
        self.order, self.report, self.schema, self.client = order, report, schema, client
        self.maker = Maker(schema)
        self.pool = Pool()
        self.types = tuple(
            name for name, one in schema.type_map.items() if is_composite_type(one) and not name.startswith("__")
        )
        self.depths: dict[str, int] = {}
        self.needs_log_in: dict[str, int] = {}
        self.counted: int | None = None
        """SQL statements of all answers; None where nothing counts them."""
        self.silent: set[str] = set()
        """Operations that were not answered once: they are not waited for again."""
        self._sent = 0
        self._mutations: list[Sent] = []
        self._began = time.monotonic()
        self.reserve(1.0)

    def reserve(self, share: float) -> None:
        """End the time once this share of it has passed."""
        self._ends = self._began + share * self.order.seconds

    @property
    def left(self) -> float:
        """Seconds."""
        return self._ends - time.monotonic()

    # ── one operation ──

    def draw(self, kind: str, name: str, example: int, *, newest: bool = False, plain: bool = False) -> Draw:
        of = self.maker.roots(kind)[name]
        seed = zlib.crc32(f"{self.order.seed} {kind} {name} {example}".encode())
        return Draw(
            self.pool, random.Random(seed), example, item_type(of.type).name, self.types, kind == "mutation",  # noqa: S311
            newest, plain, number=self._sent + 1 + (self.order.seed % 7) * 1000,
        )  # fmt: skip

    def run(
        self,
        kind: str,
        name: str,
        example: int,
        *,
        newest: bool = False,
        plain: bool = False,
        only: frozenset[str] | None = None,
        quiet: bool = False,
        given: dict[str, int] | None = None,
    ) -> Exchange | None:
        """None where it can't be made, or the service does not know it.

        `only`: coordinates of what is selected below the root. `quiet`: nothing is reported. `given`: arguments."""
        coordinate = f"{getattr(self.maker.owner(kind), 'name', '')}.{name}"
        noted = self.report.operation(coordinate)
        for _ in range(MOST_REPAIRED):
            if coordinate in self.maker.unknown or coordinate in self.silent or self.left <= 0:
                return None
            try:
                drawn = self.draw(kind, name, example, newest=newest, plain=plain)
                drawn.given = given or {}
                operation = self.maker.operation(kind, name, drawn, self.depths.get(coordinate, DEEPEST), only)
            except Unsupported as error:
                noted.left_out = str(error)
                return None
            exchange = self.send(operation)
            if self._repaired(exchange, quiet):
                continue
            noted.requests += 1
            if exchange.answer.status == 0:
                self._not_answered(coordinate, exchange.answer)
            noted.statements = max(noted.statements, exchange.statements)
            if exchange.answer.data is not None and not exchange.answer.errors:
                noted.succeeded += 1
            if not quiet:
                self.judge(exchange)
            return exchange
        return None

    def send(self, operation: Operation) -> Exchange:
        self._sent += 1
        request = self.client.request(operation.text(), operation.variables)
        answer = self.client.send(request, min(PATIENCE, max(1.0, self.left)))
        known = replace(request, operation=operation.name, status=answer.status)
        sent = Sent(self._sent, known, operation.kind == "mutation", tuple(operation.drawn.taken))
        if answer.observed.statements is not None:
            self.counted = (self.counted or 0) + answer.observed.statements
        if answer.data is not None:
            for owner, name, value, pointer in answers.leaves(operation, answer.data):
                self.pool.add(owner, name, KnownValue(value, sent, f"/data{pointer}"))
            if sent.mutates:
                self._mutations.append(sent)
                if re.match(r"(delete|remove|destroy)", operation.root.name, re.I):
                    self._forget(operation)
        return Exchange(operation, sent, answer)

    def _not_answered(self, coordinate: str, answer: Answer) -> None:
        """The operation is left alone from here on, and all others where the service has ended."""
        self.silent.add(coordinate)
        if answer.late:
            self.report.operation(coordinate).left_out = f"it was not answered within {PATIENCE:.0f} s"
        if self.client.ask("{ __typename }")[1].status == 0:
            self.report.problem(f"the service ended, or hangs, after `{coordinate}`")
            self._ends = 0.0

    def _forget(self, operation: Operation) -> None:
        for _, held in operation.drawn.taken:
            for name in self.types:
                for one in self.pool.identities(name):
                    if one is held:
                        self.pool.drop(name, held.pointer.rpartition("/")[2], held.value)

    def _repaired(self, exchange: Exchange, quiet: bool) -> bool:
        """Return whether the operation is worth another try: the service does not know a part of it, or finds it too
        deep."""
        operation, answer = exchange.operation, exchange.answer
        if answer.data is not None or not answer.errors or any("path" in one for one in answer.errors):
            return False
        before = (len(self.maker.unknown), self.depths.get(operation.name, DEEPEST))
        refused = self.unknown(answer)
        for where, message in refused:
            if not quiet:
                self.see("response_schema", exchange, where, f"the service refuses what the schema has: {message}")
            self.maker.unknown.add(where if "." in where else operation.name)
        if not refused and before[1] > 1 and any(TOO_MUCH.search(str(one.get("message", ""))) for one in answer.errors):
            self.depths[operation.name] = before[1] - 1
        return before != (len(self.maker.unknown), self.depths.get(operation.name, DEEPEST))

    # ── what an answer says ──

    def unknown(self, answer: Answer) -> list[tuple[str, str]]:
        """(what of the document the service does not know, its words), by an answer that refuses an operation."""
        if answer.data is not None or any("path" in one for one in answer.errors):
            return []
        found = []
        for message in (str(one.get("message", "")) for one in answer.errors):
            what = next((form.format(*seen.groups()) for sign, form in _UNKNOWN if (seen := sign.search(message))), "")
            if what:
                found.append((what, message))
        return found

    def judge(self, exchange: Exchange) -> None:
        for breach, where, why in self.breaches(exchange):
            self.see(breach, exchange, where, why)

    def breaches(self, exchange: Exchange) -> list[tuple[str, str, str]]:
        """(breach, coordinate, why), those that block first."""
        operation, answer = exchange.operation, exchange.answer
        if answer.late:
            return []
        if answer.status == 0:
            return [("server_error", operation.name, answer.text)]
        found = []
        raised = answer.observed.raised
        for error in answer.errors:
            where = answers.at(operation, error.get("path"))
            message = str(error.get("message", ""))[:300]
            if why := errors.unexpected(error, raised):
                found.append(
                    ("unexpected_error", where, f"`errors[]` holds an unexpected exception: {message!r} ({why})")
                )
            elif errors.is_about_log_in(error):
                self.needs_log_in[operation.name] = self.needs_log_in.get(operation.name, 0) + 1
        if answer.status >= 500 and not found:
            found.append(("server_error", operation.name, f"HTTP {answer.status} to a valid operation"))
        elif not answer.is_graphql and answer.status not in (401, 403):
            said = "is no JSON object with `data` or `errors`" if answer.value is not None else "is no JSON"
            found.append(("content_type", operation.name, f"HTTP {answer.status}, and the body {said}"))
        elif answer.is_graphql and not answer.errors:
            found += [
                ("response_schema", where, f"`{where}` {why}") for where, why in answers.wrong(operation, answer.data)
            ]
        return found

    def see(self, breach: str, exchange: Exchange, where: str, message: str) -> None:
        """The breach with all requests that changed the data store before it: an answer stands on more than the ids in
        its request."""
        chain = self._before(exchange.sent)
        self.report.see(
            ObservedBreach(
                breach=breach,
                operation=exchange.operation.name,
                message=message[:600],
                request=exchange.sent.after(chain),
                status=exchange.answer.status,
                where=where,
                before=tuple(one.after(chain[:at]) for at, one in enumerate(chain)),
                response=exchange.answer.head,
            )
        )

    def _chain(self, sent: Sent) -> tuple[Sent, ...]:
        """All that a request was made from, in their order."""
        found: dict[int, Sent] = {}
        waiting = list(sent.sources)
        while waiting:
            one = waiting.pop()
            if one.number not in found:
                found[one.number] = one
                waiting += one.sources
        return tuple(found[number] for number in sorted(found))[-MOST_BEFORE:]

    def _before(self, sent: Sent) -> tuple[Sent, ...]:
        chain = {one.number: one for one in self._chain(sent)}
        late = [one for one in self._mutations if one.number < sent.number][-(MOST_BEFORE - len(chain)) :]
        chain |= {one.number: one for one in late}
        return tuple(chain[number] for number in sorted(chain))
