"""A schema of an OpenAPI document in one form, whoever wrote it: a person, pydantic, drf-spectacular, Nest or Fastify.

For a child of `bounded`. A schema is read one level at a time, so that circles cost nothing: what lies below it stays
`Written` until somebody asks for it. Titles, descriptions and examples are left out.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple
from urllib.parse import unquote

from aurora.contract.references import target
from aurora.contract.yaml_text import Where
from aurora.text import clip

LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains")
UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains")
EXACT = ("pattern", "multipleOf", "uniqueItems")
WHOLE = (
    "not", "if", "then", "else", "contains", "prefixItems", "propertyNames", "dependentSchemas", "dependentRequired",
    "patternProperties", "unevaluatedProperties", "unevaluatedItems", "contentSchema", "contentEncoding",
    "contentMediaType",
)  # fmt: skip
"""Keywords whose values are compared as they stand."""
SIZED = frozenset({"int32", "int64", "float", "double", "int8", "int16", "uint8", "uint16", "uint32", "uint64", "long"})
"""Formats that say how a number is stored."""
WORDS = {"$ref", "title", "description", "summary", "example", "examples", "deprecated"}
"""Keys beside a reference that bind nothing, and the reference itself."""
REF_CHAIN = 40
PARTS = 400
"""Schemas that one `allOf` is made of at most."""
FINGERPRINT_DEPTH = 4
FINGERPRINT_SIZE = 300


class Written(NamedTuple):
    """A value of a document, and where it stands."""

    value: Any
    where: Where


@dataclass(frozen=True)
class Schema:
    """One level of a schema, its references and `allOf` merged."""

    where: Where
    """Of the component, where it is a reference and nothing else."""
    name: str = ""
    """Name of the component: `User`."""
    types: frozenset[str] = frozenset()
    """Types without `null`; none: whatever the rest allows."""
    nullable: bool = False
    enum: tuple[Any, ...] | None = None
    """Enum without null. A `const` is an enum of one."""
    format: str = ""
    bounds: Mapping[str, Any] = field(default_factory=dict)
    """Bounds by keyword; a boolean `exclusiveMinimum` of 3.0 stands as the number that it means."""
    properties: Mapping[str, Written] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    items: Written | None = None
    additional: Written | bool | None = None
    """None where the schema does not say it."""
    choices: tuple[tuple[Written, ...], ...] = ()
    """Each `anyOf` and `oneOf` that is no mere list of types, null or values."""
    whole: Mapping[str, Any] = field(default_factory=dict)
    read_only: bool = False
    write_only: bool = False
    default: Any = None
    never: bool = False
    """The schema `false`."""

    @property
    def says_nothing(self) -> bool:
        """True if any value is allowed."""
        silent = not (self.types or self.bounds or self.properties or self.required or self.choices or self.whole)
        return silent and self.enum is None and not self.format and self.items is None and not self.never


class Reader:
    """Reads schemas of one document; each place once."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self._schemas: dict[Where, Schema] = {}
        self._fingerprints: dict[tuple[Where, int], Any] = {}

    def resolved(self, written: Written) -> Written:
        """The value with references inside the document followed; a circle, a dangling and an outer one stay."""
        for _ in range(REF_CHAIN):
            ref = written.value.get("$ref") if isinstance(written.value, dict) else None
            if not isinstance(ref, str) or not ref.startswith("#/"):
                break
            found = target(self.document, ref)
            if found is None:
                break
            written = Written(found, _where(ref))
        return written

    def plain(self, written: Written) -> Written:
        """The target of a reference that says nothing else, so that it is read once however often it is named."""
        if isinstance(written.value, dict) and "$ref" in written.value and written.value.keys() <= WORDS:
            return self.resolved(written)
        return written

    def schema(self, written: Written) -> Schema:
        written = self.plain(written)
        known = self._schemas.get(written.where)
        if known is None:
            self._schemas[written.where] = Schema(where=written.where)  # what a circle meets
            known = self._schemas[written.where] = _Merging(self, written).schema()
        return known

    def fingerprint(self, written: Written, depth: int = FINGERPRINT_DEPTH) -> Any:
        """Equal for schemas that say the same, to some depth."""
        key = (self.resolved(written).where, depth)
        if key not in self._fingerprints:
            self._fingerprints[key] = "…"
            self._fingerprints[key] = self._fingerprint(self.schema(written), depth)
        return self._fingerprints[key]

    def alternative(self, written: Written) -> Any:
        """The fingerprint of one of several alternatives, among which null stands by itself."""
        return self._fingerprint(replace(self.schema(written), nullable=False), FINGERPRINT_DEPTH)

    def _fingerprint(self, schema: Schema, depth: int) -> str:
        def below(written: Written) -> Any:
            return self.fingerprint(written, depth - 1) if depth else ""

        additional = schema.additional
        content = [
            sorted(schema.types), schema.nullable, schema.enum and sorted(map(canonical, schema.enum)),
            "" if schema.format in SIZED else schema.format, schema.bounds, sorted(schema.required), schema.whole,
            {name: below(inner) for name, inner in list(schema.properties.items())[:FINGERPRINT_SIZE]},
            below(schema.items) if schema.items else "",
            below(additional) if isinstance(additional, Written) else additional is False,
            [sorted(map(below, group)) for group in schema.choices],
        ]  # fmt: skip
        return f"{hash(canonical(content)):x}"


class _Merging:
    """Makes one level of a schema of everything that speaks about it."""

    def __init__(self, reader: Reader, written: Written) -> None:
        self.reader = reader
        self.written = written
        self.types: frozenset[str] | None = None
        self.null_outside = False
        """True if null is allowed by what speaks of the schema as a whole."""
        self.null_of_parts: list[bool] = []
        """Null of parts of each part of an `allOf` that states a type."""
        self.enum: tuple[Any, ...] | None = None
        self.format = ""
        self.bounds: dict[str, Any] = {}
        self.properties: dict[str, Written] = {}
        self.required: set[str] = set()
        self.items: Written | None = None
        self.additional: Written | bool | None = None
        self.choices: list[tuple[Written, ...]] = []
        self.whole: dict[str, Any] = {}
        self.marks: dict[str, Any] = {}
        self.never = False
        self.waiting: list[tuple[Written, bool]] = [(written, True)]
        """With whether it speaks of the whole: a part of an `allOf` of several does not."""

    def schema(self) -> Schema:
        seen: set[Where] = set()
        while self.waiting and len(seen) < PARTS:
            part, whole = self.waiting.pop()
            if part.where in seen:
                continue
            seen.add(part.where)
            if isinstance(part.value, dict):
                self._take(part.value, part.where, whole)
            elif part.value is False:
                self.never = True
        plain = self.reader.resolved(self.written) if _only_ref(self.written.value) else self.written
        types = self.types or frozenset()
        if not types:
            types = self._implied()
        return Schema(
            where=plain.where,
            name=_component(plain.where),
            types=types,
            nullable=self.null_outside or (bool(self.null_of_parts) and all(self.null_of_parts)),
            enum=self.enum,
            format=self.format,
            bounds=self._plain_bounds(types),
            properties=self.properties,
            required=frozenset(self.required),
            items=self.items,
            additional=self.additional,
            choices=tuple(self.choices),
            whole=self.whole,
            read_only=bool(self.marks.get("readOnly")),
            write_only=bool(self.marks.get("writeOnly")),
            default=self.marks.get("default"),
            never=self.never,
        )

    def _implied(self) -> frozenset[str]:
        """The types implied by a schema that states none; only where it leaves no other."""
        if self.enum:
            return frozenset(_type(value) for value in self.enum)
        if self.properties or isinstance(self.additional, Written):
            return frozenset({"object"})
        return frozenset({"array"}) if self.items else frozenset()

    def _plain_bounds(self, types: frozenset[str]) -> dict[str, Any]:
        """The bounds without those that bind nothing."""
        idle = {"uniqueItems": False, "minLength": 0, "minItems": 0, "minProperties": 0}
        bounds = {key: value for key, value in self.bounds.items() if key not in idle or idle[key] != value}
        if types == {"integer"}:  # of whole numbers `> 0` is `>= 1`
            for closed, opened, step in (("minimum", "exclusiveMinimum", 1), ("maximum", "exclusiveMaximum", -1)):
                value = bounds.get(opened)
                if isinstance(value, int | float) and value == int(value) and closed not in bounds:
                    bounds[closed] = int(value) + step
                    del bounds[opened]
        return bounds

    def _take(self, value: dict[str, Any], where: Where, whole: bool) -> None:
        ref = value.get("$ref")
        if isinstance(ref, str):
            found = self.reader.resolved(Written({"$ref": ref}, where))
            if found.where != where:
                self.waiting.append((found, whole))
            elif self.additional is None:
                self.additional = True  # what stands in another document is not known
        self._types(value, whole)
        self._bounds(value)
        self._object(value, where)
        for key in ("readOnly", "writeOnly", "default"):
            if key in value:
                self.marks.setdefault(key, value[key])
        self.format = self.format or _text(value.get("format"))
        if value.get("contentMediaType") == "application/octet-stream":
            self.format = self.format or "binary"  # as pydantic says it of a file
        else:
            self.whole.update({key: value[key] for key in WHOLE if key in value})
        parts = [Written(part, (*where, "allOf", n)) for n, part in enumerate(_list(value.get("allOf")))]
        self.waiting += [(part, whole and len(parts) == 1) for part in parts]
        for keyword in ("anyOf", "oneOf"):
            members = [Written(part, (*where, keyword, n)) for n, part in enumerate(_list(value.get(keyword)))]
            if members:
                self._choose(members, whole)

    def _types(self, value: dict[str, Any], whole: bool) -> None:
        said = value.get("type")
        types = frozenset({said} if isinstance(said, str) else {one for one in _list(said) if isinstance(one, str)})
        if types:
            self._narrow_types(types - {"null"} or types)
        null = "null" in types or _nullable(value)
        if null and (whole or not types):
            self.null_outside = True
        elif types and not whole:
            self.null_of_parts.append(null)
        said_enum = [value["const"]] if "const" in value else value.get("enum")
        if isinstance(said_enum, list):
            if None in said_enum:
                self.null_outside = True
            values = tuple(one for one in said_enum if one is not None)
            if self.enum is not None:
                known = {canonical(one) for one in self.enum}
                values = tuple(one for one in values if canonical(one) in known)
            self.enum = values

    def _narrow_types(self, types: frozenset[str]) -> None:
        if self.types is None:
            self.types = types
        else:
            both = self.types & types
            mixed = frozenset({"integer"}) if {"integer", "number"} <= self.types | types else frozenset()
            self.types = both or mixed or self.types

    def _bounds(self, value: dict[str, Any]) -> None:
        for key in (*LOWER, *UPPER):
            bound = value.get(key)
            if isinstance(bound, bool):  # 3.0: of the bound beside it
                continue
            if isinstance(bound, int | float):
                opened = f"exclusive{key[0].upper()}{key[1:]}"
                name = opened if value.get(opened) is True else key
                known = self.bounds.get(name)
                pick = max if key in LOWER else min
                self.bounds[name] = bound if known is None else pick(known, bound)
        self.bounds.update({key: value[key] for key in EXACT if value.get(key) is not None})

    def _object(self, value: dict[str, Any], where: Where) -> None:
        properties = value.get("properties")
        for name, inner in properties.items() if isinstance(properties, dict) else ():
            self.properties.setdefault(name, Written(inner, (*where, "properties", name)))
        self.required |= {name for name in _list(value.get("required")) if isinstance(name, str)}
        if isinstance(value.get("items"), dict | bool):
            self.items = self.items or Written(value["items"], (*where, "items"))
        additional = value.get("additionalProperties")
        if isinstance(additional, dict) and additional:
            self.additional = Written(additional, (*where, "additionalProperties"))
        elif additional is not None and self.additional is not False:
            self.additional = additional is not False

    def _choose(self, members: list[Written], whole: bool) -> None:
        left = [member for member in members if not _null(self.reader.resolved(member).value)]
        if len(left) < len(members):
            self.null_outside = True
        if len(left) <= 1:
            if not left:
                self._narrow_types(frozenset({"null"}))
            self.waiting += [(one, whole) for one in left]
            return
        views = [self.reader.schema(member) for member in left[:PARTS]]
        if any(view.says_nothing for view in views):
            return  # as pydantic writes `list | Any`
        enums = [view.enum for view in views if view.enum is not None and not view.bounds]
        if views and len(enums) == len(views):  # drf-spectacular's enum, and the empty text
            self.enum = tuple(value for values in enums for value in values)
            self._narrow_types(frozenset(one for view in views for one in view.types))
            self.null_outside = self.null_outside or any(view.nullable for view in views)
        elif views and all(_bare(view) for view in views):
            self._narrow_types(frozenset(one for view in views for one in view.types))
            self.null_outside = self.null_outside or any(view.nullable for view in views)
        else:
            self.choices.append(tuple(left))


def _bare(view: Schema) -> bool:
    """Return whether a schema says a type and nothing else."""
    plain = Schema(where=view.where, name=view.name, types=view.types, nullable=view.nullable)
    return bool(view.types) and "object" not in view.types and view == plain


def _nullable(value: dict[str, Any]) -> bool:
    return value.get("nullable") is True or value.get("x-nullable") is True


def _null(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    return value.get("type") in ("null", ["null"]) or value.get("enum") == [None] or value.get("const", ...) is None


def _only_ref(value: Any) -> bool:
    """Return whether a value is a reference, alone or as the one part of an `allOf`, with nothing beside that binds."""
    if not isinstance(value, dict):
        return False
    return "$ref" in value and not any(key in value for key in ("nullable", "default", "readOnly", "writeOnly"))


def _component(where: Where) -> str:
    if len(where) == 3 and where[:2] == ("components", "schemas"):
        return str(where[2])
    return str(where[1]) if len(where) == 2 and where[0] == "definitions" else ""


def _where(ref: str) -> Where:
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in unquote(ref).removeprefix("#/").split("/"))


def _type(value: Any) -> str:
    kinds = ((bool, "boolean"), (int, "integer"), (float, "number"), (str, "string"), (list, "array"))
    return next((name for kind, name in kinds if isinstance(value, kind)), "object")


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def canonical(value: Any) -> str:
    """JSON with sorted keys: `1` and `true` differ, `1` and `1.0` do not."""
    return json.dumps(_plain_numbers(value), sort_keys=True, default=str)


def _plain_numbers(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {str(key): _plain_numbers(inner) for key, inner in value.items()}
    return [_plain_numbers(inner) for inner in value] if isinstance(value, list | tuple) else value


def shown(value: Any, limit: int = 160) -> str:
    """A value of a document as it is quoted: JSON in one line."""
    return clip(json.dumps(value, ensure_ascii=False, default=str), limit)


def apart(one: str, other: str, limit: int) -> tuple[str, str]:
    """Two texts cut to a length, of long ones that begin alike the places where they part."""
    same = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    if max(len(one), len(other)) <= limit or same < limit // 2:
        return clip(one, limit), clip(other, limit)
    start = same - limit // 4
    return clip(f"…{one[start:]}", limit), clip(f"…{other[start:]}", limit)
