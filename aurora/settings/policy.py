"""The limits of a worker. aurora.yaml is written by whoever can push: it may ask for less, never for more."""

from collections.abc import Iterator
from typing import Any

from pydantic import Field

from aurora.errors import Refusal, RefusalCode
from aurora.settings.people import may_answer, may_be_asked, patient
from aurora.settings.repository import ArchitectSettings, BackendSettings, Duration, Name, Strict, seconds


class Policy(Strict):
    """The limits of a repository's settings. The defaults leave room above those of aurora.yaml; null removes a cap.

    A setting above its cap is lowered to it, with a warning in the task.
    """

    models: tuple[str, ...] | None = Field(
        default=None, description="Models that may be called; null: any. A task that names another one is refused."
    )
    max_dollars: float | None = Field(
        default=100,
        gt=0,
        allow_inf_nan=False,
        description="US dollars of one task; no answer can raise a budget above it.",
    )
    max_tokens: int | None = Field(default=200_000_000, ge=1_000, description="Tokens of one task.")
    max_wall_clock: Duration | None = Field(
        default="72h", description="Working time of one task; waiting is not counted."
    )
    max_idle: Duration | None = Field(default=None, description="Longest time that a task may wait for an answer.")
    max_turns: int | None = Field(
        default=1000, ge=1, description="Model calls of one task, and of one visit of a step."
    )
    max_rounds: int | None = Field(default=20, ge=1, description="Rounds of the reflexion loop until the task asks.")
    max_test_seconds: int | None = Field(default=3600, ge=5, description="Seconds of one run of the tests.")
    max_memory_mb: int | None = Field(default=8192, ge=256, description="MB of a sandbox's memory.")
    max_cpus: float | None = Field(default=8, gt=0, allow_inf_nan=False, description="Processors of a sandbox.")
    max_pids: int | None = Field(default=4096, ge=32, description="Processes and threads of a sandbox.")
    max_disk_mb: int | None = Field(default=8192, ge=64, description="MB of a sandbox's writable space.")
    answered_by: tuple[Name, ...] = Field(
        default=(),
        max_length=50,
        description="People who may answer and be asked, whatever aurora.yaml says; empty: those whom it names, and "
        "the submitter.",
    )
    min_remind: Duration = Field(default="10m", description="Least time between two messages about the same question.")
    min_silence: Duration = Field(
        default="4h",
        description="Least time before a question's assumption is used, or a task ends as idle.",
    )
    silence_decides: bool = Field(
        default=True, description="Allow `on_silence: default` in aurora.yaml; otherwise questions wait."
    )
    approve_plan: bool = Field(
        default=False, description="Make every plan wait for approval, whatever aurora.yaml says."
    )
    mandatory_gates: tuple[str, ...] = Field(
        default=(), description="Gates that aurora.yaml can't turn off, beside those that are always on."
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


def cap(
    settings: BackendSettings, policy: Policy, submitter: str | None = None
) -> tuple[BackendSettings, tuple[str, ...]]:
    """`settings` within the policy, and one warning for each that was changed.

    `submitter` handed the task in; no repository shuts that person out. None: there is no task.

    Raises `Refusal` for a model outside the list."""
    _check_models(settings, policy)
    warnings: list[str] = []
    settings = settings.model_copy(update={"architect": _people(settings, policy, submitter, warnings)})
    settings, said = with_mandatory_gates(settings, policy)
    warnings += said
    idle = settings.budget.idle
    changes: dict[str, dict[str, Any]] = {}
    if idle is not None and seconds(idle) < seconds(policy.min_silence):
        settings = settings.model_copy(
            update={"budget": settings.budget.model_copy(update={"idle": policy.min_silence})}
        )
        warnings.append(f"budget.idle: {idle} raised to {policy.min_silence}, at least (min_silence).")
    for name, section, key in CAPS:
        most, asked = getattr(policy, name), getattr(getattr(settings, section), key)
        if most is not None and _size(asked) > _size(most):
            changes.setdefault(section, {})[key] = most
            warnings.append(f"{section}.{key}: {asked} lowered to {most}, the most this worker permits ({name}).")
    update = {section: getattr(settings, section).model_copy(update=values) for section, values in changes.items()}
    return settings.model_copy(update=update), tuple(warnings)


def with_mandatory_gates(settings: BackendSettings, policy: Policy) -> tuple[BackendSettings, tuple[str, ...]]:
    """The settings without the gates that they turn off and the policy keeps on, and one warning for each."""
    off = [name for name in policy.mandatory_gates if settings.gates.get(name) == "off"]
    kept = {name: said for name, said in settings.gates.items() if name not in off}
    why = "off is ignored; this worker makes the gate mandatory (mandatory_gates)."
    return settings.model_copy(update={"gates": kept}), tuple(f"gates.{name}: {why}" for name in off)


def _people(settings: BackendSettings, policy: Policy, submitter: str | None, warnings: list[str]) -> ArchitectSettings:
    asked = settings.architect
    answerers, said = may_answer(asked.answered_by, policy.answered_by, submitter)
    warnings += said
    escalation, said = may_be_asked(asked.escalation, policy.answered_by)
    warnings += said
    architect = asked.model_copy(update={"answered_by": answerers, "escalation": escalation})
    if policy.approve_plan and not asked.approve_plan:
        architect = architect.model_copy(update={"approve_plan": True})
        warnings.append("architect.approve_plan: plans wait for approval on this worker (approve_plan).")
    if architect.on_silence == "default" and not policy.silence_decides:
        architect = architect.model_copy(update={"on_silence": "wait"})
        warnings.append("architect.on_silence: default is not permitted on this worker; questions wait.")
    architect, said = patient(architect, policy.min_remind, policy.min_silence)
    warnings += said
    return architect


def _size(bound: float | str | None) -> float:
    """Comparable: a duration in seconds; no bound is the largest of all."""
    if bound is None:
        return float("inf")
    return seconds(bound) if isinstance(bound, str) else bound


def _check_models(settings: BackendSettings, policy: Policy) -> None:
    if policy.models is None:
        return
    for where, model in _models(settings):
        if model not in policy.models:
            permitted = ", ".join(policy.models) or "none"
            raise Refusal(
                f"{where} is {model!r}, which this worker does not permit.",
                f"Permitted: {permitted}. Change aurora.yaml, or `models` in the worker's policy.",
                code=RefusalCode.FORBIDDEN,
            )


def _models(settings: BackendSettings) -> Iterator[tuple[str, str]]:
    yield "model", settings.model
    for step, model in settings.models.items():
        yield f"models.{step}", model
