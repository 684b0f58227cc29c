"""The fields that each part of a request may have, and those it must have; an unknown one is refused by name."""

from typing import Any, Final, NamedTuple

from aurora.messages_double.refusal import Refused


class Fields(NamedTuple):
    needed: dict[str, type | tuple[type, ...]]
    allowed: frozenset[str] = frozenset()

    def check(self, value: Any, where: str) -> dict[str, Any]:
        """Raises `Refused`."""
        prefix = f"{where}." if where else ""
        if not isinstance(value, dict):
            raise Refused(f"{where}: Input should be a valid dictionary")
        for name, kind in self.needed.items():
            if name not in value:
                raise Refused(f"{prefix}{name}: Field required")
            if not isinstance(value[name], kind) or isinstance(value[name], bool):
                raise Refused(f"{prefix}{name}: Input should be a valid {_named(kind)}")
        for name in value:
            if name not in self.needed and name not in self.allowed:
                raise Refused(f"{prefix}{name}: Extra inputs are not permitted")
        return value


SAMPLING: Final = ("temperature", "top_p", "top_k")

REQUEST: Final = Fields(
    {"model": str, "messages": list, "max_tokens": int},
    frozenset({"system", "tools", "tool_choice", "thinking", "output_config", "stream", "metadata", "stop_sequences"})
    | {"service_tier", "cache_control", "inference_geo"},
)
COUNT: Final = Fields({"model": str, "messages": list}, REQUEST.allowed - {"stream", "metadata", "stop_sequences"})
MESSAGE: Final = Fields({"role": str, "content": (str, list)})
TOOL: Final = Fields(
    {"name": str, "input_schema": dict},
    frozenset({"type", "description", "strict", "cache_control", "input_examples", "eager_input_streaming"}),
)
TEXT: Final = Fields({"type": str, "text": str}, frozenset({"cache_control", "citations"}))

BLOCKS: Final[dict[str, dict[str, Fields]]] = {
    "user": {
        "text": TEXT,
        "image": Fields({"type": str, "source": dict}, frozenset({"cache_control"})),
        "document": Fields(
            {"type": str, "source": dict}, frozenset({"cache_control", "title", "context", "citations"})
        ),
        "tool_result": Fields({"type": str, "tool_use_id": str}, frozenset({"content", "is_error", "cache_control"})),
    },
    "assistant": {
        "text": TEXT,
        "thinking": Fields({"type": str, "thinking": str, "signature": str}),
        "redacted_thinking": Fields({"type": str, "data": str}),
        "tool_use": Fields(
            {"type": str, "id": str, "name": str, "input": dict}, frozenset({"cache_control", "caller"})
        ),
    },
}
"""Content blocks by the role that may say them."""


def check_block(block: Any, role: str, where: str) -> None:
    """Raises `Refused`."""
    if not isinstance(block, dict) or not isinstance(block.get("type"), str):
        raise Refused(f"{where}.type: Field required")
    kinds = BLOCKS[role]
    if block["type"] not in kinds:
        raise Refused(f"{where}: Input tag {block['type']!r} found using 'type' does not match any of {sorted(kinds)}")
    kinds[block["type"]].check(block, where)
    if block["type"] == "text" and not block["text"]:
        raise Refused(f"{where}: text content blocks must be non-empty")
    if block["type"] == "tool_result":
        for at, part in enumerate(block["content"] if isinstance(block.get("content"), list) else []):
            if not isinstance(part, dict) or part.get("type") not in ("text", "image", "document"):
                raise Refused(f"{where}.content.{at}: a tool result holds text, image or document blocks only")
            check_block(part, "user", f"{where}.content.{at}")


def _named(kind: type | tuple[type, ...]) -> str:
    kinds = kind if isinstance(kind, tuple) else (kind,)
    return " or ".join({"str": "string", "dict": "dictionary", "int": "integer"}.get(k.__name__, "list") for k in kinds)
