"""A task, where its repository comes from, and the draft that its steps pass on."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from aurora.domain.value import Digest, Sha, Short, Value

MAX_TASK_CHARS = 20_000


class Uploaded(Value):
    """A base commit the client has already imported as an artifact: the worker needs no sight of the user's disk."""

    kind: Literal["uploaded"] = "uploaded"
    base: Sha
    pack: Digest
    label: Short
    """The name of the repository for a person: its folder's name."""
    folder: Short = ""
    """The folder of the repository that it was named by, from its root: the project is looked for there."""
    parent: Sha | None = None
    """That of the base, whose objects the pack holds, too: an amended commit stands on it."""
    path: str | None = None
    """The local repository, when the worker may deliver into it (one machine); else the client fetches."""


class Remote(Value):
    """A repository that a worker fetches, and pushes to, with credentials of its own."""

    kind: Literal["remote"] = "remote"
    url: str
    ref: str

    @property
    def label(self) -> str:
        return self.url.rstrip("/").rsplit("/", 1)[-1].removesuffix(".git")


Source = Annotated[Uploaded | Remote, Field(discriminator="kind")]


class TaskRef(Value):
    """The owner of the artifacts: the prefix `<tenant>/tasks/<id>/` of the artifact store."""

    id: str
    tenant: str = "default"


class SettingsOverride(Value):
    """Settings of aurora.yaml that a person set for one task, in an answer."""

    block: Digest
    """The part of `agents.backend` that it sets, as JSON."""
    shown: Short
    """The same as a person reads it, its head."""
    by: Short = ""
    """The claimed name of whoever set it: claimed, not proved."""
    question: Short = ""
    """The id of the question that was answered."""

    def __str__(self) -> str:
        where = f", in answer {self.question}" if self.question else ""
        return f"{self.by or 'somebody'} set for this task{where}: {self.shown}"


class Revision(Value):
    """The task whose delivered commit is this one's base, because a reviewer wants it changed."""

    task_id: str
    record: Digest
    """Text: what that task was asked, told, planned and tested."""
    amends: bool = False
    """True if both are delivered as one commit; else the change is a second commit on the first."""


class Task(Value):
    """A piece of work that somebody asked for. The input of the workflow, once; afterwards everything refers to it."""

    id: str
    tenant: str = "default"
    text: Annotated[str, StringConstraints(min_length=1, max_length=MAX_TASK_CHARS)]
    source: Source
    spec_path: str | None = None
    """The contract document inside the repository, when the submitter named one (`--spec`)."""
    submitted_at: int
    submitted_by: Short = ""
    overrides: tuple[SettingsOverride, ...] = ()
    """Settings that the Architect set for this task alone, over the commit's aurora.yaml; a later one wins."""
    revises: Revision | None = None

    @property
    def ref(self) -> TaskRef:
        return TaskRef(id=self.id, tenant=self.tenant)

    @property
    def branch(self) -> str:
        return f"aurora/{self.id}"

    @property
    def folder(self) -> str:
        return self.source.folder if isinstance(self.source, Uploaded) else ""


class Draft(Value):
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
    """A `FrozenTests`: written, seen red, and from then on protected."""
    covered: Digest | None = None
    """A `CoveredBehaviours`: which tests check what the plan asks to be tested."""
    diff: Digest | None = None
    """The unified diff base..commit as text, clipped: what the next step is shown of the work so far."""
    context: Digest | None = None
    """A `ContextReport`: what check_context found out."""
    notes: Digest | None = None
    """A `StepNotes`: what the steps so far said when they finished."""
    planned_texts: Digest | None = None
    """A `PlannedTexts`: the planned files as they stood at one commit."""
    part: int = 0
    """The part of the plan that is made, from 1; 0 where the plan has none."""
    since: Sha | None = None
    """Of a later part, where it began: the commit that the one before it ended with. `covered`, `diff` and `notes` are
    of the part alone, `frozen` has the tests of the parts before it, too."""
    finished: Digest | None = None
    """A `FinishedParts`: those before this one."""
    parent: Sha | None = None
    """That of the base, where the task amends it: `base_pack` holds its objects, too."""
    amended: bool = False
    """True if `commit` stands on `parent` in place of `base`."""

    @property
    def start(self) -> Sha:
        """The commit that the work of the part, or of the whole task, is compared with."""
        return self.since or self.base

    @property
    def stands_on(self) -> Sha:
        """The commit of the source repository that `bundle` begins at."""
        return self.parent if self.amended and self.parent else self.base

    def at(self, commit: str, bundle: str | None) -> "Draft":
        return self.model_copy(update={"commit": commit, "bundle": bundle})

    def shown(self, diff: str) -> "Draft":
        return self.model_copy(update={"diff": diff})

    def answered(self, answers: str) -> "Draft":
        return self.model_copy(update={"answers": answers})

    def planned(self, plan: str) -> "Draft":
        return self.model_copy(update={"plan": plan})

    def checked(self, context: str | None) -> "Draft":
        return self.model_copy(update={"context": context or self.context})

    def noted(self, notes: str) -> "Draft":
        return self.model_copy(update={"notes": notes})

    def with_planned_texts(self, texts: str) -> "Draft":
        return self.model_copy(update={"planned_texts": texts})

    def covered_by(self, covered: str) -> "Draft":
        return self.model_copy(update={"covered": covered})

    def frozen_as(self, frozen: str | None) -> "Draft":
        return self.model_copy(update={"frozen": frozen})
