"""A reply as the service sends it: a message object, or the same cut into server-sent events."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from aurora.messages_double import tokens
from aurora.messages_double.asked import Asked
from aurora.messages_double.caching import Billed
from aurora.messages_double.refusal import Refused
from aurora.messages_double.scenario import Reply
from aurora.messages_double.schema_rules import violation
from aurora.messages_double.thinking import signature

Event = dict[str, Any]
_PIECE: Final = 40
"""Characters in one delta."""


def content(asked: Asked, reply: Reply) -> list[dict[str, Any]]:
    """Blocks in the service's order. Ids and signatures depend on the request and the position only.

    Raises `Refused` for a reply that the service could never give to this request."""
    blocks: list[dict[str, Any]] = []
    if reply.thinking is not None:
        seal = signature(reply.thinking, asked.body)
        blocks.append({"type": "thinking", "thinking": reply.thinking, "signature": seal})
    if reply.structured is not None:
        blocks.append({"type": "text", "text": _structured(asked, reply)})
    elif reply.text:
        blocks.append({"type": "text", "text": reply.text})
    offered = {tool["name"]: tool for tool in asked.body.get("tools", [])}
    for at, call in enumerate(reply.tool_calls):
        if call.name not in offered:
            raise Refused(f"reply calls tool {call.name!r}, which the request does not offer ({sorted(offered)})")
        tool = offered[call.name]
        if tool.get("strict") and (wrong := violation(call.input, tool["input_schema"])):
            raise Refused(f"reply calls strict tool {call.name!r} with an input its schema forbids: {wrong}")
        blocks.append(
            {"type": "tool_use", "id": f"toolu_{asked.digest[:20]}{at:02}", "name": call.name, "input": call.input}
        )
    return blocks


def message(asked: Asked, reply: Reply, billed: Billed) -> dict[str, Any]:
    """The whole reply, as a request that does not stream gets it."""
    blocks = content(asked, reply)
    wanted = reply.usage.output_tokens if reply.usage else tokens.of_output(blocks)
    limit = asked.body["max_tokens"]
    stop = reply.stop_reason or ("tool_use" if reply.tool_calls else "end_turn")
    refused = {"type": "refusal", "category": None, "explanation": reply.refusal}
    return {
        "id": f"msg_{asked.digest[:24]}",
        "type": "message",
        "role": "assistant",
        "model": asked.model,
        "content": blocks,
        "stop_reason": stop if wanted <= limit else "max_tokens",
        "stop_sequence": None,
        "stop_details": refused if stop == "refusal" else None,
        "usage": billed.usage(min(wanted, limit)),
    }


def opening(asked: Asked, billed: Billed) -> Event:
    """`message_start`: input is known before the first token is."""
    start = {"id": f"msg_{asked.digest[:24]}", "type": "message", "role": "assistant", "model": asked.model}
    empty: dict[str, Any] = {"content": [], "stop_reason": None, "stop_sequence": None, "usage": billed.usage(1)}
    return {"type": "message_start", "message": start | empty}


def remainder(whole: dict[str, Any]) -> Iterator[Event]:
    """Everything after `message_start`."""
    yield {"type": "ping"}
    for index, block in enumerate(whole["content"]):
        yield {"type": "content_block_start", "index": index, "content_block": _empty(block)}
        for delta in _deltas(block):
            yield {"type": "content_block_delta", "index": index, "delta": delta}
        yield {"type": "content_block_stop", "index": index}
    ending = {key: whole[key] for key in ("stop_reason", "stop_sequence", "stop_details")}
    yield {"type": "message_delta", "delta": ending, "usage": {"output_tokens": whole["usage"]["output_tokens"]}}
    yield {"type": "message_stop"}


def made(events: Iterable[Event], whole: dict[str, Any]) -> int:
    """Output tokens of a reply that broke after these events: its share by characters, from the first token on."""
    wanted: int = whole["usage"]["output_tokens"]
    sent, all_of_it = _characters(events), _characters(remainder(whole))
    return wanted if sent >= all_of_it else max(min(1, wanted), wanted * sent // all_of_it)


def _characters(events: Iterable[Event]) -> int:
    texts = ("text", "thinking", "partial_json")
    deltas = [event["delta"] for event in events if event["type"] == "content_block_delta"]
    return sum(len(delta.get(text, "")) for delta in deltas for text in texts)


def encode(event: Event) -> bytes:
    return f"event: {event['type']}\ndata: {json.dumps(event, ensure_ascii=False)}\n\n".encode()


def _structured(asked: Asked, reply: Reply) -> str:
    form = (asked.body.get("output_config") or {}).get("format")
    if form is None:
        raise Refused("reply is `json`, but the request asks for no structured output (output_config.format)")
    if wrong := violation(reply.structured, form["schema"]):
        raise Refused(f"reply's json does not satisfy the request's schema: {wrong}")
    return json.dumps(reply.structured, ensure_ascii=False)


def _empty(block: dict[str, Any]) -> dict[str, Any]:
    blank: dict[str, dict[str, Any]] = {
        "text": {"text": ""},
        "thinking": {"thinking": "", "signature": ""},
        "tool_use": {"input": {}},
    }
    return block | blank[block["type"]]


def _deltas(block: dict[str, Any]) -> Iterator[dict[str, Any]]:
    kind = block["type"]
    if kind == "text":
        for piece in _pieces(block["text"]):
            yield {"type": "text_delta", "text": piece}
    elif kind == "thinking":
        for piece in _pieces(block["thinking"]):
            yield {"type": "thinking_delta", "thinking": piece}
        yield {"type": "signature_delta", "signature": block["signature"]}
    else:
        yield {"type": "input_json_delta", "partial_json": ""}
        for piece in _pieces(json.dumps(block["input"], ensure_ascii=False)):
            yield {"type": "input_json_delta", "partial_json": piece}


def _pieces(text: str) -> Iterator[str]:
    for at in range(0, len(text), _PIECE):
        yield text[at : at + _PIECE]
