"""Tokens by a fixed estimate, so that a request costs the same in every run: four characters each, at least one."""

import json
from collections.abc import Mapping
from typing import Any, Final

CHARS_PER_TOKEN: Final = 4


def canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def estimate(text: str) -> int:
    return max(1, -(-len(text) // CHARS_PER_TOKEN))


def of_block(block: Mapping[str, Any]) -> int:
    """A block counts by its content; a cache mark on it is no content."""
    return estimate(canonical({k: v for k, v in block.items() if k != "cache_control"}))


def of_output(content: list[dict[str, Any]]) -> int:
    return sum(map(of_block, content))
