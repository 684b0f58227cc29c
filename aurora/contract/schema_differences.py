"""The differences between two schemas, each difference with its effect on the set of values that are allowed.

`left` is the older or the committed one. The same pair of schemas is compared once, wherever it is referred to.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from aurora.contract.difference import Difference, Direction, Effect, Kind, Side
from aurora.contract.normal_schema import EXACT, Reader, Schema, Written, canonical, shown
from aurora.contract.yaml_text import Where


class _Level(NamedTuple):
    found: tuple[Difference, ...]
    below: tuple[tuple[str, Written, Written], ...]


NOTHING = _Level((), ())
BOUNDS = (
    *((f"min{of}", 1) for of in ("imum", "Length", "Items", "Properties", "Contains")),
    *((f"max{of}", -1) for of in ("imum", "Length", "Items", "Properties", "Contains")),
)
FIELD_CHARS = 200
RANKS = {"int8": 1, "int16": 2, "int32": 3, "int64": 4, "float": 1, "double": 2}


class SchemaDifferences:
    def __init__(self, left: Reader, right: Reader) -> None:
        self.left, self.right = left, right
        self._levels: dict[tuple[Where, Where, Direction], _Level] = {}

    def between(self, left: Written, right: Written, direction: Direction) -> Iterator[Difference]:
        waiting = deque([("", left, right)])
        seen: set[tuple[Where, Where]] = set()
        while waiting:
            field, one, other = waiting.popleft()
            one, other = self.left.plain(one), self.right.plain(other)
            pair = (one.where, other.where)
            if pair in seen:
                continue
            seen.add(pair)
            level = self._level(one, other, direction)
            yield from (each._replace(field=_step(field, each.field), direction=direction) for each in level.found)
            waiting += [(_step(field, step), a, b) for step, a, b in level.below]

    def _level(self, left: Written, right: Written, direction: Direction) -> _Level:
        key = (left.where, right.where, direction)
        known = self._levels.get(key)
        if known is None:
            a, b = self.left.schema(left), self.right.schema(right)
            known = self._levels[key] = _Pair(self, a, b, left, right, direction).level()
        return known


class _Pair:
    def __init__(
        self, of: SchemaDifferences, a: Schema, b: Schema, left: Written, right: Written, direction: Direction
    ) -> None:
        self.of, self.a, self.b, self.left, self.right, self.direction = of, a, b, left, right, direction
        self.below: list[tuple[str, Written, Written]] = []

    def level(self) -> _Level:
        found = tuple(self._found())
        return _Level(found, tuple(self.below)) if found or self.below else NOTHING

    def _found(self) -> Iterator[Difference]:
        a, b = self.a, self.b
        if a.says_nothing or b.says_nothing:
            if a.says_nothing != b.says_nothing:
                effect = Effect.NARROWER if a.says_nothing else Effect.WIDER
                yield self._difference(Kind.SILENT, effect, "", self.left.value, self.right.value)
            return
        if self._lifted():
            yield from self._null()
            yield from self._choices()
            return
        related = True
        for one in self._types():
            related = one.effect is not Effect.OTHER or bool(a.types & b.types)
            yield one
        yield from self._null()
        if not related:
            return
        yield from self._enum()
        yield from self._format()
        yield from self._bounds()
        yield from self._exact()
        yield from self._object()
        yield from self._items()
        yield from self._choices()
        if _default(a.default) != _default(b.default) or type(a.default) is not type(b.default):
            yield self._difference(Kind.DEFAULT, Effect.NEUTRAL, "default", a.default, b.default)

    def _difference(
        self, kind: Kind, effect: Effect, about: str, left: Any, right: Any, *, required: bool = False, step: str = ""
    ) -> Difference:
        """The difference of values that each side states; None where it says nothing."""
        sides = [
            Side(schema.where, "" if said is None else said if isinstance(said, str) else shown(said))
            for schema, said in ((self.a, left), (self.b, right))
        ]
        return Difference(kind, effect, about, sides[0], sides[1], required, field=step)

    def _lifted(self) -> bool:
        """Return whether one side has alternatives where the other is one schema, which may be among them."""
        one, other = bool(self.a.choices), bool(self.b.choices)
        return one != other and not _own(self.a if one else self.b)

    def _types(self) -> Iterator[Difference]:
        a, b = self.a.types, self.b.types
        if a != b and not (self.a.choices and self.b.choices):
            effect = _of_sets(a, b)
            yield self._difference(Kind.TYPE, effect, "type", _types(a), _types(b))

    def _null(self) -> Iterator[Difference]:
        a, b = self.a, self.b
        if a.nullable != b.nullable and all(one.types or one.choices for one in (a, b)):
            words = ["null allowed" if one.nullable else "no null" for one in (a, b)]
            yield self._difference(Kind.NULL, Effect.WIDER if b.nullable else Effect.NARROWER, "null", *words)

    def _enum(self) -> Iterator[Difference]:
        a, b = self.a.enum, self.b.enum
        if a is None or b is None:
            if a is not b:
                effect = Effect.WIDER if b is None else Effect.NARROWER
                words = ["any value" if one is None else list(one) for one in (a, b)]
                yield self._difference(Kind.ENUM, effect, "enum", *words)
            return
        ours, theirs = {canonical(one) for one in a}, {canonical(one) for one in b}
        gone = [one for one in a if canonical(one) not in theirs]
        new = [one for one in b if canonical(one) not in ours]
        for effect, values in ((Effect.NARROWER, gone), (Effect.WIDER, new)):
            if values:
                yield self._difference(Kind.ENUM, effect, shown(values), list(a), list(b))

    def _format(self) -> Iterator[Difference]:
        a, b = _format(self.a.format), _format(self.b.format)
        if a == b:
            return
        effect = Effect.NARROWER if not a else Effect.WIDER if not b else Effect.OTHER
        if a in RANKS and b in RANKS:
            effect = Effect.NARROWER if RANKS[b] < RANKS[a] else Effect.WIDER
        yield self._difference(Kind.FORMAT, effect, "format", a or None, b or None)

    def _bounds(self) -> Iterator[Difference]:
        for name, sign in BOUNDS:
            a, b = (_strength(one.bounds, name, sign) for one in (self.a, self.b))
            if a != b:
                effect = Effect.NARROWER if a is None or (b is not None and b > a) else Effect.WIDER
                yield self._difference(
                    Kind.BOUND, effect, name, *(_bound(one.bounds, name) for one in (self.a, self.b))
                )

    def _exact(self) -> Iterator[Difference]:
        for name in EXACT:
            yield from self._keyword(
                Kind.PATTERN if name == "pattern" else Kind.KEYWORD, name, self.a.bounds, self.b.bounds
            )
        for name in sorted({*self.a.whole, *self.b.whole}):
            if "$ref" not in canonical([self.a.whole.get(name), self.b.whole.get(name)]):
                yield from self._keyword(Kind.KEYWORD, name, self.a.whole, self.b.whole)

    def _keyword(self, kind: Kind, name: str, a: Mapping[str, Any], b: Mapping[str, Any]) -> Iterator[Difference]:
        if canonical(a.get(name)) != canonical(b.get(name)):
            effect = Effect.NARROWER if name not in a else Effect.WIDER if name not in b else Effect.OTHER
            yield self._difference(kind, effect, name, a.get(name), b.get(name))

    def _object(self) -> Iterator[Difference]:
        a, b = self.a, self.b
        hidden = "readOnly" if self.direction is Direction.REQUEST else "writeOnly"
        for name in dict.fromkeys((*a.properties, *b.properties)):
            left, right = a.properties.get(name), b.properties.get(name)
            if any(_marked(reader, one, hidden) for reader, one in ((self.of.left, left), (self.of.right, right))):
                continue
            if left is not None and right is not None:
                self.below.append((name, left, right))
                if (name in a.required) != (name in b.required):
                    effect = Effect.NARROWER if name in b.required else Effect.WIDER
                    words = [
                        "required" if name in one.required else _optional(reader.schema(written))
                        for one, reader, written in ((a, self.of.left, left), (b, self.of.right, right))
                    ]
                    yield self._difference(Kind.REQUIRED, effect, name, *words, step=name)
            else:
                yield from self._property(name, left, right)
        yield from self._additional()

    def _property(self, name: str, left: Written | None, right: Written | None) -> Iterator[Difference]:
        """The difference of a property that one side lacks."""
        a, b = self.a, self.b
        required = name in b.required if left is None else name in a.required or not a.required
        if right is None:
            effect = Effect.NARROWER if b.additional is False else Effect.WIDER
        else:
            effect = Effect.NARROWER if required else Effect.NEUTRAL
        lacking = a if left is None else b
        loose = not lacking.properties or bool(lacking.additional)
        said = [None if one is None else shown(one.value) for one in (left, right)]
        one = self._difference(Kind.PROPERTY, effect, name, *said, required=required, step=name)
        places = [
            Side(here.where if here else side.where, side.said) for here, side in ((left, one.left), (right, one.right))
        ]
        yield one._replace(left=places[0], right=places[1], loose=loose)

    def _additional(self) -> Iterator[Difference]:
        a, b = self.a.additional, self.b.additional
        if (a is False) != (b is False) and "object" in self.a.types & self.b.types:
            effect = Effect.NARROWER if b is False else Effect.WIDER
            words = ["no further properties" if one is False else "further properties allowed" for one in (a, b)]
            yield self._difference(Kind.ADDITIONAL, effect, "additionalProperties", *words)
        elif isinstance(a, Written) and isinstance(b, Written):
            self.below.append(("*", a, b))

    def _items(self) -> Iterator[Difference]:
        a, b = self.a.items, self.b.items
        if a is not None and b is not None:
            self.below.append(("[]", a, b))
        elif (a is None) != (b is None) and self.a.types & self.b.types == {"array"}:
            effect = Effect.WIDER if b is None else Effect.NARROWER
            yield self._difference(Kind.SILENT, effect, "items", a and a.value, b and b.value, step="[]")

    def _choices(self) -> Iterator[Difference]:
        ours, theirs = list(self.a.choices), list(self.b.choices)
        if bool(ours) != bool(theirs):
            ours, theirs = ours or [(self.left,)], theirs or [(self.right,)]
            if not self._lifted():  # one side states alternatives beside its own properties
                effect = Effect.WIDER if self.a.choices else Effect.NARROWER
                yield self._difference(Kind.CHOICE, effect, "", *(_members(one) for one in (self.a, self.b)))
                return
        if len(ours) != len(theirs) or len(ours) > 1:
            if sorted(str(self._prints(self.of.left, one)) for one in ours) != sorted(
                str(self._prints(self.of.right, one)) for one in theirs
            ):
                yield self._difference(Kind.CHOICE, Effect.OTHER, "", *(_members(one) for one in (self.a, self.b)))
            return
        if ours:
            yield from self._members(ours[0], theirs[0])

    @staticmethod
    def _prints(reader: Reader, group: Iterable[Written]) -> list[str]:
        return sorted(reader.fingerprint(one) for one in group)

    def _members(self, ours: tuple[Written, ...], theirs: tuple[Written, ...]) -> Iterator[Difference]:
        """The differences of two groups of alternatives, matched by content, then by name, then as the last ones of a
        type."""
        left, right = list(ours), list(theirs)
        prints = {one.where: self.of.right.alternative(one) for one in right}
        for one in ours:
            same = self.of.left.alternative(one)
            match = next((other for other in right if prints[other.where] == same), None)
            if match is not None:
                left.remove(one)
                right.remove(match)
        for fits in (self._same_name, self._alone):
            for one in list(left):
                match = next((other for other in right if fits(one, other, left, right)), None)
                if match is not None:
                    left.remove(one)
                    right.remove(match)
                    alike = self.of.left.schema(one).nullable == self.of.right.schema(match).nullable
                    if alike:  # else null is told of all alternatives together
                        self.below.append(("", one, match))
        if left or right:
            effect = Effect.NARROWER if not right else Effect.WIDER if not left else Effect.OTHER
            said = [", ".join(shown(one.value) for one in group) or None for group in (left, right)]
            yield self._difference(Kind.CHOICE, effect, "", *said)

    def _same_name(self, one: Written, other: Written, *_: list[Written]) -> bool:
        a, b = self.of.left.schema(one), self.of.right.schema(other)
        return bool(a.name) and a.name == b.name

    def _alone(self, one: Written, other: Written, left: list[Written], right: list[Written]) -> bool:
        """Return whether they are the only ones of their types that are left."""
        a, b = self.of.left.schema(one), self.of.right.schema(other)
        alike = [sum(reader.schema(each).types == a.types for each in group)
                 for reader, group in ((self.of.left, left), (self.of.right, right))]  # fmt: skip
        return a.types == b.types and not a.choices and not b.choices and alike == [1, 1]


def _step(field: str, step: str) -> str:
    if len(field) > FIELD_CHARS:
        return field  # deeper than anybody reads
    return f"{field}{'.' if field and step and not step.startswith('[') else ''}{step}"


def _optional(schema: Schema) -> str:
    return "optional" if schema.default is None else f"optional, its default is {shown(schema.default, 60)}"


def _default(value: Any) -> Any:
    """A time of day in UTC is written in two ways."""
    return value.replace("+00:00", "Z") if isinstance(value, str) else value


def _own(schema: Schema) -> bool:
    """Return whether a schema with alternatives says something beside them."""
    return bool(schema.properties or schema.bounds or schema.items or schema.enum or schema.types - {"object"})


def _of_sets(a: frozenset[str], b: frozenset[str]) -> Effect:
    if not a:
        return Effect.NARROWER
    if not b or _within(a, b):
        return Effect.WIDER
    return Effect.NARROWER if _within(b, a) else Effect.OTHER


def _within(inner: frozenset[str], outer: frozenset[str]) -> bool:
    return all(one in outer or (one == "integer" and "number" in outer) for one in inner)


def _types(types: frozenset[str]) -> str:
    return " or ".join(sorted(types)) or "any type"


def _format(written: str) -> str:
    plain = written.lower()
    return "uuid" if plain.startswith("uuid") else {"url": "uri"}.get(plain, plain)


def _strength(bounds: Mapping[str, Any], name: str, sign: int) -> tuple[float, bool] | None:
    """The strength of a bound, the more the tighter."""
    opened = f"exclusive{name[0].upper()}{name[1:]}"
    said = [(sign * bounds[key], key != name) for key in (name, opened) if key in bounds]
    return max(said, default=None)


def _bound(bounds: Mapping[str, Any], name: str) -> str | None:
    opened = f"exclusive{name[0].upper()}{name[1:]}"
    return ", ".join(f"{key}: {bounds[key]}" for key in (name, opened) if key in bounds) or None


def _members(schema: Schema) -> str | None:
    return shown([one.value for group in schema.choices for one in group]) if schema.choices else None


def _marked(reader: Reader, written: Written | None, mark: str) -> bool:
    if written is None:
        return False
    schema = reader.schema(written)
    return schema.read_only if mark == "readOnly" else schema.write_only
