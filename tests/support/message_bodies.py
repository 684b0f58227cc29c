"""Requests as JSON bodies, for tests that speak HTTP to the double."""

from typing import Any

from aurora.messages_double.scenario import Scenario, parse

HEADERS = {"x-api-key": "test-key", "anthropic-version": "2026-10-21"}


def schema(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def tool(name: str = "read_file", **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "description": "d",
        "strict": True,
        "input_schema": schema(path={"type": "string"}),
    } | more


def body(**more: Any) -> dict[str, Any]:
    return {
        "model": "claude-sonnet-5-5",
        "max_tokens": 1000,
        "system": [{"type": "text", "text": "Step: write_code\n\nBe exact."}],
        "messages": [{"role": "user", "content": [{"type": "text", "text": "Task: t1\nDo it."}]}],
    } | more


def user(*blocks: Any) -> dict[str, Any]:
    return {"role": "user", "content": list(blocks)}


def assistant(*blocks: Any) -> dict[str, Any]:
    return {"role": "assistant", "content": list(blocks)}


def text(said: str) -> dict[str, Any]:
    return {"type": "text", "text": said}


def use(id: str = "toolu_1", name: str = "read_file") -> dict[str, Any]:
    return {"type": "tool_use", "id": id, "name": name, "input": {"path": "a.py"}}


def result(id: str = "toolu_1", content: str = "x = 1") -> dict[str, Any]:
    return {"type": "tool_result", "tool_use_id": id, "content": content}


def says(*texts: str, **more: Any) -> Scenario:
    return parse({"replies": [{"reply": {"text": said}} for said in texts], **more})
