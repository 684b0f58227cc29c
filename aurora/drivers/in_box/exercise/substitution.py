"""A request that was written down, sent again with values that this run produced."""

import json
import urllib.parse
from collections.abc import Sequence
from typing import Any

from . import pointers
from .links import Outcome, evaluate, names_in
from .records import Request
from .transport import Answer, Sendable, from_text


class Broken(Exception):
    """A value that the request needs was not produced this time; the text says which."""


def with_values(request: Request, outcomes: Sequence[Outcome | None]) -> Sendable:
    """`request` as it goes out now; raises `Broken`."""
    path, headers, body = request.path, dict(request.headers), from_text(request.body)
    for taken in request.taken:
        outcome = outcomes[taken.source] if 0 <= taken.source < len(outcomes) else None
        if outcome is None:
            raise Broken(f"the request that gave `{taken.at}` failed")
        try:
            value = evaluate(taken.expression, outcome)
        except pointers.Missing as error:
            raise Broken(f"`{taken.expression}` is not in the answer any more") from error
        place, _, name = taken.at.partition(":")
        if place == "path":
            path = _in_path(path, int(name), taken.value, str(value))
        elif place == "query":
            path = _in_query(path, name, str(value))
        elif place == "header":
            headers[name] = str(value)
        elif place == "body":
            body = _in_body(body, name, value)
    return Sendable(request.method, path, headers, body)


def _in_path(path: str, index: int, old: str, new: str) -> str:
    bare, mark, query = path.partition("?")
    parts = bare.split("/")
    if index < len(parts):
        parts[index] = parts[index].replace(quoted(old), quoted(new)) if old else quoted(new)
    return "/".join(parts) + mark + query


def _in_query(path: str, name: str, value: str) -> str:
    bare, _, query = path.partition("?")
    pairs = [
        (key, value if key == name else held) for key, held in urllib.parse.parse_qsl(query, keep_blank_values=True)
    ]
    return f"{bare}?{urllib.parse.urlencode(pairs)}"


def _in_body(body: bytes, pointer: str, value: Any) -> bytes:
    try:
        return json.dumps(pointers.put(json.loads(body), pointer, value)).encode()
    except ValueError as error:
        raise Broken("its body is no JSON") from error


def quoted(value: str) -> str:
    return urllib.parse.quote(value, safe="")


def outcome_of(request: Sendable, answer: Answer, template: str) -> Outcome:
    """The values that expressions can read of this request and its answer; `template` is the operation's path."""
    bare, _, query = request.path.partition("?")
    parameters: dict[str, str] = {}
    for said, part in zip(template.split("/"), bare.split("/"), strict=False):
        names = names_in(said)
        if len(names) == 1 and said == "{" + names[0] + "}":
            parameters[names[0]] = urllib.parse.unquote(part)
    try:
        sent = json.loads(request.body) if request.body else None
    except (ValueError, RecursionError):
        sent = None
    return Outcome(parameters, dict(urllib.parse.parse_qsl(query)), sent, answer.json(), answer.headers)
