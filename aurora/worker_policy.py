"""What a worker permits at most. aurora.yaml is written by whoever can push: it may ask for less, never for more."""

from collections.abc import Iterator
from typing import Any

from pydantic import Field

from aurora.errors import Refusal
from aurora.settings import BackendSettings, Duration, Strict, seconds


class Policy(Strict):
    """The defaults leave room above the settings' own; None switches a cap off."""

    models: tuple[str, ...] | None = Field(default=None, description="Models that may be called; None: any.")
    max_dollars: float | None = Field(default=100, gt=0, allow_inf_nan=False)
    max_tokens: int | None = Field(default=200_000_000, ge=1_000)
    max_wall_clock: Duration | None = Field(default="72h", description="Time at work; waiting not counted.")
    max_idle: Duration | None = Field(default=None, description="How long a task may wait for an answer.")
    max_turns: int | None = Field(default=1000, ge=1)
    max_rounds: int | None = Field(default=20, ge=1)
    max_test_seconds: int | None = Field(default=3600, ge=5)
    max_memory_mb: int | None = Field(default=8192, ge=256)
    max_cpus: float | None = Field(default=8, gt=0, allow_inf_nan=False)
    max_pids: int | None = Field(default=4096, ge=32)
    max_disk_mb: int | None = Field(default=8192, ge=64)
    answered_by: tuple[str, ...] = Field(
        default=(), description="Who may answer, at most; empty: whom aurora.yaml names."
    )


CAPS = (
    ("max_dollars", "budget", "dollars"),
    ("max_tokens", "budget", "tokens"),
    ("max_wall_clock", "budget", "wall_clock"),
    ("max_idle", "budget", "idle"),
    ("max_turns", "budget", "turns"),
    ("max_turns", "budget", "turns_per_step"),
    ("max_rounds", "reflexion", "max_rounds"),
    ("max_test_seconds", "budget", "test_seconds"),
    ("max_memory_mb", "sandbox", "memory_mb"),
    ("max_cpus", "sandbox", "cpus"),
    ("max_pids", "sandbox", "pids"),
    ("max_disk_mb", "sandbox", "disk_mb"),
)
"""A cap of the policy, and the setting it bounds."""


def cap(settings: BackendSettings, policy: Policy) -> tuple[BackendSettings, tuple[str, ...]]:
    """`settings` within the policy, and one warning for each bound that was lowered.

    Raises `Refusal` for a model outside the list, and when nobody is left who may answer."""
    _check_models(settings, policy)
    warnings: list[str] = []
    changes: dict[str, dict[str, Any]] = {}
    for name, section, key in CAPS:
        most, asked = getattr(policy, name), getattr(getattr(settings, section), key)
        if most is not None and _size(asked) > _size(most):
            changes.setdefault(section, {})[key] = most
            warnings.append(f"{section}.{key}: {asked} lowered to {most}, the most this worker permits ({name}).")
    if policy.answered_by:
        changes["architect"] = {"answered_by": _answerers(settings.architect.answered_by, policy.answered_by)}
        dropped = [name for name in settings.architect.answered_by if name not in policy.answered_by]
        warnings += [f"architect.answered_by: {name!r} may not answer on this worker." for name in dropped]
    update = {section: getattr(settings, section).model_copy(update=values) for section, values in changes.items()}
    return settings.model_copy(update=update), tuple(warnings)


def _size(bound: float | str | None) -> float:
    """Comparable: a duration in seconds; no bound is the largest of all."""
    if bound is None:
        return float("inf")
    return seconds(bound) if isinstance(bound, str) else bound


def _answerers(asked: tuple[str, ...], permitted: tuple[str, ...]) -> tuple[str, ...]:
    both = tuple(name for name in asked if name in permitted) if asked else permitted
    if not both:
        raise Refusal(
            "architect.answered_by in aurora.yaml names nobody whom this worker lets answer.",
            f"Name one of: {', '.join(permitted)}.",
        )
    return both


def _check_models(settings: BackendSettings, policy: Policy) -> None:
    if policy.models is None:
        return
    for where, model in _models(settings):
        if model not in policy.models:
            permitted = ", ".join(policy.models) or "none"
            raise Refusal(
                f"{where} is {model!r}, which this worker does not permit.",
                f"Permitted: {permitted}. Change aurora.yaml, or `models` in the worker's policy.",
            )


def _models(settings: BackendSettings) -> Iterator[tuple[str, str]]:
    yield "model", settings.model
    for step, model in settings.models.items():
        yield f"models.{step}", model
