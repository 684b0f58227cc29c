"""One difference between two OpenAPI documents, with the words of both. `left` is the older or the committed one."""

from enum import StrEnum
from typing import NamedTuple

from aurora.contract.normal_schema import SIZED
from aurora.contract.yaml_text import Where


class Direction(StrEnum):
    REQUEST = "request"
    RESPONSE = "response"
    NONE = ""


class Effect(StrEnum):
    """The effect on the allowed values, from left to right."""

    NARROWER = "narrower"
    WIDER = "wider"
    OTHER = "other"
    """Some values are no longer allowed and others are new, or it can't be determined."""
    NEUTRAL = "neutral"


class Kind(StrEnum):
    OPERATION = "operation"
    OPERATION_ID = "operation id"
    PARAMETER = "parameter"
    PARAMETER_REQUIRED = "parameter required"
    BODY = "request body"
    BODY_REQUIRED = "request body required"
    MEDIA_TYPE = "media type"
    STATUS = "status"
    HEADER = "response header"
    SECURITY = "security"
    SILENT = "schema"
    """One side allows anything."""
    TYPE = "type"
    NULL = "null"
    ENUM = "enum"
    FORMAT = "format"
    BOUND = "bound"
    PATTERN = "pattern"
    PROPERTY = "property"
    REQUIRED = "required"
    ADDITIONAL = "additional properties"
    CHOICE = "alternative"
    KEYWORD = "keyword"
    DEFAULT = "default"


class Side(NamedTuple):
    where: Where
    said: str
    """Quoted; empty where a side says nothing of it."""


class Difference(NamedTuple):
    kind: Kind
    effect: Effect
    about: str
    """The property, keyword, status or media type; empty where the kind says it all."""
    left: Side
    right: Side
    required: bool = False
    """Of a property or a parameter that one side lacks: whether the other requires it. Of a property that is gone also
    where its schema requires none: whoever wrote it does not use the word."""
    loose: bool = False
    """Of a property that one side lacks: whether that side leaves room for it, as it names no property at all, or says
    that there may be further ones."""
    field: str = ""
    """Field in the schema: `address.lines[]`."""
    place: str = ""
    """Place in the operation: ``query parameter `limit` ``."""
    direction: Direction = Direction.NONE


def sized(one: Difference) -> bool:
    """Return whether a difference is of how a number is stored, and of nothing that JSON shows."""
    return one.kind is Kind.FORMAT and {one.left.said, one.right.said} <= SIZED | {""}
