"""Opening the workspace, and the bounds that the workflow decides by."""

from activities.messages.result import ActivityResult
from aurora.domain.questions import QuestionDraft
from aurora.domain.task import Draft
from aurora.domain.value import Short, Value
from aurora.settings.repository import ArchitectSettings, Commits, ReviewMode


class Bounds(Value):
    """The settings the workflow itself decides by, after the worker's policy has lowered them."""

    max_rounds: int
    max_turns: int
    turns_per_step: int
    microdollars: int
    max_tokens: int = 20_000_000
    wall_seconds: int = 8 * 3_600
    idle_seconds: int | None = None
    remind_seconds: int = 24 * 3_600
    most_microdollars: int | None = None
    """The most that the worker's policy allows: `raise_budget` stays below it."""
    architect: ArchitectSettings = ArchitectSettings()
    review: ReviewMode = "auto"
    commits: Commits = "one"


class OpenedWorkspace(Value):
    draft: Draft
    bounds: Bounds
    repository: Short
    warnings: tuple[Short, ...] = ()
    summary: Short = ""


class OpenWorkspaceResult(ActivityResult):
    """The workspace, or what must be answered before it can be opened (a dependency image that does not build).

    Both: it is open, and only the Architect can say that the task goes on with it as it is."""

    opened: OpenedWorkspace | None
    questions: tuple[QuestionDraft, ...] = ()
    about_contract: QuestionDraft | None = None
    """The way the service is logged in to, or started, so that it can be exercised: asked once all else is settled."""
    architect: ArchitectSettings | None = None
    """The people who may answer them, where the settings could be read."""
    summary: Short = ""
