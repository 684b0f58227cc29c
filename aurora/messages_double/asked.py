"""A request as the double reads it: who asks, in which step, and every text in it."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from aurora.messages_double import tokens
from aurora.messages_double.sections import blocks_of

_STEP = re.compile(r"^Step: (\S+)", re.MULTILINE)
_BEGINS = re.compile(r"Step: (\S+)")
_TASK = re.compile(r"^Task: (\S+)", re.MULTILINE)


@dataclass(frozen=True)
class Asked:
    body: dict[str, Any]

    @cached_property
    def digest(self) -> str:
        """Names the request; equal whether it is streamed or not."""
        bare = {key: value for key, value in self.body.items() if key != "stream"}
        return hashlib.sha256(tokens.canonical(bare).encode()).hexdigest()

    @property
    def model(self) -> str:
        return str(self.body["model"])

    @cached_property
    def system(self) -> str:
        return "\n".join(str(block.get("text", "")) for block in blocks_of(self.body.get("system") or []))

    @cached_property
    def step(self) -> str | None:
        """The step from the line `Step: <name>` of the system prompt; without one from the last text of the user that
        begins so: a conversation can pass from step to step."""
        if found := _STEP.search(self.system):
            return found[1]
        for message in reversed(self.body["messages"]):
            if message["role"] != "user":
                continue
            for block in reversed(blocks_of(message["content"])):
                if block.get("type") == "text" and (found := _BEGINS.match(block["text"])):
                    return found[1]
        return None

    @cached_property
    def task(self) -> str | None:
        """The task, from the line `Task: <id>` of the system prompt or the first message."""
        first = "\n".join(_texts(self.body["messages"][0]["content"]))
        found = _TASK.search(self.system) or _TASK.search(first)
        return found[1] if found else None

    @cached_property
    def text(self) -> str:
        """All of the conversation and the system prompt, tool results and tool calls included."""
        return "\n".join([self.system, *self._said(self.body["messages"])])

    @cached_property
    def last_text(self) -> str:
        return "\n".join(self._said(self.last_turn))

    @cached_property
    def last_turn(self) -> list[dict[str, Any]]:
        """The messages after the last of the assistant."""
        turn: list[dict[str, Any]] = []
        for message in reversed(self.body["messages"]):
            if message["role"] != "user":
                break
            turn.insert(0, message)
        return turn

    def tool_results(self, *, last: bool = False) -> str:
        """The text of every tool result, or of those in the last turn only."""
        return "\n".join(
            text
            for message in (self.last_turn if last else self.body["messages"])
            for block in blocks_of(message["content"])
            if block.get("type") == "tool_result"
            for text in _texts(block.get("content") or "")
        )

    @staticmethod
    def _said(messages: list[dict[str, Any]]) -> list[str]:
        return [text for message in messages for text in _texts(message["content"])]


def _texts(content: Any) -> Iterator[str]:
    for block in blocks_of(content):
        kind = block.get("type")
        if kind == "text":
            yield block["text"]
        elif kind == "thinking":
            yield block["thinking"]
        elif kind == "tool_use":
            yield block["name"]
            yield tokens.canonical(block["input"])
        elif kind == "tool_result":
            yield from _texts(block.get("content") or "")
