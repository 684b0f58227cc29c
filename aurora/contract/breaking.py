"""The changes in a new version of an OpenAPI document that break clients of the old one.

For a child of `bounded`. The levels are near those of oasdiff, the usual tool; where they differ the reason stands
beside the rule.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Any

from aurora.contract.difference import Difference, Direction, Effect, Kind
from aurora.contract.differences import Differing, differences, succeeds
from aurora.contract.normal_form import normal_form
from aurora.contract.normal_schema import apart
from aurora.contract.references import pointer
from aurora.domain.value import Value
from aurora.text import clip

MOST = 500
"""Changes that are told of one document."""
OPERATIONS = 20
QUOTED = 300


class Level(StrEnum):
    BREAKING = "breaking"
    """A client that keeps to the old document fails."""
    DANGEROUS = "dangerous"
    """A client may fail: it depends on how it was written."""
    CHANGE = "told"
    """No request or response changes; generated clients do."""


class Change(Value):
    """A change of the document, with the words of both versions."""

    level: Level
    kind: str
    """A `Kind`; of a GraphQL schema graphql-core's word: `FIELD_REMOVED`."""
    operation: str
    """`POST /users`, as the old document has it; of a GraphQL schema a coordinate: `User.email`."""
    also: tuple[str, ...] = ()
    """Further operations that it concerns, because they refer to the same schema; the first ones."""
    message: str
    """One sentence, without the operation."""
    old: str
    """The text of the old document."""
    old_at: str
    """JSON pointer."""
    new: str
    new_at: str


def breaking(old: dict[str, Any], new: dict[str, Any]) -> tuple[Change, ...]:
    """Breaking ones first, in the order of the document; at most `MOST`."""
    found: dict[tuple[Any, ...], list[Differing]] = {}
    levels: dict[tuple[Any, ...], Level] = {}
    for one in differences(normal_form(old), normal_form(new)):
        level = level_of(one.difference)
        if level is not None:
            key = _key(one)
            found.setdefault(key, []).append(one)
            levels[key] = level
    order = list(Level)
    changes = [_change(levels[key], concerned) for key, concerned in found.items()]
    return tuple(sorted(changes, key=lambda change: order.index(change.level))[:MOST])


def level_of(one: Difference) -> Level | None:
    """None for what a client does not notice."""
    if one.direction is Direction.REQUEST:
        return _of_request(one)
    if one.direction is Direction.RESPONSE:
        return _of_response(one)
    if one.kind is Kind.OPERATION_ID:
        return Level.CHANGE if one.left.said else None
    # of security too, which oasdiff does not judge: who had no need of credentials is refused
    return Level.BREAKING if one.effect in (Effect.NARROWER, Effect.OTHER) else None


def _of_request(one: Difference) -> Level | None:
    if one.kind is Kind.DEFAULT:
        return Level.DANGEROUS if not one.field and "parameter" in one.place else None
    if one.kind is Kind.PATTERN and one.effect is Effect.OTHER:
        return Level.DANGEROUS
    if one.effect is Effect.WIDER and one.kind in (Kind.PARAMETER, Kind.PROPERTY):
        return Level.DANGEROUS  # it is sent, and no longer heard
    if one.effect is Effect.WIDER and one.kind is Kind.BODY:
        return Level.BREAKING
    # of new bounds too, where oasdiff only warns, as the service may have had them all along
    return Level.BREAKING if one.effect in (Effect.NARROWER, Effect.OTHER) else None


def _of_response(one: Difference) -> Level | None:
    gone = one.effect is Effect.NARROWER
    if one.kind is Kind.STATUS:
        return Level.BREAKING if gone and succeeds(one.about) else None
    if one.kind is Kind.MEDIA_TYPE:
        return Level.BREAKING if gone else None
    if one.kind is Kind.PROPERTY or one.kind is Kind.HEADER:
        if one.right.said:
            return None
        return Level.BREAKING if one.required else Level.DANGEROUS
    if one.kind in (Kind.PATTERN, Kind.ADDITIONAL, Kind.DEFAULT) or one.effect in (Effect.NARROWER, Effect.NEUTRAL):
        return None
    if one.kind in (Kind.TYPE, Kind.NULL, Kind.REQUIRED) or (one.kind, one.effect) == (Kind.FORMAT, Effect.OTHER):
        return Level.BREAKING
    return Level.DANGEROUS


def _key(one: Differing) -> tuple[Any, ...]:
    """Equal for one change of a schema that several operations refer to."""
    difference = one.difference
    return (
        difference.kind,
        difference.effect,
        difference.about,
        difference.direction,
        difference.left,
        difference.right,
    )


def _change(level: Level, concerned: list[Differing]) -> Change:
    difference = concerned[0].difference
    names = list(dict.fromkeys(one.name for one in concerned))
    old, new = apart(difference.left.said or "nothing", difference.right.said or "nothing", QUOTED)
    return Change(
        level=level,
        kind=difference.kind,
        operation=names[0],
        also=tuple(names[1 : OPERATIONS + 1]),
        message=clip(sentence(difference), 600),
        old=old,
        old_at=pointer(difference.left.where),
        new=new,
        new_at=pointer(difference.right.where),
    )


def subject(one: Difference) -> str:
    """The place of a difference within an operation: ``response 200, `items[].name` ``."""
    return ", ".join(part for part in (one.place, f"`{clip(one.field, 200)}`" if one.field else "") if part)


def sentence(one: Difference) -> str:
    words = " ".join(_words(one))
    return f"{subject(one)}: {words}" if subject(one) else words


def _words(one: Difference) -> Iterator[str]:
    tighter = one.effect is Effect.NARROWER
    response = one.direction is Direction.RESPONSE
    match one.kind:
        case Kind.OPERATION:
            yield "the operation is removed"
        case Kind.OPERATION_ID:
            yield "operationId changed, which renames the function of generated clients"
        case Kind.SECURITY:
            yield "other or further credentials are needed"
        case Kind.PARAMETER | Kind.BODY:
            yield "new and required" if tighter else "removed"
        case Kind.PROPERTY | Kind.HEADER:
            yield "removed" if not one.right.said else "new and required"
        case Kind.PARAMETER_REQUIRED | Kind.BODY_REQUIRED:
            yield "became required"
        case Kind.REQUIRED:
            yield "became required" if tighter else "is no longer always there"
        case Kind.MEDIA_TYPE:
            yield f"the media type {one.about} is removed"
        case Kind.STATUS:
            yield "the status is removed"
        case Kind.SILENT:
            yield "has a schema now, where anything was allowed" if tighter else "no longer says what it is"
        case Kind.NULL:
            yield "may no longer be null" if tighter else "may be null now"
        case Kind.ENUM:
            what = "values that are not listed" if one.about == "enum" else one.about
            yield f"no longer {'has' if response else 'allows'} {what}" if tighter else f"may now be {what}"
        case Kind.CHOICE:
            yield (
                "an alternative is removed"
                if tighter
                else "may be something else, too"
                if response
                else "other alternatives"
            )
        case Kind.ADDITIONAL:
            yield "further properties are no longer allowed"
        case Kind.TYPE:
            yield "has another type"
        case _:
            yield f"`{one.about}` {'allows more' if response and one.effect is Effect.WIDER else 'changed'}"
