"""The place where a document contradicts itself: two places that can't both hold, found without a model.

Only what no reading saves: what many public documents do and nobody stumbles over is left out. So is a required
property that is `writeOnly`, which the specification itself says is required of requests only.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from aurora.contract.bundling import DROPPED, NOT_FOLLOWED, origin
from aurora.contract.examples import misfits
from aurora.contract.faults import Lines
from aurora.contract.locations import Place
from aurora.contract.positions import Shape, below
from aurora.contract.reach import Parts, mapping
from aurora.contract.references import pointer
from aurora.contract.yaml_text import Where
from aurora.domain.workspace import Disagreement
from aurora.text import clip

MOST = 40
QUOTED = 160
_NAME = re.compile(r"\{([^{}]+)\}")
_BODILESS = ("204", "205", "304")
_PAIRS = (
    ("minimum", "maximum"), ("minLength", "maxLength"), ("minItems", "maxItems"), ("minProperties", "maxProperties"),
)  # fmt: skip


class Clash(NamedTuple):
    kind: str
    said: str
    first: Where
    second: Where


def disagreements(
    document: Mapping[str, Any],
    origins: Mapping[Where, Place],
    texts: Callable[[Sequence[str]], Mapping[str, str | None]],
) -> tuple[Disagreement, ...]:
    """The first of them, of a bundle, in its order; each with both places as they were written."""
    parts = Parts(document)
    found = list(dict.fromkeys(clashes(parts)))[:MOST]
    lines = Lines(texts)
    lines.prepare({origin(origins, where).file for clash in found for where in (clash.first, clash.second)})

    def quoted(where: Where) -> str:
        place = origin(origins, where)
        said = json.dumps(parts.value(where), ensure_ascii=False)
        return f"{lines.named(place)} at {pointer(place.where)}: {clip(said, QUOTED)}"

    made = []
    for clash in found:
        first, second = quoted(clash.first), quoted(clash.second)
        concerned = {*parts.reaching(clash.first), *parts.reaching(clash.second)}
        said = f"{clip(clash.said, 300)} ({first} | {second})"
        operations = tuple(sorted(concerned))
        made.append(Disagreement(kind=clash.kind, said=said, first=first, second=second, operations=operations))
    return tuple(made)


def clashes(parts: Parts) -> Iterator[Clash]:
    yield from _of_paths(parts)
    yield from _of_operations(parts)
    for where, value, shape in _walked(parts.document):
        if shape == ("one", "schema") or (shape == ("one", "parameter") and "schema" not in value):
            yield from _of_schema(where, value)
        for one in misfits(parts, where, value, shape):
            yield Clash(one.kind, f"The {one.kind} does not fit its schema: {one.why}", one.at, one.against)


def _walked(document: Mapping[str, Any]) -> Iterator[tuple[Where, dict[str, Any], Shape]]:
    """Every mapping that is no data, with what it is."""
    waiting: list[tuple[Where, Any, Shape]] = [((), document, ("one", "document"))]
    while waiting:
        where, value, shape = waiting.pop()
        if shape[1] in ("data", "other", "words"):
            continue
        if isinstance(value, dict):
            if NOT_FOLLOWED in value:
                continue
            yield where, value, shape
            waiting += reversed([((*where, key), child, below(shape, key)) for key, child in value.items()])
        elif isinstance(value, list):
            waiting += reversed([((*where, at), child, below(shape, at)) for at, child in enumerate(value)])


def _of_paths(parts: Parts) -> Iterator[Clash]:
    """One operation under two paths that no request can tell apart."""
    first: dict[str, Where] = {}
    for name, where in parts.operations.items():
        plain = _NAME.sub("{}", name)
        other = first.setdefault(plain, where)
        if other[1] != where[1]:
            said = f"{name} and {other[1]} are one path: no request tells them apart"
            yield Clash("path", said, (*other[:2],), (*where[:2],))


def _of_operations(parts: Parts) -> Iterator[Clash]:
    identities: dict[str, Where] = {}
    for name, where in parts.operations.items():
        operation = parts.operation(where)
        identity = operation.get("operationId")
        if isinstance(identity, str):
            other = identities.setdefault(identity, where)
            if other != where and parts.operation(other) is not operation:
                said = f"Two operations have the id {identity!r}"
                yield Clash("operation id", said, (*other, "operationId"), (*where, "operationId"))
        yield from _of_parameters(parts, name, where)
        yield from _of_guards(parts, where, operation)
        for status in mapping(operation.get("responses")):
            at = parts.end((*where, "responses", status))
            if status in _BODILESS and _has_body(mapping(parts.value(at))):
                said = f"{name} answers {status}, which has no body, and states one"
                key = "content" if "content" in mapping(parts.value(at)) else "schema"
                yield Clash("bodiless", said, (*where, "responses", status), (*at, key))


def _has_body(response: Mapping[str, Any]) -> bool:
    """Return whether more than an empty kind of content is stated."""
    return bool(response.get("schema")) or any(
        mapping(one).get("schema") for one in mapping(response.get("content")).values()
    )


def _of_parameters(parts: Parts, name: str, where: Where) -> Iterator[Clash]:
    """Parameters of the path by their names, and one that is there twice."""
    path = where[1]
    named = set(_NAME.findall(str(path)))
    declared: dict[tuple[str, str], Where] = {}
    whole = True
    for holder in ((*where, "parameters"), (*where[:2], "parameters")):
        here: dict[tuple[str, str], Where] = {}
        whole = whole and DROPPED not in mapping(parts.value(holder[:-1]))
        listed = parts.value(holder)
        for index, one in enumerate(listed if isinstance(listed, list) else ()):
            end = parts.end((*holder, index))
            stated = mapping(parts.value(end))
            if not isinstance(stated.get("name"), str) or not isinstance(stated.get("in"), str):
                whole = False
                continue
            key = (stated["in"], stated["name"])
            at: Where = (*holder, index) if "$ref" not in mapping(one) else (*end, "name")
            if key in here and here[key] != at:
                yield Clash("parameter", f"{name} has the {key[0]} parameter {key[1]!r} twice", here[key], at)
            here.setdefault(key, at)
        declared = {**here, **declared}
    of_path = {key[1]: at for key, at in declared.items() if key[0] == "path"}
    for one, at in of_path.items():
        if one not in named:
            said = f"{name} declares the path parameter {one!r}, which its path does not have"
            yield Clash("path parameter", said, at, (*where[:2],))
    if whole:
        for one in sorted(named - of_path.keys()):
            said = f"The path of {name} has {{{one}}}, which no parameter of the path declares"
            yield Clash("path parameter", said, (*where[:2],), where)


def _of_guards(parts: Parts, where: Where, operation: Mapping[str, Any]) -> Iterator[Clash]:
    """Security schemes that are asked for and not there, while others are."""
    schemes: Where = ("securityDefinitions",) if "swagger" in parts.document else ("components", "securitySchemes")
    known = mapping(parts.value(schemes))
    asked = operation.get("security")
    for index, one in enumerate(asked if isinstance(asked, list) else ()):
        for scheme in mapping(one):
            if scheme not in known and not scheme.startswith(("#", "http")):
                at = (*where, "security", index)
                yield Clash("security", f"The security scheme {scheme!r} is asked for and not defined", at, schemes)


def _of_schema(where: Where, schema: Mapping[str, Any]) -> Iterator[Clash]:
    for least, most in _PAIRS:
        low, high = schema.get(least), schema.get(most)
        if isinstance(low, int | float) and isinstance(high, int | float) and low > high:
            yield Clash("bounds", f"{least} {low} is more than {most} {high}", (*where, least), (*where, most))
    if schema.get("readOnly") is True and schema.get("writeOnly") is True:
        said = "A property can't be both readOnly and writeOnly"
        yield Clash("direction", said, (*where, "readOnly"), (*where, "writeOnly"))
    combined = any(key in schema for key in ("allOf", "anyOf", "oneOf", "$ref", "patternProperties", "if"))
    properties, required = schema.get("properties"), schema.get("required")
    if schema.get("additionalProperties") is False and isinstance(required, list) and not combined:
        for name in required:
            if isinstance(name, str) and name not in mapping(properties):
                said = f"The property {name!r} is required, is not defined, and no other property is allowed"
                yield Clash("required", said, (*where, "required"), (*where, "additionalProperties"))
