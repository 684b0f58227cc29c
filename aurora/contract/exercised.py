"""The parts of an OpenAPI document that the exercise of a served application needs: its operations, each with all that
it states, which of them need a log-in, and where the clause stands that a response was held against.

For a child of `bounded`: the text comes from a repository nobody trusts.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import Field

from aurora import bounded
from aurora.contract.bundling import origin
from aurora.contract.document import nothing, opened
from aurora.contract.faults import Lines
from aurora.contract.gathering import Texts
from aurora.contract.positions import METHODS
from aurora.contract.references import pointer, references, target
from aurora.contract.yaml_text import Where
from aurora.domain.exercise import Breach
from aurora.domain.value import Value
from aurora.text import clip

_STATUSES = frozenset({Breach.STATUS_CODE, Breach.SERVER_ERROR})
_SCHEMAS = frozenset({Breach.RESPONSE_SCHEMA, Breach.CONTENT_TYPE, Breach.RESPONSE_HEADERS})
_INPUTS = frozenset({Breach.NEGATIVE_DATA, Breach.POSITIVE_DATA})


class ExercisedDocument(Value):
    """A document as the driver is given it, and what is asked of it here."""

    json_text: str
    files: tuple[str, ...] = ()
    """That it consists of, its own path first."""
    operations: dict[str, str]
    """`POST /users` -> digest of all that the document states of it, what it refers to included."""
    secured: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Operations that take no call without a log-in -> names of the schemes that one of them may use."""
    schemes: dict[str, str] = Field(default_factory=dict)
    """Security scheme -> what the document says of it, with its place."""
    base_path: str = ""
    """Path of its first server; empty for the root."""


class Clause(Value):
    """The part of a document that a response was held against."""

    line: int = 0
    """Line in the document's file; 0 where that is not known."""
    said: str = ""


class Places:
    """The place where a part of the document was written: its file and line."""

    def __init__(self, text: str, path: str, texts: Texts) -> None:
        read = opened(text, path, texts)
        self.raw, self.files, self._origins = read.raw, read.files, read.origins
        self._lines = Lines(lambda paths: {**texts(paths), path: text})

    def of(self, where: Where) -> tuple[str, int]:
        """(`openapi.yaml:12 at /paths/~1users/post`, the line in the document's own file)."""
        place = origin(self._origins, where)
        self._lines.prepare({place.file})
        line = self._lines.of(place) or 0
        return f"{self._lines.named(place)} at {pointer(place.where)}", line if place.file == self.files[0] else 0


def read(text: str, path: str, texts: Texts = nothing) -> ExercisedDocument:
    """`texts`: of the document's other files. Raises `Refusal`."""
    places = Places(text, path, texts)
    raw = places.raw
    return ExercisedDocument(
        json_text=json.dumps(raw),
        files=places.files,
        operations={name: _digest(raw, where) for name, where in _operations(raw)},
        secured={name: needed for name, where in _operations(raw) if (needed := _needed(raw, where))},
        schemes={
            name: f"{places.of(where)[0]}: {clip(json.dumps(target(raw, _ref(where))), 400)}"
            for name, where in _schemes(raw)
        },
        base_path=_base(raw),
    )


def clauses(
    text: str, path: str, wanted: tuple[tuple[str, str, int], ...], texts: Texts = nothing
) -> tuple[Clause, ...]:
    """`wanted`: (operation, breach, status) of each. Raises `Refusal`."""
    places = Places(text, path, texts)
    known = dict(_operations(places.raw))
    return tuple(_clause(places, path, known.get(name), Breach(breach), status) for name, breach, status in wanted)


def read_asking(text: str, path: str) -> ExercisedDocument:
    """`read`, in a child that asks its caller for `texts`."""
    return read(text, path, _asked)


def clauses_asking(text: str, path: str, wanted: tuple[tuple[str, str, int], ...]) -> tuple[Clause, ...]:
    """`clauses`, likewise."""
    return clauses(text, path, wanted, _asked)


def _asked(paths: Sequence[str]) -> Mapping[str, str | None]:
    found: Mapping[str, str | None] = bounded.ask("texts", list(paths)) if paths else {}
    return found


def _clause(places: Places, path: str, where: Where | None, breach: Breach, status: int) -> Clause:
    if where is None:
        return Clause(said=f"{path} does not have this operation")
    raw = places.raw
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
    place, line = places.of(where)
    return Clause(line=line, said=f"{place}: {said}" if said else place)


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


def _ref(where: Where) -> str:
    return "#" + pointer(where)


def _operations(raw: Mapping[str, Any]) -> Iterator[tuple[str, Where]]:
    paths = raw.get("paths")
    for path, item in paths.items() if isinstance(paths, dict) else ():
        for method in METHODS:
            if isinstance(item, dict) and isinstance(item.get(method), dict) and path.startswith("/"):
                yield f"{method.upper()} {path}", ("paths", path, method)


def _digest(raw: dict[str, Any], where: Where) -> str:
    """The digest of the operation, what its path says for all of its methods, and all that both refer to."""
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
