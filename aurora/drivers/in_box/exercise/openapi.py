"""The run of an OpenAPI document: what is touched first, each operation with its share of the time."""

import json
import tempfile
import time
from collections import Counter
from dataclasses import replace
from typing import Any

from . import absent, patterns, replays, served
from .credentials import LogIn, LogInFailed
from .links import operations
from .records import Order
from .report import Report
from .requirements import ordered
from .schema import VERSION, Schema, has_sound_path
from .transport import ServiceDied, Transport
from .trial import Trial

FOR_TOUCHED = 0.7
"""Share of the time that the touched operations may use while others wait."""


SLOWEST = 4
"""One operation gets at most this part of the time that is left: a slow one is cut, the rest need not be."""
MOSTLY = 0.8
"""Share of one status, with no success at all, from which the base path is doubted rather than each operation."""


def drive(order: Order, report: Report) -> None:
    """Exercise the operations of the order, or send again what it asks for."""
    report.driver = VERSION
    try:
        document = json.loads(order.document)
    except ValueError as error:
        report.problem(f"the document is no JSON: {error}")
        return
    if not isinstance(document, dict):
        report.problem("the document is no object")
        return
    document = patterns.read(document)
    wire = Transport(order.root, order)
    if not wire.alive():
        report.problem(f"nothing listens on port {order.port}")
        return
    if not order.again:
        served.look(order, wire, report)
    login = LogIn(order, wire, report.redactor)
    try:
        login.start()
    except LogInFailed as error:
        report.problem(f"the log-in failed: {error}")
        order = _without_login(order)
        login = LogIn(order, wire, report.redactor)
    with tempfile.TemporaryDirectory() as home:
        try:
            schema = Schema(_bare(document), order.root, order.seed, home)
        except Exception as error:  # noqa: BLE001 (of a document that nobody checked, anything may be wrong)
            report.problem(f"the document can't be read by the driver: {type(error).__name__}: {error}"[:500])
            return
        for name, why in schema.unreadable.items():
            report.operation(name).left_out = f"the document can't be read here: {why}"
        try:
            if order.again:
                replays.replay(order, report, document, schema, wire, login)
            else:
                _run(Trial(order, report, document, schema, wire, login), report)
        except ServiceDied as error:
            report.problem(f"the service ended: {error}")


def _without_login(order: Order) -> Order:
    return replace(order, login=None, value="", before=())


def _bare(document: dict[str, Any]) -> dict[str, Any]:
    """The document without servers: the order says where it is served."""
    return {name: held for name, held in document.items() if name != "servers"}


def _run(trial: Trial, report: Report) -> None:
    order = trial.order
    everything = [] if order.others else list(trial.known)
    touched = [name for name in order.touched if name in trial.known] if order.touched else everything
    others = [name for name in order.others if name in trial.known and name not in touched]
    for name in (*order.touched, *order.others):
        if name not in operations(trial.document):
            report.operation(name).left_out = "the document has no such operation"
    ends = trial.deadline
    if others and touched:
        trial.deadline = time.monotonic() + FOR_TOUCHED * order.seconds
    _group(trial, report, ordered(touched), order.examples)
    trial.deadline = ends
    _group(trial, report, ordered(others), order.others_examples)
    _doubtful(trial, report)
    _refused(trial, report)


def _group(trial: Trial, report: Report, names: list[str], examples: int) -> None:
    ends = trial.deadline
    for index, name in enumerate(names):
        now = time.monotonic()
        if now >= ends:
            report.operation(name).left_out = report.operation(name).left_out or "the time was over"
            continue
        trial.deadline = min(ends, now + (ends - now) / min(SLOWEST, len(names) - index))
        try:
            _operation(trial, report, name, examples)
        except ServiceDied:
            for rest in names[index + 1 :]:
                report.operation(rest).left_out = "the service had ended"
            raise
        except Exception as error:  # noqa: BLE001 (one operation that can't be generated does not end the run)
            report.operation(name).left_out = f"no requests could be made: {type(error).__name__}: {error}"[:300]
    trial.deadline = ends


def _operation(trial: Trial, report: Report, name: str, examples: int) -> None:
    exercised = report.operation(name)
    if examples <= 0:
        exercised.left_out = "it is not touched, and others are not exercised"
        return
    why = trial.locked(name)
    if why:
        exercised.left_out = why
        for case in trial.valid_cases(name, 2):
            trial.unlocked(name, case, linked=False)
        return
    trial.fill(name)
    trial.log_in(name)
    valid = max(1, examples // 2)
    cases = trial.valid_cases(name, valid)
    if trial.secured(name) and trial.order.logs_in and cases:
        trial.unlocked(name, cases[0])
    open_ = None
    for case in cases:
        if trial.over() or trial.left(name):
            break
        made = trial.attempt(name, case)
        if open_ is None and made is not None and 200 <= made.request.status < 300:
            open_ = case
    if open_ is not None and open_ is not cases[0] and trial.secured(name) and trial.order.logs_in:
        trial.unlocked(name, open_)  # the simplest one may be refused for what it says, whoever sends it
    share = max(1, (examples - len(cases)) // 3)
    for case in trial.schema.covered(name, share, valid=True):
        if not trial.over() and not trial.left(name):
            trial.attempt(name, case)
    if examples > 2:
        if "{" in name and not trial.over() and not trial.left(name):
            for case in trial.schema.generated(name, 1, valid=True):
                far = absent.numbers(trial.document, name, trial.known[name])
                case.path_parameters = {**(case.path_parameters or {}), **far}
                trial.attempt(name, case, linked=False)  # all others ask for what exists
        if "{" in name and cases and not trial.over() and not trial.left(name):
            trial.ask_for_nothing(name, cases[0])
        for case in trial.schema.with_nulls(name):
            if not trial.over() and not trial.left(name):
                trial.attempt(name, case)
        for case in trial.schema.covered(name, share, valid=False):
            if not trial.over() and not trial.left(name):
                trial.attempt(name, case, linked=has_sound_path(case))
    rest = examples - exercised.requests
    for case in trial.schema.generated(name, max(0, min(share, rest)), valid=False):
        if not trial.over() and not trial.left(name):
            trial.attempt(name, case, linked=has_sound_path(case))
    answered = trial.statuses.get(name, {})
    if trial.left(name):
        exercised.left_out = "it does not answer in time"
    elif answered and set(answered) <= {401, 403, 429}:
        exercised.left_out = f"every request was refused ({', '.join(str(status) for status in sorted(answered))})"
    elif not cases and f"{name}:positive" in trial.schema.slow:
        exercised.left_out = "the time was over before a request was made that the document allows"
    elif trial.over() and exercised.requests < max(1, examples // 2):
        exercised.left_out = "the time was over before its requests were"


def _doubtful(trial: Trial, report: Report) -> None:
    """Say what makes the whole run doubtful, rather than of every operation that it is wrong."""
    every = Counter[int]()
    for counted in trial.statuses.values():
        every.update(counted)
    if not every or any(200 <= status < 300 for status in every):
        return
    status, count = every.most_common(1)[0]
    if count > 5 and count >= MOSTLY * every.total() and status in (301, 302, 307, 308, 400, 404, 421):
        place = trial.order.base_path or "/"
        report.problem(f"{count} of {every.total()} requests were answered {status}: is {place!r} where it is served?")
        report.keep([])


def _refused(trial: Trial, report: Report) -> None:
    """Note the requests that a bound of the application's own answered, about which nothing is known."""
    counts = [Counter(counted) for counted in trial.statuses.values()]
    refused, every = sum(counted[429] for counted in counts), sum(counted.total() for counted in counts)
    if refused:
        report.problem(f"{refused} of {every} requests were answered 429: the application bounds how often it answers")
