"""A request as one row of blocks in the order the service caches them: tools, then system, then messages."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from aurora.messages_double import tokens


class Section(NamedTuple):
    where: str
    content: str
    """Canonical; two requests share a prefix when these are equal block by block."""
    tokens: int
    lifetime: str | None
    """`5m` or `1h` when the block is a cache breakpoint."""


def blocks_of(content: Any) -> list[dict[str, Any]]:
    """The service's own reading: a string is one text block."""
    if isinstance(content, str):
        return [{"type": "text", "text": content}]
    return list(content)


def sections(body: Mapping[str, Any]) -> list[Section]:
    return list(_walk(body))


def counted(body: Mapping[str, Any]) -> int:
    """Input tokens of the whole request."""
    return sum(section.tokens for section in _walk(body))


def _walk(body: Mapping[str, Any]) -> Iterator[Section]:
    for index, tool in enumerate(body.get("tools") or []):
        yield _section(f"tools.{index}", "tool", tool)
    for index, block in enumerate(blocks_of(body.get("system") or [])):
        yield _section(f"system.{index}", "system", block)
    # consecutive turns of one role are combined, so the role alone, not the message, tells blocks apart
    for index, message in enumerate(body["messages"]):
        for at, block in enumerate(blocks_of(message["content"])):
            yield _section(f"messages.{index}.content.{at}", str(message["role"]), block)


def _section(where: str, kind: str, block: Mapping[str, Any]) -> Section:
    mark = block.get("cache_control")
    bare = {key: value for key, value in block.items() if key != "cache_control"}
    lifetime = mark.get("ttl", "5m") if isinstance(mark, Mapping) else None
    return Section(where, tokens.canonical([kind, bare]), tokens.of_block(block), lifetime)
