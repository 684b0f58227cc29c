"""The shape of `agents.backend` in a repository's aurora.yaml, with defaults.

The file is untrusted (whoever can push can write it), read at the base commit, and travels in the `Workspace`.
Loading, line numbers and nearest keys: `repository_file`. What a worker permits at most: `policy`.
"""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints, field_validator
from pydantic_core import PydanticCustomError

from aurora.settings.contract import ContractSetting, ContractSettings
from aurora.settings.project import ProjectSettings
from aurora.settings.strict import Strict as Strict

DEFAULT_MODEL = "claude-sonnet-5-5"

ToolName = Literal[
    "read_file", "write_file", "edit_file", "delete_file", "move_file", "list_files", "search_code", "run_pytest",
    "run_tests", "run_linter",
]  # fmt: skip
DEFAULT_TOOLS: tuple[ToolName, ...] = (
    "read_file", "write_file", "edit_file", "delete_file", "move_file", "list_files", "search_code", "run_pytest",
    "run_linter",
)  # fmt: skip
ALWAYS_OFFERED = ("ask_architect", "report_blocked", "finish")

Name = Annotated[str, StringConstraints(min_length=1, max_length=60)]
"""Name of a person or a team, as they call themselves."""

Argv = Annotated[tuple[str, ...], Field(min_length=1)]


Duration = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,5}[smhd]$")]
"""`90s`, `30m`, `24h`, `7d`. A number alone would not say of what."""
_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}


def seconds(duration: str) -> int:
    return int(duration[:-1]) * _UNITS[duration[-1]]


class ContextWindow(Strict):
    """Files that the model may see and change. Enforced by the tools, not only stated in the prompt."""

    include: tuple[str, ...] = Field(
        default=("**/*",),
        description="Globs of the files that the model may read and write, from the repository's root; one at least.",
    )
    exclude: tuple[str, ...] = Field(
        default=("**/__pycache__",),
        description="Globs of files that the model may neither read, list, search nor write; they win over `include`.",
    )


class ReflexionSettings(Strict):
    """The loop that fixes what lint, tests and gates found."""

    max_rounds: int = Field(
        default=5,
        ge=1,
        le=50,
        description="Rounds of reflection and fixing until the task asks; an answer grants as many again.",
    )


class ArchitectSettings(Strict):
    """Questions of a task: who is asked, who may answer, and what happens without an answer."""

    approve_plan: bool = Field(default=False, description="Show the plan and wait for approval before any code.")
    on_silence: Literal["wait", "default"] = Field(
        default="wait",
        description="What happens when nobody answers. `wait`: the question waits. `default`: what the question says "
        "it assumes is taken, for the kinds missing_spec and decision only, and not before the worker's "
        "`policy.min_silence`.",
    )
    remind: Duration = Field(
        default="24h",
        description="How long a question waits until the same person is reminded, and then until the next person is "
        "asked. A shorter time than the worker's `policy.min_remind` is raised to it.",
    )
    escalation: tuple[Name, ...] = Field(
        default=(), max_length=10, description="People to ask after the reminder, one per interval."
    )
    answered_by: tuple[Name, ...] = Field(
        default=(),
        max_length=50,
        description="People who may answer, besides the submitter; empty: anyone.",
    )
    max_context_rounds: int = Field(
        default=3,
        ge=1,
        le=10,
        description="Times the context check may ask; then the Architect decides whether the task goes on.",
    )


class BudgetSettings(Strict):
    """Bounds of one task in money, calls, tokens and time."""

    turns: int = Field(
        default=120,
        ge=1,
        le=2000,
        description="Model calls of the whole task. At the bound the task asks, with a question of kind budget.",
    )
    turns_per_step: int = Field(
        default=40,
        ge=1,
        le=500,
        description="Model calls of one visit of one step. After them the task asks, with a question of kind stuck.",
    )
    dollars: float = Field(
        default=10.0,
        gt=0,
        le=10_000,
        allow_inf_nan=False,
        description="US dollars for the whole task; no call is made that could cost more than is left. At the bound "
        "the task asks.",
    )
    tokens: int = Field(
        default=20_000_000,
        ge=1_000,
        description="Tokens sent and received in the whole task, cached ones counted. At the bound the task asks.",
    )
    wall_clock: Duration = Field(
        default="8h",
        description="Time at work: how long activities run. Waiting, pauses and time without a worker are not counted. "
        "At the limit the task asks.",
    )
    idle: Duration | None = Field(
        default=None,
        description="A task that waits longer than this for an answer ends as abandoned, its work kept. Unset: never. "
        "A shorter time than the worker's `policy.min_silence` is raised to it.",
    )
    test_seconds: int = Field(
        default=600,
        ge=5,
        le=7200,
        description="Wall-clock seconds of one test run; a longer run times out.",
    )


ServiceName = Literal["postgres", "redis"]


class SandboxSettings(Strict):
    """Bounds of the container in which tools and tests run, and the services beside the tests."""

    memory_mb: int = Field(
        default=2048, ge=256, le=65_536, description="MB of memory. A run that needs more is ended as out of memory."
    )
    cpus: float = Field(
        default=2.0,
        gt=0,
        le=64,
        allow_inf_nan=False,
        description="Processors; beyond the bound processes are throttled.",
    )
    pids: int = Field(
        default=512,
        ge=32,
        le=8192,
        description="Concurrent processes and threads; no more can be started beyond the bound.",
    )
    disk_mb: int = Field(
        default=1024,
        ge=64,
        le=65_536,
        description="MB of writable space, held in memory beside `memory_mb`; a quarter of it is `/tmp`. A write "
        "beyond it fails.",
    )
    services: tuple[ServiceName, ...] = Field(
        default=(),
        max_length=10,
        description="Services that the tests need on loopback, started afresh before each run: docs/using/services.md.",
    )

    @field_validator("services")
    @classmethod
    def _each_once(cls, names: tuple[ServiceName, ...]) -> tuple[ServiceName, ...]:
        """Sort the services, so that the same ones have the same image."""
        return tuple(sorted(set(names)))


class FlakySettings(Strict):
    """Tests that fail at random: reported in the evidence, and counted as neither red nor green."""

    reruns: int = Field(
        default=1,
        ge=0,
        le=5,
        description="Number of times that a red test of the project is run again; one that turns green is flaky. 0: "
        "never. Also "
        "how often the new tests of a task are run again before they are frozen: they must come out alike.",
    )


class MutationSettings(Strict):
    """Mutants of the code that a task changed: once the whole suite is green, small changes of it that a test notices
    or not."""

    enabled: bool = Field(default=True, description="Run mutants of the code.")
    seconds: int = Field(
        default=120,
        ge=5,
        le=7_200,
        description="Seconds for all mutants of a draft, beyond one run without a mutant; those left over are "
        "reported.",
    )
    per_group: int = Field(
        default=5, ge=1, le=50, description="Mutants of one changed function, or of a file's rules outside functions."
    )


class ObservationSettings(Strict):
    """One more run of the tests of a change before the commit, observed: blocked event loops and SQL statements."""

    enabled: bool = Field(default=True, description="Turn it on or off.")
    repeated: int = Field(
        default=3,
        ge=0,
        le=1_000,
        description="How often one statement may be read in a loop while one request is answered, this number left "
        "out: from it on it is a finding. 0: statements are not counted.",
    )
    seconds: int = Field(default=300, ge=5, le=7_200, description="Seconds by the clock; a longer run is ended.")
    whole_seconds: int = Field(
        default=20,
        ge=0,
        le=7_200,
        description="A suite that took no longer at the base commit is observed as a whole; of another one only the "
        "tests that the change touched.",
    )


class PartsSettings(Strict):
    """The largest size of a plan in one piece. A larger one is cut into parts of at most this size, built one by
    one."""

    operations: int = Field(default=20, ge=1, le=500, description="Operations of the contract in one part.")
    tests: int = Field(default=120, ge=1, le=2_000, description="Planned tests of one part.")
    files: int = Field(
        default=40, ge=1, le=1_000, description="Planned files of one part, tests left out. Files alone cut no plan."
    )
    contract_bytes: int = Field(
        default=100_000,
        ge=1_000,
        le=1_000_000,
        description="Bytes of the contract's text about the operations of one part.",
    )


class Commands(Strict):
    """Commands of the project's own tools, where detection should not decide. A shell string is refused."""

    test: Argv | None = Field(default=None, description="Command that runs the tests, as a list: [pytest, -q].")
    lint: Argv | None = Field(default=None, description="Command that lints, as a list.")
    format: Argv | None = Field(default=None, description="Command that formats, as a list.")


def _gate_setting(said: Any) -> Any:
    """`on` and `off` are words to a reader of YAML 1.2, and true and false to one of 1.1."""
    if isinstance(said, bool):
        return "on" if said else "off"
    if said in ("on", "off") or isinstance(said, dict):
        return said
    raise PydanticCustomError("gate_setting", "`on`, `off`, or a mapping of what is tuned")


GateSetting = Annotated[Any, AfterValidator(_gate_setting)]
"""`on`, `off`, or a mapping of what is tuned. Which gates there are, and what of them, `aurora.gates` knows."""
ReviewMode = Literal["auto", "on", "off"]
Commits = Literal["one", "each"]
StepName = Annotated[str, StringConstraints(pattern=r"^[a-z_]+$")]


class BackendSettings(Strict):
    """Settings of the backend agent."""

    model: str = Field(default=DEFAULT_MODEL, description="Model that every step calls, unless `models` names another.")
    temperature: float | None = Field(
        default=None,
        ge=0,
        le=2,
        allow_inf_nan=False,
        description="Sampling temperature; sent only to a provider whose `takes_temperature` is true.",
    )
    tools: tuple[ToolName, ...] = Field(
        default=DEFAULT_TOOLS,
        description="Tools that the steps may use. `run_pytest` and `run_tests` are one tool. Tools to ask, to report "
        "and to finish are always offered.",
    )
    context_window: ContextWindow = ContextWindow()
    reflexion: ReflexionSettings = ReflexionSettings()
    architect: ArchitectSettings = ArchitectSettings()
    budget: BudgetSettings = BudgetSettings()
    sandbox: SandboxSettings = SandboxSettings()
    commands: Commands = Commands()
    project: ProjectSettings = ProjectSettings()
    flaky: FlakySettings = FlakySettings()
    mutation: MutationSettings = MutationSettings()
    observation: ObservationSettings = ObservationSettings()
    parts: PartsSettings = PartsSettings()
    commits: Commits = Field(
        default="one",
        description="Commits of a task whose plan is cut into parts: `one` in all, or one for `each` part.",
    )
    models: dict[StepName, str] = Field(
        default_factory=dict, description="Model of a step, by the step's name, as `{write_code: claude-opus-5-5}`."
    )
    model_policy: Literal["successor", "exact"] = Field(
        default="successor",
        description="What happens to a model that was retired. `successor`: its successor is called, with a warning. "
        "`exact`: the task is refused.",
    )
    provider: str = Field(
        default="default", description="Name of a provider of the worker's settings; an unknown one is refused."
    )
    contract: ContractSetting = Field(
        default=ContractSettings(),
        description="The contract document of the service: its path, `none`, `write`, or a mapping that says more: "
        "docs/using/contract.md.",
    )
    tests: tuple[str, ...] = Field(
        default=(), description="Folders of tests, from the repository's root, where detection should not decide."
    )
    review: ReviewMode = Field(
        default="auto",
        description="A model's review of the whole change before the commit. `auto`: where the budget is at least "
        "$2 and a tenth of it, and ten turns, are left.",
    )
    checkers: tuple[Name, ...] | None = Field(
        default=None,
        max_length=20,
        description="Names of the worker's checkers that are asked before the commit; unset: all. Required ones are "
        "asked in any case.",
    )
    gates: dict[str, GateSetting] = Field(
        default_factory=dict,
        description="Gates turned `off`, or tuned, by name. Mandatory ones stay on.",
    )

    def model_for(self, step: str) -> str:
        return self.models.get(step, self.model)

    def with_project(self, project: ProjectSettings) -> "BackendSettings":
        """These settings, with what `project` sets over them: of an answer that holds for one task."""
        contract = self.contract
        if project.contract is not None:
            contract = contract.model_copy(update={"path": project.contract})
        return self.model_copy(update={"project": project.over(self.project), "contract": contract})
