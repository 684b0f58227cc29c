"""Rules about messages: whose turn it is, and tool calls with their results."""

from collections.abc import Mapping
from typing import Any

from aurora.messages_double.fields import MESSAGE, check_block
from aurora.messages_double.refusal import Refused
from aurora.messages_double.sections import blocks_of


def check_conversation(body: Mapping[str, Any]) -> None:
    """Raises `Refused`."""
    messages = body["messages"]
    if not messages:
        raise Refused("messages: at least one message is required")
    for index, message in enumerate(messages):
        where = f"messages.{index}"
        MESSAGE.check(message, where)
        if message["role"] not in ("user", "assistant"):
            raise Refused(f"{where}.role: Input should be 'user' or 'assistant'")
        if not message["content"]:
            raise Refused(f"{where}: all messages must have non-empty content")
        for at, block in enumerate(blocks_of(message["content"])):
            check_block(block, message["role"], f"{where}.content.{at}")
    if messages[0]["role"] != "user":
        raise Refused('messages: first message must use the "user" role')
    if messages[-1]["role"] == "assistant":
        raise Refused("messages: this model does not support assistant message prefill; the last must be the user's")
    _check_tool_results(messages)


def _check_tool_results(messages: list[dict[str, Any]]) -> None:
    turns = _turns(messages)
    for number, (role, blocks) in enumerate(turns):
        if role != "user":
            continue
        asked = [b["id"] for b in turns[number - 1][1] if b["type"] == "tool_use"] if number else []
        given = [b["tool_use_id"] for b in blocks if b["type"] == "tool_result"]
        unknown = [one for one in given if one not in asked]
        if unknown:
            raise Refused(
                f"messages: unexpected `tool_use_id` found in `tool_result` blocks: {unknown[0]}. Each `tool_result` "
                "block must have a corresponding `tool_use` block in the previous message"
            )
        if len(set(given)) != len(given):
            raise Refused("messages: each tool_use must have a single result; found multiple `tool_result` blocks")
        missing = [one for one in asked if one not in given]
        if missing:
            raise Refused(
                f"messages: `tool_use` ids were found without `tool_result` blocks immediately after: {missing[0]}. "
                "Each `tool_use` block must have a corresponding `tool_result` block in the next message"
            )
        if asked and any(block["type"] != "tool_result" for block in blocks[: len(given)]):
            raise Refused("messages: `tool_result` blocks must come first in the turn that answers tool calls")
    ids = [block["id"] for role, blocks in turns for block in blocks if block["type"] == "tool_use"]
    if len(set(ids)) != len(ids):
        raise Refused("messages: `tool_use` ids must be unique")


def _turns(messages: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """The service combines consecutive messages of one role."""
    turns: list[tuple[str, list[dict[str, Any]]]] = []
    for message in messages:
        blocks = blocks_of(message["content"])
        if turns and turns[-1][0] == message["role"]:
            turns[-1][1].extend(blocks)
        else:
            turns.append((message["role"], list(blocks)))
    return turns
