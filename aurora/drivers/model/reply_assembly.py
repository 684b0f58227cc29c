"""A reply put together from its stream, verbatim: what is stored must go back to the service byte for byte.

Stricter than the SDK's own accumulation: a stream that ends early, closes no block or breaks the order of events is
an error here, never a shorter reply.
"""

import json
from typing import Any, Final

from aurora.ports import Block

DEEPEST: Final = 100
_APPENDED: Final = {"text_delta": "text", "thinking_delta": "thinking"}


def encodable(value: Any) -> Any:
    """JSON can escape half of a surrogate pair, which no UTF-8 can hold: it could be neither stored nor sent back."""
    match value:
        case str():
            return value if value.isascii() else value.encode("utf-8", "replace").decode()
        case list():
            return [encodable(item) for item in value]
        case dict():
            return {encodable(key): encodable(item) for key, item in value.items()}
        case _:
            return value


def shallow(value: Any) -> bool:
    """Refuse deeper nesting, which could be neither stored nor sent back: JSON's writers recurse."""
    level = [value]
    for _ in range(DEEPEST):
        level = [
            child
            for one in level
            for child in (one.values() if isinstance(one, dict) else one if isinstance(one, list) else ())
        ]
        if not level:
            return True
    return False


class MalformedStream(Exception):
    """The stream is no complete reply; the message says which event broke it."""


class ReplyAssembly:
    """Feed it every event as a dict, then `finish`."""

    def __init__(self) -> None:
        self._message: dict[str, Any] | None = None
        self._blocks: list[Block] = []
        self._json: list[str] | None = None
        self._open = False
        self._stopped = False

    def feed(self, event: dict[str, Any]) -> None:
        """Raises `MalformedStream`."""
        try:
            self._take(event)
        except (KeyError, TypeError, IndexError, AttributeError, ValueError, RecursionError) as error:
            raise MalformedStream(f"event {event.get('type')!r} is malformed: {error!r}") from error

    def finish(self) -> tuple[dict[str, Any], tuple[Block, ...]]:
        """The message (id, model, usage, stop_reason ...) and its content. Raises `MalformedStream`."""
        if self._message is None:
            raise MalformedStream("the stream ended before it began: no message_start")
        if not self._stopped:
            raise MalformedStream(f"the stream was cut after {len(self._blocks)} content blocks: no message_stop")
        if not self._message.get("stop_reason"):
            raise MalformedStream("the stream ended without a stop_reason")
        return self._message, tuple(encodable(block) for block in self._blocks)

    def _take(self, event: dict[str, Any]) -> None:
        kind = event["type"]
        if kind == "message_start":
            self._expect(self._message is None, "a second message_start")
            self._message = dict(event["message"])
            self._message["usage"] = dict(self._message["usage"])
            return
        message = self._message
        if message is None:
            raise MalformedStream(f"{kind} came before message_start")
        if kind == "content_block_start":
            self._expect(not self._open and event["index"] == len(self._blocks), "a content block out of order")
            self._blocks.append(dict(event["content_block"]))
            self._open, self._json = True, None
        elif kind == "content_block_delta":
            self._expect(self._open and event["index"] == len(self._blocks) - 1, "a delta for no open block")
            self._extend(event["delta"])
        elif kind == "content_block_stop":
            self._expect(self._open and event["index"] == len(self._blocks) - 1, "a stop for no open block")
            if self._json is not None:
                # a tool without arguments may stream no JSON at all
                given = json.loads("".join(self._json) or "{}")
                self._expect(isinstance(given, dict), "a tool's input that is no object")
                self._expect(shallow(given), f"a tool's input nested more than {DEEPEST} deep")
                self._blocks[-1]["input"] = given
            self._open = False
        elif kind == "message_delta":
            self._expect(not self._open, "message_delta inside a content block")
            message.update({k: v for k, v in event["delta"].items() if v is not None})
            # cumulative totals; what is absent keeps the value of message_start
            message["usage"].update({k: v for k, v in event.get("usage", {}).items() if v is not None})
        elif kind == "message_stop":
            self._expect(not self._open, "message_stop inside a content block")
            self._stopped = True
        # an event of an unknown type is ignored: the service may add some

    def _extend(self, delta: dict[str, Any]) -> None:
        block, kind = self._blocks[-1], delta["type"]
        if kind in _APPENDED:
            name = _APPENDED[kind]
            block[name] = block.get(name, "") + delta[name]
        elif kind == "signature_delta":
            block["signature"] = delta["signature"]
        elif kind == "input_json_delta":
            self._json = [*(self._json or []), delta["partial_json"]]
        elif kind == "citations_delta":
            block["citations"] = [*(block.get("citations") or []), delta["citation"]]
        else:
            # dropping a piece would send the block back altered
            raise MalformedStream(f"a delta of unknown type {kind!r}")

    def _expect(self, holds: bool, otherwise: str) -> None:
        if not holds:
            raise MalformedStream(otherwise)
