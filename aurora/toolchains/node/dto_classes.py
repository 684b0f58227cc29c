"""The checks of class-validator's decorators, as far as their text says them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tree_sitter import Node

from aurora.toolchains.node.definitions import Definitions
from aurora.toolchains.node.syntax import (
    arguments,
    decorator_call,
    decorators,
    dotted,
    last,
    line,
    properties,
    text,
    walk,
)
from aurora.toolchains.node.zod_schemas import number
from aurora.toolchains.stated_bounds import Checked

_KINDS = {"string": "string", "number": "number", "boolean": "boolean", "Date": "string", "bigint": "integer"}
_FORMATS = {
    "IsEmail": "email", "IsUUID": "uuid", "IsDateString": "date-time", "IsISO8601": "date-time", "IsDate": "date-time",
    "IsUrl": "uri", "IsURL": "uri", "IsIP": "ipv4", "IsRFC3339": "date-time",
}  # fmt: skip
_PATTERNS = frozenset({
    "Matches", "IsPhoneNumber", "IsMobilePhone", "IsPostalCode", "IsISO31661Alpha2", "IsISO4217CurrencyCode", "IsIBAN",
    "IsCreditCard", "IsHexColor", "IsMongoId", "IsJWT", "IsAlphanumeric", "IsAlpha", "IsNumberString", "IsSemVer",
    "IsLocale", "IsTimeZone", "IsStrongPassword", "IsISBN", "IsHash", "IsBase64", "IsJSON", "Contains",
})  # fmt: skip
_ENUMS = frozenset({"IsIn", "IsEnum", "Equals"})
_HARMLESS = frozenset({
    "IsString", "IsInt", "IsNumber", "IsBoolean", "IsDefined", "Expose", "ApiProperty", "ApiPropertyOptional",
    "IsArray", "IsObject", "Type", "ValidateNested", "Field", "IsOptional", "ArrayUnique", "IsDecimal", "JSONSchema",
    "Property", "AutoMap", "ApiHideProperty", "IsNotEmptyObject", "IsNotEmpty", "Allow", "ArrayNotEmpty",
})  # fmt: skip
_DEPTH = 6


class DtoClasses:
    """Reads classes of a project's files."""

    def __init__(self, definitions: Definitions) -> None:
        self.definitions = definitions

    def read(self, path: str, name: str, depth: int = 0) -> Checked:
        """The checks of a class by its name; a `Checked` of no kind for anything else, and for one without a
        decorator."""
        found = self.definitions.find(path, name) if name and depth <= _DEPTH else None
        if found is None or found.node.type not in ("class_declaration", "abstract_class_declaration"):
            return Checked()
        fields: dict[str, Checked] = {}
        sure = True
        heritage = next((one for one in found.node.named_children if one.type == "class_heritage"), None)
        above = self._above(found.path, heritage, depth) if heritage is not None else None
        if heritage is not None and above is None:
            sure = False
        fields |= above or {}
        body = found.node.child_by_field_name("body")
        marked = False
        for one in body.named_children if body is not None else ():
            if one.type == "public_field_definition":
                marks = _marks(one)
                marked = marked or any(name not in ("ApiProperty", "ApiPropertyOptional") for name in marks)
                key = text(one.child_by_field_name("name")).strip("'\"")
                fields[key] = self._field(found.path, one, marks, depth)
        if not marked and not above:
            return Checked()
        if not sure:
            fields = {key: replace(one, sure=False) for key, one in fields.items()}
        at = line(found.node)
        return Checked("object", {}, sure, fields=fields, path=found.path, line=at, name=name.rpartition(".")[2])

    def _above(self, path: str, heritage: Node, depth: int) -> dict[str, Checked] | None:
        """Fields of the class that it extends, of `PartialType(...)` and its like; None where they are not known."""
        clause = next((one for one in walk(heritage) if one.type == "extends_clause"), None)
        value = clause.child_by_field_name("value") if clause is not None else None
        if value is None:
            return {}
        given = arguments(value) if value.type == "call_expression" else []
        kind = last(dotted(value)) if given else ""
        read = self.read(path, dotted(given[0] if given else value), depth + 1)
        if read.fields is None:
            return None
        named = {text(one).strip("'\"") for one in given[1].named_children} if len(given) > 1 else set()
        match kind:
            case "":
                return dict(read.fields)
            case "PartialType":
                return {key: replace(one, optional=True) for key, one in read.fields.items()}
            case "OmitType":
                return {key: one for key, one in read.fields.items() if key not in named}
            case "PickType":
                return {key: one for key, one in read.fields.items() if key in named}
        return None

    def _field(self, path: str, node: Node, marks: Mapping[str, list[Node]], depth: int) -> Checked:
        written = text(node.child_by_field_name("type")).lstrip(":").strip()
        of_many = written.endswith("[]") or written.startswith("Array<") or "IsArray" in marks
        inner = written.removesuffix("[]").removeprefix("Array<").removesuffix(">").split("|")[0].strip()
        bounds: dict[str, Any] = {}
        each: dict[str, Any] = {}
        sure = True
        kind = _KINDS.get(inner, "")
        if "IsInt" in marks:
            kind = "integer"
        elif "IsString" in marks:
            kind = "string"
        elif "IsNumber" in marks:
            kind = "number"
        for name, given in marks.items():
            found = _bound(name, given)
            if found is None:
                sure = False
            elif any("each" in properties(one) for one in given):
                each |= found
            else:
                bounds |= found
        nested = self.read(path, inner, depth + 1) if not kind and inner else Checked()
        if any("enum" in one for one in (bounds, each)) and not kind:
            kind = "string"
        optional = "IsOptional" in marks
        at = line(node)
        if of_many:
            items = nested if nested.kind else Checked(kind, each, sure and bool(kind), path=path, line=at)
            return Checked("array", bounds, sure, optional, items=items, path=path, line=at)
        if nested.kind:
            return replace(nested, optional=optional, path=path, line=at)
        return Checked(kind, bounds, sure and bool(kind), optional, path=path, line=at)


def _marks(node: Node) -> dict[str, list[Node]]:
    return {last(dotted(one)): arguments(decorator_call(one)) for one in decorators(node)}


def _bound(name: str, given: list[Node]) -> dict[str, Any] | None:
    """None for a decorator that may check anything."""
    value = number(given[0]) if given else None
    match name:
        case "MaxLength":
            return {"maxLength": value}
        case "MinLength":
            return {"minLength": value}
        case "Length":
            second = number(given[1]) if len(given) > 1 else None
            return {"minLength": value, **({"maxLength": second} if len(given) > 1 else {})}
        case "IsNotEmpty":
            return {"minLength": 1}
        case "Min":
            return {"minimum": value}
        case "Max":
            return {"maximum": value}
        case "IsPositive":
            return {"exclusiveMinimum": 0}
        case "IsNegative":
            return {"exclusiveMaximum": 0}
        case "ArrayMaxSize":
            return {"maxItems": value}
        case "ArrayMinSize":
            return {"minItems": value}
        case "ArrayNotEmpty":
            return {"minItems": 1}
    if name in _FORMATS:
        return {"format": _FORMATS[name]}
    if name in _PATTERNS:
        return {"pattern": None}
    if name in _ENUMS:
        return {"enum": None}
    return {} if name in _HARMLESS else None
