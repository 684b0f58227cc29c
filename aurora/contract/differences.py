"""The differences between the operations of two documents; of which weight it is, is said elsewhere.

`left` is the older or the committed one.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from aurora.contract.difference import Difference, Direction, Effect, Kind, Side
from aurora.contract.normal_form import Api, Body, Operation, Parameter, Requirement, Response
from aurora.contract.normal_schema import Written, shown
from aurora.contract.schema_differences import SchemaDifferences
from aurora.contract.yaml_text import Where

PREFIX_PARTS = 3
BASES = 5
Contents = Mapping[str, Written | None]


class Differing(NamedTuple):
    """A difference, and the operation that it is of; one side lacks the operation where it is added or missing."""

    left: Operation | None
    right: Operation | None
    difference: Difference

    @property
    def name(self) -> str:
        operation = self.left or self.right
        return operation.name if operation else ""


class Pairs(NamedTuple):
    both: tuple[tuple[Operation, Operation], ...]
    left: tuple[Operation, ...]
    """That only the left document has."""
    right: tuple[Operation, ...]


def differences(left: Api, right: Api) -> Iterator[Differing]:
    """Schemas that several operations refer to are told of each of them."""
    pairs = paired(left, right)
    for gone in pairs.left:
        sides = (Side(gone.where, gone.name), Side(("paths",), ""))
        yield Differing(gone, None, Difference(Kind.OPERATION, Effect.NARROWER, gone.name, *sides))
    for new in pairs.right:
        sides = (Side(("paths",), ""), Side(new.where, new.name))
        yield Differing(None, new, Difference(Kind.OPERATION, Effect.WIDER, new.name, *sides))
    schemas = SchemaDifferences(left.reader, right.reader)
    for one, other in pairs.both:
        for difference in _Operations(schemas, one, other).differences():
            yield Differing(one, other, difference)


def paired(left: Api, right: Api) -> Pairs:
    """Operations of both by method and path. Base paths are put before the paths, or left out, as most agree; a slash
    at the end is no difference as long as no other path is meant by it."""
    ours, theirs = max(
        (
            (_based(left, a), _based(right, b))
            for a in dict.fromkeys(("", *left.bases[:BASES], *_prefixes(right)))
            for b in dict.fromkeys(("", *right.bases[:BASES], *_prefixes(left)))
        ),
        key=lambda keys: len(keys[0].keys() & keys[1].keys()),
    )
    both = [(ours.pop(key), theirs.pop(key)) for key in list(ours) if key in theirs]
    slashed = {(method, key.rstrip("/")): (method, key) for method, key in theirs}
    for method, key in list(ours):
        near = slashed.get((method, key.rstrip("/")))
        if near in theirs:
            both.append((ours.pop((method, key)), theirs.pop(near)))
    return Pairs(tuple(both), tuple(ours.values()), tuple(theirs.values()))


def _prefixes(api: Api) -> Iterator[str]:
    """The prefix that all paths of a document share: the other one may be of an application that is mounted there."""
    paths = [key.split("/")[1:-1] for _, key in api.operations]
    prefix = ""
    for parts in list(zip(*paths, strict=False))[:PREFIX_PARTS]:
        if len(set(parts)) > 1 or parts[0] == "{}":
            break
        prefix += f"/{parts[0]}"
        yield prefix


def _based(api: Api, base: str) -> dict[tuple[str, str], Operation]:
    return {(method, base + key): operation for (method, key), operation in api.operations.items()}


class _Operations:
    def __init__(self, schemas: SchemaDifferences, left: Operation, right: Operation) -> None:
        self.schemas, self.left, self.right = schemas, left, right

    def differences(self) -> Iterator[Difference]:
        a, b = self.left, self.right
        if a.operation_id != b.operation_id:
            yield self._one(
                Kind.OPERATION_ID, Effect.NEUTRAL, "operationId", (a.where, a.operation_id), (b.where, b.operation_id)
            )
        yield from self._parameters()
        yield from self._body()
        yield from self._responses()
        yield from self._security()

    @staticmethod
    def _one(kind: Kind, effect: Effect, about: str, left: tuple[Where, str], right: tuple[Where, str]) -> Difference:
        return Difference(kind, effect, about, Side(*left), Side(*right))

    def _parameters(self) -> Iterator[Difference]:
        a, b = self.left.parameters, self.right.parameters
        for key in dict.fromkeys((*a, *b)):
            one, other = a.get(key), b.get(key)
            known = one or other
            assert known is not None
            place = f"{known.place} parameter `{known.name}`"
            if one is None or other is None:
                effect = Effect.WIDER if other is None else Effect.NARROWER if known.required else Effect.NEUTRAL
                sides = (_parameter(one, self.left.where), _parameter(other, self.right.where))
                yield Difference(
                    Kind.PARAMETER, effect, known.name, *sides, known.required, place=place, direction=Direction.REQUEST
                )
                continue
            if one.required != other.required:
                effect = Effect.NARROWER if other.required else Effect.WIDER
                words = [Side(each.where, "required" if each.required else "optional") for each in (one, other)]
                yield Difference(
                    Kind.PARAMETER_REQUIRED,
                    effect,
                    known.name,
                    words[0],
                    words[1],
                    place=place,
                    direction=Direction.REQUEST,
                )
            if one.schema is not None and other.schema is not None:
                yield from self._placed(one.schema, other.schema, Direction.REQUEST, place)

    def _placed(self, left: Written, right: Written, direction: Direction, place: str) -> Iterator[Difference]:
        for one in self.schemas.between(left, right, direction):
            yield one._replace(place=place)

    def _body(self) -> Iterator[Difference]:
        a, b = self.left.body, self.right.body
        if a is None or b is None:
            known = a or b
            if known is not None:
                effect = Effect.WIDER if b is None else Effect.NARROWER if known.required else Effect.NEUTRAL
                sides = (_body(a, self.left.where), _body(b, self.right.where))
                yield Difference(
                    Kind.BODY, effect, "", *sides, known.required, place="request body", direction=Direction.REQUEST
                )
            return
        if a.required != b.required:
            effect = Effect.NARROWER if b.required else Effect.WIDER
            words = [Side(each.where, "required" if each.required else "optional") for each in (a, b)]
            yield Difference(
                Kind.BODY_REQUIRED, effect, "", words[0], words[1], place="request body", direction=Direction.REQUEST
            )
        yield from self._contents((a.where, a.content), (b.where, b.content), Direction.REQUEST, "request body")

    def _contents(
        self, left: tuple[Where, Contents], right: tuple[Where, Contents], direction: Direction, place: str
    ) -> Iterator[Difference]:
        a, b = left[1], right[1]
        for media, schema in a.items():
            match = _matching(media, b)
            if match is None:
                yield _media(Effect.NARROWER, media, left, right, direction, place)
            elif schema is not None and (other := b[match]) is not None:
                yield from self._placed(schema, other, direction, place)
        for media in b:
            if _matching(media, a) is None:
                yield _media(Effect.WIDER, media, left, right, direction, place)

    def _responses(self) -> Iterator[Difference]:
        a, b = self.left.responses, self.right.responses
        for status, response in a.items():
            match = status if status in b else _range(status, b)
            if match is None:
                yield self._status(Effect.NARROWER, status)
                continue
            yield from self._response(status, response, b[match])
        for status in b:
            if status not in a and _range(status, a) is None:
                yield self._status(Effect.WIDER, status)
        ours, theirs = ([one for one in each if succeeds(one)] for each in (a, b))
        if len(ours) == len(theirs) == 1 and _matched(ours[0], theirs[0]):
            yield from self._response(f"{ours[0]} / {theirs[0]}", a[ours[0]], b[theirs[0]])

    def _response(self, status: str, left: Response, right: Response) -> Iterator[Difference]:
        place = f"response {status}"
        if left.content and right.content:
            yield from self._contents(
                (left.where, left.content), (right.where, right.content), Direction.RESPONSE, place
            )
        elif left.content or right.content:
            effect = Effect.WIDER if left.content else Effect.NARROWER
            words = [Side(each.where, ", ".join(each.content) or "no content") for each in (left, right)]
            yield Difference(
                Kind.SILENT, effect, "content", words[0], words[1], place=place, direction=Direction.RESPONSE
            )
        for name in dict.fromkeys((*left.headers, *right.headers)):
            if name not in left.headers or name not in right.headers:
                gone = name not in right.headers
                words = [Side(each.where, f"header `{name}`" if name in each.headers else "") for each in (left, right)]
                required = (left if gone else right).headers[name]
                effect = Effect.WIDER if gone else Effect.NARROWER
                yield Difference(
                    Kind.HEADER, effect, name, words[0], words[1], required, place=place, direction=Direction.RESPONSE
                )

    def _status(self, effect: Effect, status: str) -> Difference:
        sides = [
            Side((*one.where, "responses", status) if status in one.responses else (*one.where, "responses"),
                 ", ".join(one.responses) or "no responses")
            for one in (self.left, self.right)
        ]  # fmt: skip
        return Difference(
            Kind.STATUS, effect, status, sides[0], sides[1], place=f"response {status}", direction=Direction.RESPONSE
        )

    def _security(self) -> Iterator[Difference]:
        a, b = (one.security or (frozenset(),) for one in (self.left, self.right))
        kept, known = (all(_met(one, by) for one in of) for of, by in ((a, b), (b, a)))
        if kept and known:
            return
        effect = Effect.WIDER if kept else Effect.NARROWER if known else Effect.OTHER
        sides = [Side(one.security_where, security_shown(one.security)) for one in (self.left, self.right)]
        yield Difference(Kind.SECURITY, effect, "security", sides[0], sides[1])


def _met(held: Requirement, alternatives: tuple[Requirement, ...]) -> bool:
    """Return whether a client that holds these credentials, with their scopes, meets one of the alternatives."""
    scopes = {one.kind: one.scopes for one in held}
    return any(all(one.kind in scopes and one.scopes <= scopes[one.kind] for one in each) for each in alternatives)


def succeeds(status: str) -> bool:
    return status.startswith("2")


def open_to_all(security: tuple[Requirement, ...] | None) -> bool:
    """Return whether a request without credentials is one of the alternatives."""
    return not security or any(not one for one in security)


def security_shown(security: tuple[Requirement, ...] | None) -> str:
    if not security:
        return "no security"
    words = [
        " and ".join(
            one.kind + (f" ({', '.join(sorted(one.scopes))})" if one.scopes else "") for one in sorted(each, key=str)
        )
        for each in security
    ]
    return " or ".join(word or "none" for word in words)


def _parameter(one: Parameter | None, where: Where) -> Side:
    if one is None:
        return Side((*where, "parameters"), "")
    words = "required" if one.required else "optional"
    return Side(
        one.where, f"{words} {one.place} parameter `{one.name}`: {shown(one.schema.value if one.schema else None)}"
    )


def _body(one: Body | None, where: Where) -> Side:
    if one is None:
        return Side(where, "no request body")
    return Side(one.where, f"{'required' if one.required else 'optional'} request body: {', '.join(one.content)}")


def _media(
    effect: Effect,
    media: str,
    left: tuple[Where, Contents],
    right: tuple[Where, Contents],
    direction: Direction,
    place: str,
) -> Difference:
    sides = [Side(where, ", ".join(content) or "no content") for where, content in (left, right)]
    return Difference(Kind.MEDIA_TYPE, effect, media, sides[0], sides[1], place=place, direction=direction)


def _matching(media: str, content: Contents) -> str | None:
    """The media type itself, or the range that covers it, or that it covers."""
    if media in content:
        return media
    family = media.partition("/")[0]
    covering = ("*/*", f"{family}/*")
    if any(one in content for one in covering):
        return next(one for one in covering if one in content)
    if media == "*/*":
        return next(iter(content), None)
    return next((one for one in content if media == f"{one.partition('/')[0]}/*"), None)


def _range(status: str, responses: Mapping[str, Response]) -> str | None:
    """The range that covers a status; `default` covers what fails, and all where nothing else is stated."""
    span = f"{status[:1]}XX"
    if span in responses:
        return span
    if "default" in responses and (not succeeds(status) or not any(succeeds(one) for one in responses)):
        return "default"
    return None


def _matched(one: str, other: str) -> bool:
    """Return whether two statuses of success differ, and neither is the range of the other."""
    return one != other and "X" not in one + other
