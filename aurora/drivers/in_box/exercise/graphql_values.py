"""Values for arguments and inputs: what earlier answers gave goes first, the rest is made by name and type.

`Pool` holds leaves of earlier answers by type and field. `Draw` makes the values of one operation and remembers which
of them were taken from where, so that the operation can be sent again in another data store.
"""

import json
import random
import re
from dataclasses import dataclass, field, replace
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    Undefined,
    get_named_type,
)

from .records import Request, TakenValue

MOST_HELD = 60
DEEPEST = 5
"""Input objects inside of one another."""
FEW = re.compile(r"^(first|last|limit|take|top|size|count|n|num|max|per_?page|page_?size|amount|quantity)$", re.I)
START = re.compile(r"^(offset|skip|page|page_?number|start|from_?index)$", re.I)
IDENTITY = re.compile(r"(?:^|[_a-z0-9])(?:id|ids|uuid|pk|slug|handle)$|(?:Id|Ids|ID|IDs|Uuid|UUID|Slug)$")
STEM = re.compile(r"_?(?:ids?|uuids?|pk|slug)$", re.I)


class Unsupported(Exception):
    """No value of a type is known: `Upload`."""


@dataclass(frozen=True)
class Sent:
    """A request that was answered, and those whose answers it was made from."""

    number: int
    request: Request
    mutates: bool = False
    drawn: tuple[tuple[str, "KnownValue"], ...] = ()
    """(JSON pointer in the body, what was taken from an earlier answer)."""

    @property
    def sources(self) -> tuple["Sent", ...]:
        return tuple({held.source.number: held.source for _, held in self.drawn}.values())

    def after(self, before: "tuple[Sent, ...]") -> Request:
        """The request, with what of it comes from which of those before it."""
        places = {one.number: at for at, one in enumerate(before)}
        taken = tuple(
            TakenValue(
                at=f"body:{pointer}",
                source=places[held.source.number],
                expression=f"$response.body#{held.pointer}",
                value=held.value if isinstance(held.value, str) else json.dumps(held.value),
            )
            for pointer, held in self.drawn
            if held.source.number in places
        )
        return replace(self.request, taken=taken)


@dataclass(frozen=True)
class KnownValue:
    value: Any
    source: Sent
    pointer: str
    """Of the answer's body."""


class Pool:
    """Leaves of earlier answers: `(type, field)` -> values, oldest first."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, str], list[KnownValue]] = {}

    def add(self, type_name: str, field_name: str, held: KnownValue) -> None:
        known = self._held.setdefault((type_name, field_name), [])
        if len(known) < MOST_HELD and all(one.value != held.value for one in known):
            known.append(held)

    def drop(self, type_name: str, field_name: str, value: Any) -> None:
        known = self._held.get((type_name, field_name), [])
        known[:] = [one for one in known if one.value != value]

    def of(self, type_name: str, field_name: str) -> list[KnownValue]:
        return self._held.get((type_name, field_name), [])

    def identities(self, type_name: str) -> list[KnownValue]:
        """The identities of the field by which the type is known: `id`, `uuid`, `slug`, `bookId`."""
        for (owner, name), held in sorted(self._held.items(), key=lambda one: (one[0][1] != "id", one[0][1])):
            if owner == type_name and held and IDENTITY.search(name):
                return held
        return []

    def types(self) -> list[str]:
        return sorted({owner for owner, name in self._held if IDENTITY.search(name)})


@dataclass
class Draw:
    """The values of one operation. `example` 0 is the plainest: what must be given, and nothing at its bounds."""

    pool: Pool
    rng: random.Random
    example: int
    about: str
    """Type that a bare `id` belongs to."""
    types: tuple[str, ...]
    """Object types of the schema."""
    mutates: bool
    newest: bool = False
    """True if the values that were learned last are taken, and nothing is left to chance."""
    plain: bool = False
    """True if nothing optional is given."""
    number: int = 0
    """Makes values of this operation differ from all others'."""
    given: dict[str, Any] = field(default_factory=dict)
    """Arguments of the root field that are not made."""
    taken: list[tuple[str, KnownValue]] = field(default_factory=list)
    """(JSON pointer in the request's body, what stands there)."""

    def value(self, kind: Any, name: str, pointer: str, depth: int = 0, about: str = "") -> Any:
        """Raises `Unsupported`."""
        about = about or self.about
        if isinstance(kind, GraphQLNonNull):
            return self._given(kind.of_type, name, pointer, depth, about)
        if self.example >= 3 and not self.newest and self.rng.random() < 0.1:
            return None
        return self._given(kind, name, pointer, depth, about)

    def wanted(self, kind: Any, default: Any, depth: int = 0) -> bool:
        """Return whether an argument is given at all."""
        if isinstance(kind, GraphQLNonNull) and default is Undefined:
            return True
        if self.plain or depth >= DEEPEST:
            return False
        if self.newest:
            return self.mutates and not isinstance(get_named_type(kind), GraphQLInputObjectType)
        if self.example == 0:
            return self.mutates and depth > 0  # a change with nothing in it says little
        return self.example == 1 or self.rng.random() < 0.5

    def _given(self, kind: Any, name: str, pointer: str, depth: int, about: str) -> Any:
        if isinstance(kind, GraphQLNonNull):
            kind = kind.of_type
        if isinstance(kind, GraphQLList):
            most = 1 if self.example == 0 or self.newest else self.rng.choice((0, 1, 2))
            return [self._given(kind.of_type, name, f"{pointer}/{at}", depth, about) for at in range(most)]
        if isinstance(kind, GraphQLEnumType):
            names = sorted(kind.values)
            return names[self.example % len(names)] if self.example < len(names) else self.rng.choice(names)
        if isinstance(kind, GraphQLInputObjectType):
            return self._object(kind, pointer, depth + 1, about)
        return self._scalar(kind, name, pointer, about)

    def _object(self, kind: GraphQLInputObjectType, pointer: str, depth: int, about: str) -> dict[str, Any]:
        fields: dict[str, GraphQLInputField] = kind.fields
        if getattr(kind, "is_one_of", False):
            name = sorted(fields)[self.example % len(fields)]
            return {name: self._given(fields[name].type, name, f"{pointer}/{name}", depth, about)}
        return {
            name: self.value(one.type, name, f"{pointer}/{name}", depth, about)
            for name, one in fields.items()
            if self.wanted(one.type, one.default_value, depth)
        }

    def _scalar(self, kind: GraphQLScalarType, name: str, pointer: str, about: str) -> Any:
        identity = kind.name == "ID" or bool(IDENTITY.search(name))
        if identity:
            return self._identity(kind, name, pointer, about)
        if not self.mutates and self.example % 2 == 1 and (known := self.pool.of(about, name)):
            return self._take(known, pointer)
        return self._made(kind.name, name)

    def _identity(self, kind: GraphQLScalarType, name: str, pointer: str, about: str) -> Any:
        known = self._of_reference(name, about)
        fits = [one for one in known if _fits(one.value, kind.name)]
        strange = not self.newest and self.example >= 2 and self.rng.random() < 0.15
        if fits and not strange:
            return _as(self._take(fits, pointer), kind.name)
        if kind.name not in ("ID", "String", "Int"):
            return self._made(kind.name, name)
        if self.mutates and not known and STEM.sub("", name) == "" and name.lower() != "id":
            return self._made("String" if kind.name == "ID" else kind.name, name)
        shown = str(known[0].value) if known else "1"
        if not known and self.example == 0:
            return 1 if kind.name == "Int" else "1"
        if kind.name == "Int" or shown.isdigit():
            return 987654 + self.example if kind.name == "Int" else str(987654 + self.example)
        if re.fullmatch(r"[0-9a-f]{8}-[0-9a-f-]{27}", shown, re.I):
            return f"00000000-0000-4000-8000-{self.rng.getrandbits(40):012x}"
        if re.fullmatch(r"[0-9a-f]{24}", shown, re.I):
            return f"{self.rng.getrandbits(90):024x}"
        return f"none-{self.example}"

    def _of_reference(self, name: str, about: str) -> list[KnownValue]:
        stem = STEM.sub("", name).replace("_", "").lower()
        if not stem:
            return self.pool.identities(about)
        fitting = [one for one in self.types if one.lower() == stem or one.lower().removesuffix("type") == stem]
        fitting += [one for one in self.types if stem.endswith(one.lower()) and one not in fitting]
        fitting += [one for one in self.types if one.lower().endswith(stem) and one not in fitting]
        for one in fitting:
            if held := self.pool.identities(one):
                return held
        return [] if fitting else self.pool.of(about, name) or self.pool.identities(about)

    def _take(self, held: list[KnownValue], pointer: str) -> Any:
        one = held[-1] if self.newest else held[self.rng.randrange(len(held))]
        self.taken.append((pointer, one))
        return one.value

    def _made(self, scalar: str, name: str) -> Any:
        bounds = self.example >= 3 and not self.newest and self.rng.random() < 0.25
        low = name.lower()
        if scalar in ("Int", "Float"):
            return self._number(low, bounds, scalar)
        if scalar == "Boolean":
            return self.rng.random() < 0.5
        if scalar in ("String", "ID"):
            return self.rng.choice(("", "a", 'ä☃ "quoted" <b>', "long " * 60)) if bounds else self._text(low)
        return self._custom(scalar, low)

    def _number(self, low: str, bounds: bool, scalar: str) -> int | float:
        if bounds:
            return self.rng.choice((0, -1, 2**31 - 1))
        if FEW.search(low):
            return self.rng.choice((1, 2, 10))
        if START.search(low):
            return self.rng.choice((0, 1))
        if "year" in low:
            return 1990 + self.number % 35
        whole = 1 + self.rng.randrange(90)
        return whole if scalar == "Int" else whole + 0.5

    def _text(self, low: str) -> str:
        number = self.number
        if "email" in low or low == "mail":
            return f"person{number}@example.com"
        if "password" in low or low.endswith("secret"):
            return "Correct-Horse-7!"
        if "url" in low or low in ("link", "website", "image", "avatar", "href"):
            return f"https://example.com/{number}"
        if "phone" in low:
            return f"+49301234{number % 10000:04d}"
        if re.search(r"(^|_)(date|day|birthday|dob)$|(date|birthday)$", low):
            return f"2024-01-{1 + number % 28:02d}"
        if re.search(r"(time|timestamp|_at)$", low):
            return f"2024-01-{1 + number % 28:02d}T10:00:00Z"
        if "color" in low or "colour" in low:
            return "#336699"
        if "user" in low or "login" in low or low in ("handle", "slug", "nick"):
            return f"person{number}"
        if low in ("isbn",):
            return f"978030640{number % 10000:04d}"
        return f"{low[:20] or 'text'} {number}"

    def _custom(self, scalar: str, low: str) -> Any:
        kind = scalar.lower().replace("_", "")
        day = f"2024-01-{1 + self.number % 28:02d}"
        for pattern, made in (
            ("upload|file$", None),
            ("datetime|timestamp|instant", f"{day}T10:00:00Z"),
            ("date", day),
            ("^time|localtime", "10:00:00"),
            ("uuid|guid", f"00000000-0000-4000-8000-{self.number:012d}"),
            ("objectid", f"{self.number:024x}"),
            ("json|any|object|map|record", {"key": f"value {self.number}"}),
            ("decimal|money|bignumber|currency", "12.50"),
            ("url|uri", f"https://example.com/{self.number}"),
            ("email", f"person{self.number}@example.com"),
            ("phone", f"+49301234{self.number % 10000:04d}"),
            ("bigint|long|positiveint|nonnegativeint|unsigned|^int|byte|short|safeint", 1 + self.number % 90),
            ("float|double|number|latitude|longitude|percent", 1.5),
            ("void", ...),
            ("duration", "PT1H"),
            ("color", "#336699"),
            ("cursor", ...),
        ):
            if re.search(pattern, kind):
                if made is None:
                    raise Unsupported(f"no value of the scalar {scalar} can be made")
                return None if made is ... else made
        return self._text(low)


def _fits(value: Any, scalar: str) -> bool:
    if scalar == "Int":
        return (isinstance(value, int) and not isinstance(value, bool)) or str(value).isdigit()
    return isinstance(value, str | int)


def _as(value: Any, scalar: str) -> Any:
    """An id is text in an answer and may be a number in an argument."""
    return int(value) if scalar == "Int" else str(value)
