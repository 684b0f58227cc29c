"""The values that travel: between steps, into Temporal's history, and into the evidence.

Everything here is frozen; a method gives a new value. Whatever can grow with a repository, a model's reply or a
person's prose is held as an `Artifact` reference or clipped by its producer, so that a history stays small.
Money is counted in whole microdollars, time in whole seconds since the epoch (UTC).
"""

from collections.abc import Iterable
from enum import StrEnum
from hashlib import sha256
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Sha = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{40,64}$")]
"""A git object id, hexadecimal."""

Digest = Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")]
"""Names an artifact by its content."""

Short = Annotated[str, StringConstraints(max_length=400)]
"""Text that may stand in a history: producers clip, they never fail on length."""

MAX_TASK_CHARS = 20_000


def clip(text: str, limit: int = 400) -> str:
    """At most `limit` characters of `text`, its cut marked by an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def counted(number: int, noun: str) -> str:
    """`1 file`, `2 files`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def fit(text: str, limit: int) -> str:
    """At most `limit` bytes of UTF-8, without control characters: what may travel in a workflow's state.

    JSON writes a control character as six bytes, so a text full of them would be six times its size."""
    head = text[: 2 * limit + 1_000]
    plain = "".join(c for c in head if c >= " " or c in "\n\t").replace("\x7f", "")
    content = plain.encode("utf-8", "replace")
    if len(content) <= limit and len(head) == len(text):
        return content.decode()
    return content[: limit - 3].decode("utf-8", "ignore") + "…"


class Frozen(BaseModel):
    """Unknown fields are ignored, not refused: an older worker must be able to read what a newer one wrote."""

    model_config = ConfigDict(frozen=True, extra="ignore")


# ── what is asked ────────────────────────────────────────────────────────────────────────────────────────────────


class Step(StrEnum):
    """A box of the flow chart. The value is the activity's name, its file's name and its prompt's name."""

    OPEN_WORKSPACE = "open_workspace"
    CHECK_CONTEXT = "check_context"
    DRAFT_PLAN = "draft_plan"
    DEFINE_INTERFACES = "define_interfaces"
    WRITE_TESTS = "write_tests"
    WRITE_CODE = "write_code"
    CHECK_INTERFACES = "check_interfaces"
    RUN_LINTER = "run_linter"
    APPLY_LINT_FIXES = "apply_lint_fixes"
    FIX_LINT = "fix_lint"
    RUN_TESTS = "run_tests"
    RUN_GATES = "run_gates"
    REFLECT = "reflect"
    FIX_CODE = "fix_code"
    CHECK_REPORT = "check_report"
    JUDGE_CONTRADICTION = "judge_contradiction"
    REWRITE_TEST = "rewrite_test"
    REPLAY_TEST = "replay_test"
    CREATE_COMMIT = "create_commit"
    DELIVER = "deliver"


class Uploaded(Frozen):
    """A base commit the client has already imported as an artifact: the worker needs no sight of the user's disk."""

    kind: Literal["uploaded"] = "uploaded"
    base: Sha
    pack: Digest
    label: Short
    """What a person calls the repository: its folder's name."""
    path: str | None = None
    """The local repository, when the worker may deliver into it (one machine); else the client fetches."""


class Remote(Frozen):
    """A repository that a worker fetches, and pushes to, with credentials of its own."""

    kind: Literal["remote"] = "remote"
    url: str
    ref: str

    @property
    def label(self) -> str:
        return self.url.rstrip("/").rsplit("/", 1)[-1].removesuffix(".git")


Source = Annotated[Uploaded | Remote, Field(discriminator="kind")]


class TaskRef(Frozen):
    """Whose artifacts: the prefix `<tenant>/tasks/<id>/` of the artifact store."""

    id: str
    tenant: str = "default"


class Task(Frozen):
    """What somebody asked for. The input of the workflow, once; afterwards everything refers to it."""

    id: str
    tenant: str = "default"
    text: Annotated[str, StringConstraints(min_length=1, max_length=MAX_TASK_CHARS)]
    source: Source
    spec_path: str | None = None
    """The contract document inside the repository, when the submitter named one (`--spec`)."""
    submitted_at: int
    submitted_by: Short = ""

    @property
    def ref(self) -> TaskRef:
        return TaskRef(id=self.id, tenant=self.tenant)

    @property
    def branch(self) -> str:
        return f"aurora/{self.id}"


# ── what is made ─────────────────────────────────────────────────────────────────────────────────────────────────


class Draft(Frozen):
    """A commit and references to what belongs to it. A step takes one and gives a new one; the old one stays."""

    task: TaskRef
    workspace: Digest
    """A `Workspace`: task, settings, toolchain, images, baseline."""
    base: Sha
    base_pack: Digest
    """A git packfile of the base commit at depth 1."""
    commit: Sha
    """Equal to `base` until something was made."""
    bundle: Digest | None = None
    """A git bundle `base..commit`; none while `commit` is `base`."""
    answers: Digest | None = None
    """An `AnswerBook`: everything the Architect said so far."""
    plan: Digest | None = None
    frozen: Digest | None = None
    """A `FrozenTests`: written, seen red, and from then on untouchable."""
    diff: Digest | None = None
    """The unified diff base..commit as text, clipped: what the next step is shown of the work so far."""

    def at(self, commit: str, bundle: str | None) -> "Draft":
        return self.model_copy(update={"commit": commit, "bundle": bundle})

    def shown(self, diff: str) -> "Draft":
        return self.model_copy(update={"diff": diff})

    def told(self, answers: str) -> "Draft":
        return self.model_copy(update={"answers": answers})

    def planned(self, plan: str) -> "Draft":
        return self.model_copy(update={"plan": plan})

    def frozen_as(self, frozen: str | None) -> "Draft":
        return self.model_copy(update={"frozen": frozen})


class PlannedFile(Frozen):
    path: str
    purpose: str
    symbols: tuple[str, ...] = ()
    """Functions, classes and routes that this file gains or changes."""


class PlannedTest(Frozen):
    path: str
    behaviour: str
    """One sentence a reader could check the test against."""


class Plan(Frozen):
    """What draft_plan decided. The model fills it in as structured output."""

    summary: str
    """One line in the imperative: the subject of the commit to come."""
    reasoning: str = ""
    files: tuple[PlannedFile, ...]
    tests: tuple[PlannedTest, ...]
    operations: tuple[str, ...] = ()
    """Contract operations touched, as `POST /users`."""
    dependencies: tuple[str, ...] = ()
    """Packages of the bill of materials that the code will use; a new one is a question, never an edit."""
    risks: tuple[str, ...] = ()


# ── what is found ────────────────────────────────────────────────────────────────────────────────────────────────


class Finding(Frozen):
    """Something a checker wants mended: which check, where, what is wrong, how to mend it."""

    check: Short
    path: str = ""
    line: int = 0
    message: Annotated[str, StringConstraints(max_length=4000)]
    mend: Annotated[str, StringConstraints(max_length=1000)] = ""
    node: str = ""
    """The test's node id, when the finding is a failing test."""
    mechanical: bool = False
    """True when the tool itself could mend it without a model."""

    @property
    def key(self) -> str:
        """Equal for the same trouble in two runs, whatever its wording: used to see whether a loop makes progress."""
        return f"{self.check}|{self.path}|{self.node or self.message[:120]}"


class Census(Frozen):
    """What a test run counted."""

    collected: int = 0
    passed: int = 0
    failed: int = 0
    errors: int = 0
    skipped: int = 0
    xfailed: int = 0
    xpassed: int = 0

    def __str__(self) -> str:
        parts = [f"{self.passed} passed"] + [
            f"{n} {word}"
            for n, word in (
                (self.failed, "failed"),
                (self.errors, "error" if self.errors == 1 else "errors"),
                (self.skipped, "skipped"),
                (self.xfailed, "xfailed"),
                (self.xpassed, "xpassed"),
            )
            if n
        ]
        return ", ".join(parts)


class ReportStatus(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    INVALID = "invalid"
    """The checker could not come to a result that can be trusted; never treated as a pass."""


def fingerprint(keys: Iterable[str]) -> str:
    """Of findings by their keys, in whatever order they came; empty for none."""
    ordered = sorted(keys)
    return sha256("\0".join(ordered).encode("utf-8", "replace")).hexdigest()[:16] if ordered else ""


class Report(Frozen):
    """What a checker says of a draft. `findings` is clipped to what a history may hold; `whole` names the rest."""

    checker: Short
    status: ReportStatus
    summary: Short = ""
    findings: tuple[Finding, ...] = ()
    total: int = 0
    """How many findings there were, whatever was clipped."""
    fingerprint: Short = ""
    """Of all findings, clipped ones too: equal for two runs with the same failing set. Empty without any."""
    census: Census | None = None
    coverage: Short = ""
    """Which of the changed lines ran, for a reader: nothing is decided by it."""
    proof: Digest | None = None
    """Of a run of the whole suite that passed: a `Proof`."""
    whole: Digest | None = None
    """The full report as an artifact, `Report` again, with every finding."""
    log: Digest | None = None
    """The tool's raw output."""

    @property
    def passed(self) -> bool:
        return self.status is ReportStatus.PASSED


# ── reflexion ────────────────────────────────────────────────────────────────────────────────────────────────────


class Reflection(Frozen):
    """What one pass of the reflexion loop learnt (structured output of `reflect`); it feeds the next fix."""

    evidence: str
    """The observation, quoted: the assertion, the finding, the frame."""
    cause: str
    wrong_assumption: str
    next_change: str
    """The one change to make now, with its file."""
    do_not_repeat: str
    contradiction: str = ""
    """Non-empty when a frozen test contradicts the specification: the clause it contradicts."""
    contradicted_by: str = ""
    """The test id of that test."""


# ── money, usage, outcome ────────────────────────────────────────────────────────────────────────────────────────


class Usage(Frozen):
    """Tokens as the service reported them, and what they cost."""

    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    microdollars: int = 0
    calls: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            cache_read_tokens=self.cache_read_tokens + other.cache_read_tokens,
            cache_write_tokens=self.cache_write_tokens + other.cache_write_tokens,
            microdollars=self.microdollars + other.microdollars,
            calls=self.calls + other.calls,
        )

    @property
    def tokens(self) -> int:
        """Sent and received, cached ones counted."""
        return self.input_tokens + self.output_tokens + self.cache_read_tokens + self.cache_write_tokens

    @property
    def dollars(self) -> float:
        return self.microdollars / 1_000_000


class OutcomeKind(StrEnum):
    COMMITTED = "committed"
    ABANDONED = "abandoned"
    EXHAUSTED = "exhausted"
    OUT_OF_BUDGET = "out_of_budget"
    CANCELLED = "cancelled"
    FAILED = "failed"


class Delivery(Frozen):
    """Where the commit went. `held`: it waits in the artifacts for a client to fetch it."""

    state: Literal["delivered", "already_delivered", "held", "refused"]
    branch: str
    commit: Sha
    where: str = ""
    behind_by: int | None = None
    """Commits the base's branch has gained since; said, never rebased silently."""
    why: str = ""


class Outcome(Frozen):
    kind: OutcomeKind
    summary: Short = ""
    commit: Sha | None = None
    branch: str = ""
    delivery: Delivery | None = None
    evidence: Digest | None = None
    draft: Draft | None = None
    """The last draft: the work is kept whatever the outcome."""
    kept: str = ""
    """The ref that holds it in the source repository, when the outcome is no commit."""
    usage: Usage = Usage()
    open_microdollars: int = 0
    """Upper bound of calls whose usage nobody knows."""
