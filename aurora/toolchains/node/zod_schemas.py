"""The checks of zod's schemas, as far as their text says them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tree_sitter import Node

from aurora.toolchains.node.definitions import Definitions
from aurora.toolchains.node.syntax import arguments, dotted, line, properties, text
from aurora.toolchains.stated_bounds import Checked

_BASES: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "string": ("string", {}), "number": ("number", {}), "int": ("integer", {}), "boolean": ("boolean", {}),
    "bigint": ("integer", {}), "date": ("string", {"format": "date-time"}), "email": ("string", {"format": "email"}),
    "uuid": ("string", {"format": "uuid"}), "guid": ("string", {"format": "uuid"}),
    "url": ("string", {"format": "uri"}),
    "httpUrl": ("string", {"format": "uri"}), "ipv4": ("string", {"format": "ipv4"}), "int32": ("integer", {}),
    "ipv6": ("string", {"format": "ipv6"}), "iso.datetime": ("string", {"format": "date-time"}),
    "iso.date": ("string", {"format": "date"}), "coerce.number": ("number", {}), "coerce.string": ("string", {}),
    "coerce.date": ("string", {"format": "date-time"}), "coerce.boolean": ("boolean", {}),
}  # fmt: skip
_ENUMS = ("enum", "nativeEnum", "literal")
_FORMATS = {
    "email": "email", "uuid": "uuid", "guid": "uuid", "url": "uri",
    "datetime": "date-time", "date": "date", "ip": "ipv4",
    "ipv4": "ipv4", "ipv6": "ipv6",
}  # fmt: skip
_RANGES = {
    "gte": "minimum", "gt": "exclusiveMinimum", "lte": "maximum", "lt": "exclusiveMaximum", "nonnegative": "minimum",
    "positive": "exclusiveMinimum", "nonpositive": "maximum", "negative": "exclusiveMaximum",
}  # fmt: skip
_SIZES = {"string": ("minLength", "maxLength"), "array": ("minItems", "maxItems")}
_HARMLESS = frozenset({
    "trim", "toLowerCase", "toUpperCase", "nullable", "describe", "brand", "strict", "passthrough", "strip", "finite",
    "safe", "readonly", "openapi", "meta", "catchall", "strictObject", "required", "normalize", "register", "loose",
})  # fmt: skip
_DEPTH = 8


class ZodSchemas:
    """Reads expressions of a project's files."""

    def __init__(self, definitions: Definitions) -> None:
        self.definitions = definitions

    def read(self, path: str, node: Node | None, depth: int = 0) -> Checked:
        """The checks of `z.object({...})` and its parts; a `Checked` of no kind for anything else."""
        if node is None or depth > _DEPTH:
            return Checked()
        if node.type in ("identifier", "member_expression"):
            found = self.definitions.find(path, dotted(node))
            named = self.read(found.path, found.node, depth + 1) if found is not None else Checked()
            return replace(named, name=named.name or text(node))
        if node.type in ("as_expression", "satisfies_expression", "parenthesized_expression", "non_null_expression"):
            return self.read(path, node.named_children[0], depth)
        if node.type != "call_expression":
            return Checked()
        callee = node.child_by_field_name("function")
        if callee is None or callee.type != "member_expression":
            return Checked()
        holder, method = callee.child_by_field_name("object"), text(callee.child_by_field_name("property"))
        written = dotted(callee) if not _calls(holder) else ""
        first, _, base = written.partition(".")
        if first in ("z", "zod") and base:
            return replace(self._base(path, base, node, depth), path=path, line=line(node), optional=False)
        return self._method(path, self.read(path, holder, depth), method, arguments(node), depth)

    def _base(self, path: str, base: str, node: Node, depth: int) -> Checked:
        given = arguments(node)
        if base in _BASES:
            kind, bounds = _BASES[base]
            return Checked(kind, bounds, sure=True)
        if base in _ENUMS:
            literal = given[0] if given else None
            number = base == "literal" and literal is not None and literal.type == "number"
            return Checked("integer" if number else "string", {"enum": None}, sure=True)
        if base in ("object", "strictObject", "looseObject") and given:
            fields = self._fields(path, given[0], depth)
            return Checked() if fields is None else Checked("object", {}, True, fields=fields)
        if base == "array" and given:
            return Checked("array", {}, True, items=self.read(path, given[0], depth + 1))
        if base in ("optional", "nullable", "nullish") and given:
            inner = self.read(path, given[0], depth + 1)
            return replace(inner, optional=base != "nullable")
        return Checked()

    def _fields(self, path: str, node: Node, depth: int) -> dict[str, Checked] | None:
        if node.type in ("identifier", "member_expression"):
            found = self.definitions.find(path, dotted(node))
            if found is None or depth > _DEPTH:
                return None
            return self._fields(found.path, found.node, depth + 1)
        if node.type != "object":
            return None
        fields = {}
        for key, value in properties(node).items():
            read = self.read(path, value, depth + 1)
            # a bound is told where its field stands
            fields[key.strip("'\"")] = replace(read, path=path, line=line(value))
        return fields

    def _method(self, path: str, found: Checked, method: str, given: list[Node], depth: int) -> Checked:
        if not found.kind:
            return found
        if method in ("optional", "default", "nullish", "prefault", "catch"):
            return replace(found, optional=True)
        if method in ("partial", "deepPartial") and found.fields is not None:
            return replace(found, fields={name: replace(one, optional=True) for name, one in found.fields.items()})
        if method in ("extend", "safeExtend", "augment", "merge", "and") and given and found.fields is not None:
            more = self._fields(path, given[0], depth) if method in ("extend", "safeExtend", "augment") else None
            other = self.read(path, given[0], depth + 1).fields if more is None else more
            return replace(found, fields={**found.fields, **(other or {})}, sure=found.sure and other is not None)
        if method in ("pick", "omit") and given and found.fields is not None:
            named = properties(given[0])
            kept = {name: one for name, one in found.fields.items() if (name in named) == (method == "pick")}
            return replace(found, fields=kept)
        if method in _HARMLESS:
            return replace(found, optional=False) if method == "required" else found
        if method == "array":
            return Checked("array", {}, found.sure, found.optional, items=found)
        bounds = _bound(found.kind, method, given)
        if bounds is None:
            unsure = {name: replace(one, sure=False) for name, one in (found.fields or {}).items()}
            return replace(found, sure=False, fields=unsure if found.fields is not None else None)
        kind = "integer" if method == "int" and found.kind == "number" else found.kind
        return replace(found, kind=kind, bounds={**found.bounds, **bounds})


def _bound(kind: str, method: str, given: list[Node]) -> dict[str, Any] | None:
    """None for a method that may check anything."""
    value = number(given[0]) if given else None
    if method in ("int", "multipleOf", "step"):
        return {}
    if kind == "number" or kind == "integer":
        if method in ("min", "max"):
            return {"minimum" if method == "min" else "maximum": value}
        if method in _RANGES:
            return {_RANGES[method]: value if method in ("gte", "gt", "lte", "lt") else 0}
        return None
    if method in ("min", "max", "length", "nonempty") and kind in _SIZES:
        least, most = _SIZES[kind]
        of = {"min": {least: value}, "max": {most: value}, "length": {least: value, most: value}}
        return of.get(method, {least: 1})
    if kind == "string" and method in _FORMATS:
        return {"format": _FORMATS[method]}
    if kind == "string" and method in ("regex", "startsWith", "endsWith", "includes"):
        return {"pattern": None}
    return None


def _calls(node: Node | None) -> bool:
    while node is not None:
        if node.type == "call_expression":
            return True
        node = node.child_by_field_name("object")
    return False


def number(node: Node) -> float | None:
    try:
        return float(text(node).replace("_", ""))
    except ValueError:
        return None
