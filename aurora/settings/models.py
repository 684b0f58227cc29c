"""Models that were retired or soon will be, and what follows them. Known on 2026-11-24; the endpoint's own word
(`Model.describe`) comes before the first call and overrules this list."""

from datetime import date
from typing import Literal, NamedTuple

from aurora.errors import Refusal
from aurora.settings.repository import BackendSettings


class EndOfLife(NamedTuple):
    ends: date
    successor: str


_OPUS, _SONNET, _HAIKU = "claude-opus-5-5", "claude-sonnet-5-5", "claude-haiku-5-5"

ENDINGS: dict[str, EndOfLife] = {
    "claude-3-sonnet-20240229": EndOfLife(date(2025, 7, 21), _SONNET),
    "claude-sonnet-4-5": EndOfLife(date(2026, 11, 30), _SONNET),
    "claude-sonnet-4-5-20250929": EndOfLife(date(2026, 11, 30), _SONNET),
}
"""Only ends that a source names; an id that is not here is left to the endpoint."""


def resolve(model: str, policy: Literal["successor", "exact"], today: date) -> tuple[str, str | None]:
    """The model to call, and a warning for the user when that is another one or its end is near.

    Raises `Refusal` for a retired model under `exact`."""
    end = ENDINGS.get(model)
    if end is None:
        return model, None
    if today < end.ends:
        return model, f"model {model} ends on {end.ends}; its successor is {end.successor}."
    if policy == "exact":
        raise Refusal(
            f"model {model!r} was retired on {end.ends}, and model_policy is `exact`.",
            f"Set `model: {end.successor}` in aurora.yaml, or `model_policy: successor`.",
        )
    return end.successor, f"model {model} was retired on {end.ends}; {end.successor} is used instead."


def settle(settings: BackendSettings, today: date) -> tuple[BackendSettings, tuple[str, ...]]:
    """`settings` with every model it names resolved, and the warnings, each once."""
    model, warning = resolve(settings.model, settings.model_policy, today)
    warnings = [warning]
    models: dict[str, str] = {}
    for step, name in settings.models.items():
        models[step], warning = resolve(name, settings.model_policy, today)
        warnings.append(warning)
    said = tuple(dict.fromkeys(w for w in warnings if w))
    return settings.model_copy(update={"model": model, "models": models}), said
