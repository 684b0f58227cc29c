"""The models that the double knows, with the limits and habits that the service documents for them (2026-11)."""

from typing import Any, Final, Literal, NamedTuple


class Price(NamedTuple):
    """Microdollars per million tokens, for prompts of up to `prompt_tokens`."""

    input: int
    output: int
    prompt_tokens: int | None = None


class KnownModel(NamedTuple):
    name: str
    prices: tuple[Price, ...]
    """Kept apart from the client's own table on purpose: an invoice is written by the other side."""
    lifecycle: Literal["active", "deprecated", "retired"] = "active"
    context_tokens: int = 1_000_000
    max_output_tokens: int = 128_000
    smallest_cached_prefix: int = 1_024
    """Tokens; a shorter prefix is silently not cached."""
    thinking: frozenset[str] = frozenset({"adaptive", "between_tools"})
    """Values of `thinking.type` that are accepted."""


MODELS: Final[dict[str, KnownModel]] = {
    "claude-opus-5-5": KnownModel(
        "Claude Opus 5.5", (Price(4_000_000, 20_000_000),), smallest_cached_prefix=512, thinking=frozenset({"adaptive"})
    ),
    "claude-sonnet-5-5": KnownModel("Claude Sonnet 5.5", (Price(2_000_000, 10_000_000),)),
    "claude-haiku-5-5": KnownModel(
        "Claude Haiku 5.5", (Price(100_000, 500_000, 100_000), Price(500_000, 2_500_000)), smallest_cached_prefix=4_096
    ),
    "claude-sonnet-4-5": KnownModel(
        "Claude Sonnet 4.5",
        (Price(3_000_000, 15_000_000),),
        "deprecated",
        200_000,
        64_000,
        thinking=frozenset({"enabled", "disabled"}),
    ),
    "claude-3-sonnet-20240229": KnownModel(
        "Claude 3 Sonnet", (Price(3_000_000, 15_000_000),), "retired", 200_000, 4_096, thinking=frozenset()
    ),
}

_RELEASED: Final = "2026-09-01T00:00:00Z"
_THINKING: Final = ("adaptive", "between_tools", "disabled", "enabled")
_SUPPORTED: Final = {"supported": True}


def described(model: str) -> dict[str, Any]:
    """The `ModelInfo` object of `/v1/models/{id}`."""
    known = MODELS[model]
    return {
        "type": "model",
        "id": model,
        "display_name": known.name,
        "created_at": _RELEASED,
        "lifecycle": known.lifecycle,
        "deprecated_at": None if known.lifecycle == "active" else _RELEASED,
        "retires_at": None if known.lifecycle == "active" else "2026-11-30T00:00:00Z",
        "line": {"id": model.split("-")[1]},
        "max_input_tokens": known.context_tokens,
        "max_tokens": known.max_output_tokens,
        "capabilities": {
            "structured_outputs": _SUPPORTED,
            "thinking": {
                "supported": bool(known.thinking),
                "types": {kind: {"supported": kind in known.thinking} for kind in _THINKING},
            },
        },
    }
