"""What the exercise of a served application needs of an OpenAPI document: its operations, each with all that it states,
which of them need a log-in, and where the clause stands that a response was held against.

For a child of `bounded`: the text comes from a repository nobody trusts.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import Field

from aurora.contract.document import load
from aurora.contract.positions import METHODS
from aurora.contract.references import pointer, references, target
from aurora.contract.yaml_text import Where, line_of, lines_of, parse
from aurora.domain.exercise import Breach
from aurora.domain.value import Value
from aurora.text import clip

_STATUSES = frozenset({Breach.STATUS_CODE, Breach.SERVER_ERROR})
_SCHEMAS = frozenset({Breach.RESPONSE_SCHEMA, Breach.CONTENT_TYPE, Breach.RESPONSE_HEADERS})
_INPUTS = frozenset({Breach.NEGATIVE_DATA, Breach.POSITIVE_DATA})


class ExercisedDocument(Value):
    """A document as the driver is given it, and what is asked of it here."""

    json_text: str
    operations: dict[str, str]
    """`POST /users` -> digest of all that the document states of it, what it refers to included."""
    secured: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Operations that take no call without a log-in -> names of the schemes that one of them may use."""
    schemes: dict[str, str] = Field(default_factory=dict)
    """Security scheme -> what the document says of it, with its place."""
    base_path: str = ""
    """Path of its first server; empty for the root."""


class Clause(Value):
    """What of a document a response was held against."""

    line: int = 0
    """In the document's file; 0 where that is not known."""
    said: str = ""


def read(text: str, path: str, bundle: str = "") -> ExercisedDocument:
    """`bundle`: the same document in one piece as JSON, where it consists of many files. Raises `Refusal`."""
    raw = load(bundle or text, path).raw
    node = None if bundle else parse(text, path)[1] or lines_of(text)
    found = {name: _digest(raw, where) for name, where in _operations(raw)}
    secured = {name: needed for name, where in _operations(raw) if (needed := _needed(raw, where))}
    schemes = {
        name: f"{_place(path, line_of(node, where), where)}: {clip(json.dumps(target(raw, _ref(where))), 400)}"
        for name, where in _schemes(raw)
    }
    return ExercisedDocument(
        json_text=json.dumps(raw),
        operations=found,
        secured=secured,
        schemes=schemes,
        base_path=_base(raw),
    )


def clauses(text: str, path: str, wanted: tuple[tuple[str, str, int], ...], bundle: str = "") -> tuple[Clause, ...]:
    """`wanted`: (operation, breach, status) of each. Raises `Refusal`."""
    raw = load(bundle or text, path).raw
    node = None if bundle else parse(text, path)[1] or lines_of(text)
    places = dict(_operations(raw))
    return tuple(_clause(raw, node, path, places.get(name), Breach(breach), status) for name, breach, status in wanted)


def _clause(raw: dict[str, Any], node: Any, path: str, where: Where | None, breach: Breach, status: int) -> Clause:
    if where is None:
        return Clause(said=f"{path} does not have this operation")
    operation = target(raw, _ref(where))
    responses = operation.get("responses") if isinstance(operation, dict) else None
    responses = responses if isinstance(responses, dict) else {}
    said = ""
    if breach in _STATUSES:
        where, said = (*where, "responses"), f"it answers {', '.join(map(str, responses)) or 'nothing'}"
    elif breach in _SCHEMAS:
        key = next((key for key in (str(status), f"{status // 100}XX", "default") if key in responses), "")
        where = (*where, "responses", key) if key else (*where, "responses")
        said = clip(json.dumps(_seen_through(raw, responses.get(key, {}))), 500)
    elif breach is Breach.IGNORED_AUTH:
        own = isinstance(operation, dict) and "security" in operation
        where = (*where, "security") if own else ("security",)
        said = clip(json.dumps(target(raw, _ref(where))), 300)
    elif breach in _INPUTS and isinstance(operation, dict) and "requestBody" in operation:
        where = (*where, "requestBody")
    line = line_of(node, where) or 0
    return Clause(line=line, said=_place(path, line, where) + (f": {said}" if said else ""))


def _seen_through(raw: dict[str, Any], response: Any) -> Any:
    """A response's schema, by one reference where it is one: what a reader compares with the body."""
    for _ in range(3):
        ref = response.get("$ref") if isinstance(response, dict) else None
        response = target(raw, ref) if isinstance(ref, str) and ref.startswith("#/") else response
    content = response.get("content") if isinstance(response, dict) else None
    if not isinstance(content, dict) or not content:
        return response
    kind, media = next(iter(content.items()))
    schema = media.get("schema") if isinstance(media, dict) else None
    ref = schema.get("$ref") if isinstance(schema, dict) else None
    if isinstance(ref, str) and ref.startswith("#/"):
        return {kind: {ref.rpartition("/")[2]: target(raw, ref)}}
    return {kind: schema}


def _place(path: str, line: int | None, where: Where) -> str:
    return f"{path}{f':{line}' if line else ''} at {pointer(where)}"


def _ref(where: Where) -> str:
    return "#" + pointer(where)


def _operations(raw: Mapping[str, Any]) -> Iterator[tuple[str, Where]]:
    paths = raw.get("paths")
    for path, item in paths.items() if isinstance(paths, dict) else ():
        for method in METHODS:
            if isinstance(item, dict) and isinstance(item.get(method), dict) and path.startswith("/"):
                yield f"{method.upper()} {path}", ("paths", path, method)


def _digest(raw: dict[str, Any], where: Where) -> str:
    """Of the operation, what its path says for all of its methods, and all that both refer to."""
    _, path, method = where
    item = raw["paths"][path]
    shared = {key: value for key, value in item.items() if key not in METHODS}
    parts: dict[str, Any] = {"": [item[method], shared, raw.get("security"), _schemes_used(raw, item[method])]}
    waiting = [parts[""]]
    while waiting:
        for _, ref in references(waiting.pop()):
            if ref.startswith("#/") and ref not in parts:
                parts[ref] = target(raw, ref)
                waiting.append(parts[ref])
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _schemes_used(raw: dict[str, Any], operation: Mapping[str, Any]) -> list[Any]:
    needs = operation.get("security", raw.get("security"))
    names = {name for need in needs if isinstance(need, dict) for name in need} if isinstance(needs, list) else set()
    return [target(raw, _ref(where)) for name, where in _schemes(raw) if name in names]


def _needed(raw: Mapping[str, Any], where: Where) -> tuple[str, ...]:
    """Schemes of which one is needed; none where a call without any is taken."""
    operation = raw["paths"][where[1]][where[2]]
    needs = operation.get("security", raw.get("security"))
    if not isinstance(needs, list) or not needs or any(not need for need in needs):
        return ()
    return tuple(dict.fromkeys(str(name) for need in needs if isinstance(need, dict) for name in need))


def _schemes(raw: Mapping[str, Any]) -> Iterator[tuple[str, Where]]:
    components = raw.get("components")
    places: tuple[tuple[Where, Any], ...] = (
        (
            ("components", "securitySchemes"),
            components.get("securitySchemes") if isinstance(components, dict) else None,
        ),
        (("securityDefinitions",), raw.get("securityDefinitions")),
    )
    for above, schemes in places:
        for name in schemes if isinstance(schemes, dict) else ():
            yield str(name), (*above, str(name))


def _base(raw: Mapping[str, Any]) -> str:
    servers = raw.get("servers")
    first = servers[0] if isinstance(servers, list) and servers else None
    if not isinstance(first, dict):
        said = raw.get("basePath")
        return _path(said) if isinstance(said, str) else ""
    url = first.get("url")
    variables = first.get("variables")
    if not isinstance(url, str):
        return ""
    for name, variable in variables.items() if isinstance(variables, dict) else ():
        if isinstance(variable, dict):
            url = url.replace(f"{{{name}}}", str(variable.get("default", "")))
    return _path(url)


def _path(url: str) -> str:
    path = re.sub(r"^\w+://[^/]*", "", url).rstrip("/")
    return path if path.startswith("/") else ""
