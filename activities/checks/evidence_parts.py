"""The parts of evidence and commit message beside the draft itself: read of the box and the artifacts."""

from collections.abc import Sequence
from contextlib import suppress

from activities.checks.project_tools import ProjectTools, at_base, changed_paths
from aurora import bounded
from aurora.commit_style import CommitStyle, asked_about, style_of, type_of
from aurora.domain.evidence import FileChange, Log
from aurora.domain.exercise_evidence import ContractExercise, ContractExercises
from aurora.domain.findings import Finding, Report
from aurora.domain.mutants import CodeMutant, MutantOutcome, MutationResult
from aurora.domain.plan import Plan
from aurora.errors import ArtifactMissing, OutOfBounds, Refusal
from aurora.output import cut
from aurora.ports import Box, TaskArtifacts
from aurora.stored_values import fetch
from aurora.text import fit

LOG_CHARS = 8_000
NOTES = 100
MESSAGE_CHARS = 20_000


async def log_of(artifacts: TaskArtifacts, digest: str | None) -> Log:
    """Its head and tail. Empty where nothing was kept, as by an older worker."""
    if digest is None:
        return Log()
    with suppress(ArtifactMissing):
        return Log(text=cut((await artifacts.get(digest)).decode("utf-8", "replace"), LOG_CHARS), whole=digest)
    return Log()


async def notes_of(
    artifacts: TaskArtifacts, reports: Sequence[Report], more: Sequence[Finding] = ()
) -> tuple[Finding, ...]:
    """Findings of the last round that did not block, each once: a history holds the heads alone."""
    found: dict[tuple[str, int], Finding] = {}
    for report in reports:
        notes: Sequence[Finding] = report.notes
        if report.whole:
            with suppress(ArtifactMissing):
                notes = (await fetch(artifacts, report.whole, Report)).notes
        for note in notes:
            found.setdefault((note.key, note.line), note)
    for note in more:
        found.setdefault((note.key, note.line), note)
    return tuple(found.values())[:NOTES]


async def survivors_of(artifacts: TaskArtifacts, reports: Sequence[Report]) -> tuple[CodeMutant, ...]:
    """Changes of the code that no test noticed, in the last check of them."""
    counts = next((report.mutants for report in reversed(reports) if report.mutants), None)
    if counts is None or counts.result is None:
        return ()
    with suppress(ArtifactMissing):
        return (await fetch(artifacts, counts.result, MutationResult)).of(MutantOutcome.SURVIVED)[:NOTES]
    return ()


async def exercises_of(artifacts: TaskArtifacts, reports: Sequence[Report]) -> tuple[ContractExercise, ...]:
    """The last exercise of the served application."""
    kept = next((report.exercise for report in reversed(reports) if report.exercise), None)
    if kept is not None:
        with suppress(ArtifactMissing):
            return (await fetch(artifacts, kept, ContractExercises)).exercises
    return ()


def file_changes(diff: str) -> tuple[FileChange, ...]:
    """Every file of a unified diff as git writes it, in its order."""
    found: list[FileChange] = []
    for part in diff.split("\ndiff --git ") if diff.startswith("diff --git ") else ():
        head, *rest = part.removeprefix("diff --git ").split("\n")
        path, kind, binary = _path(head), "changed", False
        added = removed = 0
        hunks = False
        for line in rest:
            if not hunks:
                if line.startswith(("new file", "deleted file")):
                    kind = "new" if line.startswith("new") else "removed"
                binary = binary or line.startswith(("Binary files", "GIT binary patch"))
                hunks = line.startswith("@@ ")
            elif line.startswith("+"):
                added += 1
            elif line.startswith("-"):
                removed += 1
        counts = {} if binary else {"added": added, "removed": removed}
        found.append(FileChange(path=fit(path, 400), kind=kind, **counts))
    return tuple(found)


def _path(head: str) -> str:
    """The path of `a/x b/x`: both halves are the same, as nothing is told as renamed."""
    if head.startswith('"'):
        return head[3 : len(head) // 2 - 1] if len(head) > 8 else head
    return head[2 : (len(head) - 1) // 2]


async def style_and_kind(box: Box, tools: ProjectTools, plan: Plan, base: str) -> tuple[CommitStyle, str]:
    """The way the project words its commits, as its base says, and the type of this change."""
    message = await box.execute(["git", "log", "-1", "--format=%B", base])
    listed = await box.execute(["git", "ls-tree", "-r", "--name-only", "-z", base])
    paths = listed.stdout.split("\0")
    texts: dict[str, str] = {}
    for path in asked_about(paths):
        if (text := await at_base(box, base, path)) is not None:
            texts[path] = text
    near = [path for path in paths if path.count("/") <= 1]
    try:
        style = await bounded.call(
            style_of, message.stdout[:MESSAGE_CHARS], near, texts, about="how commits are worded"
        )
    except (OutOfBounds, Refusal):
        style = CommitStyle()
    changed = await changed_paths(box, base, gone=True)
    tests = [path for path in changed if tools.is_test(path)]
    return style, type_of(plan.summary, tools.workspace.task.text, changed, tests)
