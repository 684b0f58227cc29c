"""The breaches of an exercise that block: what was seen, seen again in a new data store, and not seen at the base
commit.

Pure: the runs are made elsewhere.
"""

import json
import shlex
from collections.abc import Collection, Iterable, Iterator, Sequence

from aurora.contract.exercised import Clause
from aurora.domain.exercise import BLOCKING, Breach, ExerciseResult, ObservedBreach, Request
from aurora.domain.findings import Finding, Weight
from aurora.domain.value import Value
from aurora.settings.contract import GraphQLBounds
from aurora.text import clip

CHECK = "contract"
RESPONSE_CHARS, BODY_CHARS, MESSAGE_CHARS = 800, 800, 700
BEFORE_SHOWN = 3
_LEFT_OUT_HEADERS = frozenset({"user-agent", "accept", "accept-encoding", "connection", "content-length", "host"})

WORDS = {
    Breach.SERVER_ERROR: "the server failed",
    Breach.STATUS_CODE: "a status that the document does not have",
    Breach.CONTENT_TYPE: "a content type that the document does not have",
    Breach.RESPONSE_SCHEMA: "the response is not what the document says",
    Breach.RESPONSE_HEADERS: "the response's headers are not what the document says",
    Breach.IGNORED_AUTH: "it answers without the log-in that the document demands",
    Breach.GRAPHQL_ERROR: "a resolver failed with an unexpected exception",
    Breach.NEGATIVE_DATA: "it takes what the document does not allow",
    Breach.POSITIVE_DATA: "it refuses what the document allows",
    Breach.UNSUPPORTED_METHOD: "it answers a method that the document does not have",
    Breach.DEPTH: "a query of any depth is answered",
    Breach.COST: "a query of any cost is answered",
    Breach.REPEATED: "statements grow with the number of results",
}
HINTS = {
    Breach.SERVER_ERROR: "Answer this input with a status of the document; validate it before it is used.",
    Breach.STATUS_CODE: "Answer with a status that the document has for this operation; the document is not yours to "
    "change unless the task says so.",
    Breach.CONTENT_TYPE: "Answer with the content type of the document.",
    Breach.RESPONSE_SCHEMA: "Answer as the document's schema says, with every required property.",
    Breach.IGNORED_AUTH: "Refuse a request without valid credentials before anything else is done.",
    Breach.GRAPHQL_ERROR: "Raise only errors that are meant for clients; catch the others where they occur.",
    Breach.DEPTH: "Refuse queries deeper than `contract.bounds.depth` before they are executed.",
    Breach.COST: "Refuse queries of more fields than `contract.bounds.cost` before they are executed.",
    Breach.REPEATED: "Read what belongs to all items of the list by a fixed number of statements (a join, one with "
    "`IN`, a data loader), not by one for each item.",
}


class JudgedBreaches(Value):
    """Every breach in one of these; of an error of the server each variant by itself, and one of each is kept."""

    blocking: tuple[ObservedBreach, ...] = ()
    known: tuple[ObservedBreach, ...] = ()
    """Seen at the base commit, too."""
    unsure: tuple[ObservedBreach, ...] = ()
    """Confirmed, and not known whether the base commit does so."""
    once: tuple[ObservedBreach, ...] = ()
    """Not seen again when the same requests were sent to a new data store."""
    known_only: tuple[ObservedBreach, ...] = ()
    """Of a kind that blocks nothing."""


def blocks(one: ObservedBreach, bounds: GraphQLBounds, touched: Collection[str]) -> bool:
    """Return whether it does, once it is confirmed. `touched`: operations, and fields as `Book.author`, of the task."""
    match one.breach:
        case Breach.DEPTH:
            return bounds.depth is not None
        case Breach.COST:
            return bounds.cost is not None
        case Breach.REPEATED:
            return one.operation in touched or one.where in touched
    return one.breach in BLOCKING


def suspects(
    seen: Sequence[ObservedBreach], bounds: GraphQLBounds, touched: Collection[str]
) -> tuple[ObservedBreach, ...]:
    return tuple(one for one in seen if blocks(one, bounds, touched))


def confirmed(suspected: Sequence[ObservedBreach], again: ExerciseResult | None) -> tuple[ObservedBreach, ...]:
    """Those that the replay in a new data store still saw. Where there was no replay, because the application did not
    start a second time, those that were seen again in the same run."""
    if again is None:
        return tuple(one for one in suspected if one.replayed)
    still = {one.key for one in again.seen}
    return tuple(one for one in suspected if one.key in still)


def judged(
    seen: Sequence[ObservedBreach],
    suspected: Sequence[ObservedBreach],
    stand: Sequence[ObservedBreach],
    at_base: Collection[str],
    unsure: Collection[str] = (),
) -> JudgedBreaches:
    """`suspected`: those of `seen` that may block. `stand`: the confirmed ones. `at_base`: keys of what the base
    commit showed; `unsure`: of what it may do, too."""
    standing = {one.key for one in stand}
    may = {one.key for one in suspected}
    new = tuple(one for one in suspected if one.key in standing and one.key not in at_base)
    return JudgedBreaches(
        blocking=_one_of_each(one for one in new if one.key not in unsure),
        known=_one_of_each(one for one in suspected if one.key in standing and one.key in at_base),
        unsure=_one_of_each(one for one in new if one.key in unsure),
        once=_one_of_each(one for one in suspected if one.key not in standing),
        known_only=tuple(one for one in seen if one.key not in may),
    )


def _one_of_each(found: Iterable[ObservedBreach]) -> tuple[ObservedBreach, ...]:
    """The first of several variants: who fixes one sees the next."""
    firsts: dict[str, ObservedBreach] = {}
    for one in found:
        firsts.setdefault(one.stem, one)
    return tuple(firsts.values())


def finding(
    one: ObservedBreach, path: str, clause: Clause, weight: Weight = Weight.BLOCKS, note: str = "", below: str = ""
) -> Finding:
    """The operation, what was sent, what came back, and the clause that it was held against. `below`: the path that its
    operations are served below."""
    return Finding(
        check=CHECK,
        path=path,
        line=clause.line,
        message=clip("\n".join(_lines(one, clause, note, below)), 4_000),
        hint=HINTS.get(one.breach, ""),
        weight=weight,
    )


def note(one: ObservedBreach, path: str, weight: Weight, why: str) -> Finding:
    """The breach in one line, for the evidence."""
    said = f"{_head(one)}; {why}: {clip(' '.join(one.message.split()), 300)}"
    return Finding(check=CHECK, path=path, message=clip(said, 1_000), weight=weight)


def _head(one: ObservedBreach) -> str:
    status = f" answered {one.status}" if one.status else ""
    where = f", at {one.where}" if one.where else ""
    return f"{one.operation}{status}: {WORDS[one.breach]} ({one.breach.value}{where})"


def _lines(one: ObservedBreach, clause: Clause, said: str, below: str) -> Iterator[str]:
    yield _head(one)
    if said:
        yield said
    yield clip(one.message.strip(), MESSAGE_CHARS)
    for request in one.before[-BEFORE_SHOWN:]:
        yield f"before it: {as_curl(request, below)}"
    yield f"request: {as_curl(one.request, below)}"
    if one.response:
        yield f"response: {one.status or ''} {clip(one.response, RESPONSE_CHARS)}".replace("  ", " ")
    if clause.said:
        yield f"the document: {clause.said}"


def as_curl(request: Request, below: str = "") -> str:
    """A command that somebody may run by hand; the log-in is named, and its value is not there to be shown."""
    words = ["curl", "-X", request.method]
    for name, value in request.headers.items():
        if name.lower() not in _LEFT_OUT_HEADERS:
            words += ["-H", f"{name}: {clip(value, 200)}"]
    if request.body:
        words += ["--data-binary", clip(_printable(request.body), BODY_CHARS)]
    line = shlex.join([*words, f"http://127.0.0.1{below}{clip(request.path, 600)}"])
    return line + ("  # logged in" if request.authenticated else "")


def _printable(text: str) -> str:
    """Control characters as JSON writes them: a request stands in one line."""
    return "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in text)
