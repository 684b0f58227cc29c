"""A marker in the place of a payload that can't be opened: sent without a key, altered, or sealed for another task.

Decoding never raises in a worker: the SDK would try the workflow task again for ever, so one forged signal would stop a
run. The marker is a value where a handler takes anything, and refuses it; elsewhere it is a failure that says why.
"""

from dataclasses import dataclass
from types import UnionType
from typing import Any, Union, get_args, get_origin

from temporalio.api.common.v1 import Payload
from temporalio.converter import EncodingPayloadConverter
from temporalio.exceptions import ApplicationError

ENCODING = "aurora/unreadable"


@dataclass(frozen=True)
class Unreadable:
    why: str


class PayloadUnreadable(ApplicationError):
    def __init__(self, why: str) -> None:
        super().__init__(f"refused: {why}", type="PayloadUnreadable", non_retryable=True)


def marker(why: str) -> Payload:
    return Payload(metadata={"encoding": ENCODING.encode()}, data=why.encode())


def why_unreadable(payload: Payload) -> str | None:
    """None for a payload that is no marker."""
    return payload.data.decode() if payload.metadata.get("encoding") == ENCODING.encode() else None


class UnreadableConverter(EncodingPayloadConverter):
    @property
    def encoding(self) -> str:
        return ENCODING

    def to_payload(self, value: Any) -> Payload | None:  # noqa: ARG002  a marker is made by decoding only
        return None

    def from_payload(self, payload: Payload, type_hint: type | None = None) -> Any:
        """Raises `PayloadUnreadable` where something else is expected."""
        why = payload.data.decode("utf-8", "replace")
        if type_hint is None or _takes_anything(type_hint):
            return Unreadable(why)
        raise PayloadUnreadable(why)


def _takes_anything(hint: Any) -> bool:
    if get_origin(hint) in (Union, UnionType):
        return any(_takes_anything(part) for part in get_args(hint))
    return hint is Any or hint is Unreadable
