"""A request written for a person to read: Markdown, whole or only what is new."""

import json
from collections.abc import Iterator
from typing import Any

from aurora.messages_double.asked import Asked
from aurora.messages_double.sections import blocks_of


def whole(asked: Asked) -> str:
    body = asked.body
    lines = [_title(asked), "", "## System", "", asked.system or "(none)", "", "## Tools", ""]
    for tool in body.get("tools", []):
        lines += [f"### {tool['name']}", "", tool.get("description", ""), "", *_json(tool["input_schema"]), ""]
    if form := (body.get("output_config") or {}).get("format"):
        lines += ["## The reply must be JSON of this schema", "", *_json(form["schema"]), ""]
    return "\n".join([*lines, "## Messages", "", *_messages(body["messages"], 0)])


def new_part(asked: Asked, seen: list[dict[str, Any]]) -> str:
    """Only what follows the messages `seen` before in this conversation; all of them when they are no prefix."""
    messages = asked.body["messages"]
    start = len(seen) if bare(messages[: len(seen)]) == bare(seen) else 0
    return "\n".join([_title(asked), "", *_messages(messages[start:], start)])


def bare(value: Any) -> Any:
    """The messages without cache marks, which move from message to message."""
    if isinstance(value, dict):
        return {key: bare(part) for key, part in value.items() if key != "cache_control"}
    if isinstance(value, list):
        return [bare(part) for part in value]
    return value


def _title(asked: Asked) -> str:
    return f"# {asked.step or 'request'} of task {asked.task or '(unnamed)'}, {asked.model}"


def _messages(messages: list[dict[str, Any]], first: int) -> Iterator[str]:
    for index, message in enumerate(messages, first):
        yield from (f"### {index} {message['role']}", "")
        for block in blocks_of(message["content"]):
            yield from (*_block(block), "")


def _block(block: dict[str, Any]) -> Iterator[str]:
    kind = block["type"]
    if kind == "text":
        yield block["text"]
    elif kind == "thinking":
        yield from ("> thinking:", *(f"> {line}" for line in block["thinking"].splitlines()))
    elif kind == "tool_use":
        yield from (f"**calls {block['name']}** ({block['id']})", "")
        for name, value in block["input"].items():
            yield from (f"{name}:", *_fenced(value if isinstance(value, str) else json.dumps(value, indent=2)))
    elif kind == "tool_result":
        failed = " (error)" if block.get("is_error") else ""
        yield f"**result of {block['tool_use_id']}**{failed}"
        for part in blocks_of(block.get("content") or ""):
            yield from _fenced(part.get("text", f"({part['type']})"))
    else:
        yield f"({kind})"


def _json(value: Any) -> list[str]:
    return ["```json", json.dumps(value, indent=2, ensure_ascii=False), "```"]


def _fenced(text: str) -> list[str]:
    fence = "```"
    while fence in text:
        fence += "`"
    return [fence, text, fence]
