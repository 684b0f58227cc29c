"""The shape of `agents.backend` in a repository's aurora.yaml, with defaults.

The file is untrusted (whoever can push can write it), read at the base commit, and travels in the `Workspace`.
Loading, line numbers and nearest keys: `repository_file`. What a worker permits at most: `policy`.
"""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, field_validator
from pydantic_core import PydanticCustomError

DEFAULT_MODEL = "claude-sonnet-5-5"

ToolName = Literal[
    "read_file", "write_file", "edit_file", "list_files", "search_code", "run_pytest", "run_tests", "run_linter"
]
DEFAULT_TOOLS: tuple[ToolName, ...] = (
    "read_file", "write_file", "edit_file", "list_files", "search_code", "run_pytest", "run_linter",
)  # fmt: skip
ALWAYS_OFFERED = ("ask_architect", "report_blocked", "finish")

Name = Annotated[str, StringConstraints(min_length=1, max_length=60)]
"""Of a person or a team, as they call themselves."""

Argv = Annotated[tuple[str, ...], Field(min_length=1)]


class Strict(BaseModel):
    """A key nobody knows is refused: a misspelt bound must not become no bound."""

    model_config = ConfigDict(frozen=True, extra="forbid")


Duration = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,5}[smhd]$")]
"""`90s`, `30m`, `24h`, `7d`. A number alone would not say of what."""
_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}


def seconds(duration: str) -> int:
    return int(duration[:-1]) * _UNITS[duration[-1]]


class ContextWindow(Strict):
    include: tuple[str, ...] = ("**/*",)
    exclude: tuple[str, ...] = ("**/__pycache__",)


class ReflexionSettings(Strict):
    max_rounds: int = Field(default=5, ge=1, le=50, description="Passes of the reflexion loop before the task asks.")


class ArchitectSettings(Strict):
    approve_plan: bool = Field(default=False, description="Show the plan and wait for approval before any code.")
    on_silence: Literal["wait", "default"] = Field(
        default="wait",
        description="`default` takes what a question says it assumes, for missing_spec and decision only, and not "
        "before the worker's policy.min_silence (4h).",
    )
    remind: Duration = Field(
        default="24h", description="How long a question waits before the next rung, as 24h; 10m at least."
    )
    escalation: tuple[Name, ...] = Field(
        default=(), max_length=10, description="Who is asked next, one a rung, after the reminder."
    )
    answered_by: tuple[Name, ...] = Field(
        default=(),
        max_length=50,
        description="Names that may answer, beside whoever handed the task in; empty: anyone.",
    )
    max_context_rounds: int = Field(default=3, ge=1, le=10, description="How often the context check may ask again.")


class BudgetSettings(Strict):
    turns: int = Field(default=120, ge=1, le=2000, description="Model calls for the whole task.")
    turns_per_step: int = Field(default=40, ge=1, le=500, description="Model calls for one visit of one step.")
    dollars: float = Field(
        default=10.0, gt=0, le=10_000, allow_inf_nan=False, description="US dollars for the whole task."
    )
    tokens: int = Field(default=20_000_000, ge=1_000, description="Tokens sent and received, cached ones counted.")
    wall_clock: Duration = Field(default="8h", description="Time at work; waiting and pauses not counted.")
    idle: Duration | None = Field(
        default=None,
        description="A task that waits longer than this for an answer ends, its work kept.",
    )
    test_seconds: int = Field(default=600, ge=5, le=7200, description="Wall seconds of one run of the tests.")


ServiceName = Literal["postgres", "redis"]


class SandboxSettings(Strict):
    memory_mb: int = Field(default=2048, ge=256, le=65_536)
    cpus: float = Field(default=2.0, gt=0, le=64, allow_inf_nan=False)
    pids: int = Field(default=512, ge=32, le=8192)
    disk_mb: int = Field(default=1024, ge=64, le=65_536, description="Writable space, held in memory.")
    services: tuple[ServiceName, ...] = Field(
        default=(),
        max_length=10,
        description="What the tests need on loopback, started anew before each run of them: docs/services.md.",
    )

    @field_validator("services")
    @classmethod
    def _each_once(cls, names: tuple[ServiceName, ...]) -> tuple[ServiceName, ...]:
        """In one order, so that the same services have the same image."""
        return tuple(sorted(set(names)))


class Commands(Strict):
    """argv of the project's own tools, where detection should not decide."""

    test: Argv | None = None
    lint: Argv | None = None
    format: Argv | None = None


def _gate_setting(said: Any) -> Any:
    """`on` and `off` are words to a reader of YAML 1.2, and true and false to one of 1.1."""
    if isinstance(said, bool):
        return "on" if said else "off"
    if said in ("on", "off") or isinstance(said, dict):
        return said
    raise PydanticCustomError("gate_setting", "`on`, `off`, or a mapping of what is tuned")


GateSetting = Annotated[Any, AfterValidator(_gate_setting)]
"""`on`, `off`, or a mapping of what is tuned. Which gates there are, and what of them, `aurora.gates` knows."""
StepName = Annotated[str, StringConstraints(pattern=r"^[a-z_]+$")]


class BackendSettings(Strict):
    model: str = DEFAULT_MODEL
    temperature: float | None = Field(default=None, ge=0, le=2, allow_inf_nan=False)
    tools: tuple[ToolName, ...] = DEFAULT_TOOLS
    context_window: ContextWindow = ContextWindow()
    reflexion: ReflexionSettings = ReflexionSettings()
    architect: ArchitectSettings = ArchitectSettings()
    budget: BudgetSettings = BudgetSettings()
    sandbox: SandboxSettings = SandboxSettings()
    commands: Commands = Commands()
    models: dict[StepName, str] = Field(default_factory=dict, description="A model per step, by the step's name.")
    model_policy: Literal["successor", "exact"] = Field(
        default="successor", description="Whether a retired model is replaced by its successor or refused."
    )
    provider: str = Field(default="default", description="A provider's name from the worker's settings.")
    gates: dict[str, GateSetting] = Field(
        default_factory=dict,
        description="Gates turned `off`, or tuned, by name; `aurora gates` lists them. What is mandatory stays on.",
    )
    contract: str | None = Field(default=None, description="Path of the OpenAPI document.")
    tests: tuple[str, ...] = Field(default=(), description="Test roots, where detection should not decide.")

    def model_for(self, step: str) -> str:
        return self.models.get(step, self.model)
