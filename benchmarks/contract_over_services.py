"""Served applications that others wrote, held to their documents as a task holds them: `make bench-contract`.

Each kit (`service_kits`) is opened as a task is opened. Its clean tree is both base and draft, with each seed twice;
then each seeded breach is the draft of a task that plans the broken operation, or, for what something shared breaks,
another one. Everything goes through the step `exercise_contract`. Prints a table; exits 1 where a clean one was blocked
or a breach was missed.
"""

import argparse
import asyncio
import sys
import tempfile
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import structlog
from temporalio.testing import ActivityEnvironment

from activities.exercise_contract import ExerciseContractActivity
from activities.messages import CheckInput
from activities.open_workspace import OpenWorkspaceActivity
from aurora.domain.exercise import Exercised
from aurora.domain.exercise_evidence import ContractExercises
from aurora.domain.findings import Finding, Report, Weight
from aurora.domain.plan import Plan
from aurora.domain.task import Draft, Task, TaskRef, Uploaded
from aurora.domain.workspace import Workspace
from aurora.drivers.artifacts.store import ObjectArtifacts
from aurora.drivers.git.local_repository import LocalRepository
from aurora.drivers.git.repositories import GitRepositories
from aurora.drivers.sandbox.docker_sandbox import DockerSandbox
from aurora.errors import AuroraError
from aurora.ports import ArtifactStore, Sandbox
from aurora.settings.policy import Policy
from aurora.stored_values import fetch, keep
from benchmarks.service_kits import Kit, Seeded, patch, read, repository

TIMES = 2
"""Each seed of a clean application."""
TOUCHED = 6
"""Operations that the task on a clean application touches, the first ones of its document: the others get
`exercise.others` requests, as in any task."""
CHANGED = "changed.by.benchmark"
"""A file that says nothing: a task that changes nothing is exercised by no one."""


class NotOpened(Exception):
    """A kit that no task could work on; it says why."""


@dataclass
class Checked:
    """The step's report on one draft."""

    report: Report
    exercises: ContractExercises
    seconds: float

    @property
    def operations(self) -> list[Exercised]:
        return [one for exercise in self.exercises.exercises for one in exercise.operations]

    @property
    def requests(self) -> int:
        return sum(one.requests for one in self.operations)

    @property
    def own(self) -> list[Finding]:
        """The breaches of the base against its own document, too: it would block if there were no base."""
        return [note for note in self.report.notes if note.weight is Weight.KNOWN]


@dataclass
class Row:
    kit: Kit
    clean: list[Checked] = field(default_factory=list)
    breaches: dict[str, Checked] = field(default_factory=dict)
    failed: str = ""

    @property
    def blocking(self) -> list[Finding]:
        """The blocking findings about the clean application: false alarms, all of them."""
        return [finding for checked in self.clean for finding in checked.report.findings]

    @property
    def missed(self) -> list[str]:
        return [
            name for name, checked in self.breaches.items()
            if not self.kit.breaches[name].among(checked.report.findings)
        ]  # fmt: skip

    @property
    def right(self) -> bool:
        return not (self.failed or self.blocking or self.missed) and all(
            one.requests for one in (*self.clean, *self.breaches.values())
        )


@dataclass
class Opened:
    """A kit at its base commit."""

    artifacts: ArtifactStore
    sandbox: Sandbox
    workspace: Workspace
    draft: Draft
    pack: bytes
    notes: list[str]
    tasks: list[TaskRef] = field(default_factory=list)

    async def task(self, seed: int) -> tuple[Draft, Workspace]:
        """The same commit for a new task: nothing that an earlier one saw is known to it."""
        ref = TaskRef(id=f"contract-{uuid.uuid4().hex[:8]}")
        self.tasks.append(ref)
        mine = self.artifacts.of(ref)
        settings = self.workspace.settings
        exercise = settings.contract.exercise.model_copy(update={"seed": seed})
        contract = settings.contract.model_copy(update={"exercise": exercise})
        task = self.workspace.task.model_copy(update={"id": ref.id})
        workspace = self.workspace.model_copy(
            update={"task": task, "settings": settings.model_copy(update={"contract": contract})}
        )
        draft = self.draft.model_copy(
            update={"task": ref, "workspace": await keep(mine, workspace), "base_pack": await mine.put(self.pack)}
        )
        return draft, workspace

    async def checked(self, draft: Draft, workspace: Workspace, planned: Sequence[str], change: bytes = b"") -> Checked:
        """`change`: a patch; without it a file that says nothing is added."""
        mine = self.artifacts.of(draft.task)
        plan = Plan(summary="Change it", files=(), tests=(), operations=tuple(planned))
        draft = draft.planned(await keep(mine, plan))
        async with self.sandbox.open(draft, workspace) as box:
            if change:
                done = await box.execute(["git", "apply", "--whitespace=nowarn", "-"], stdin=change)
                if done.exit_code:
                    raise NotOpened(f"a patch does not apply: {done.stderr.strip()}")
            else:
                await box.write(CHANGED, b"\n")
            draft = await box.seal("Change it")
        exerciser = ExerciseContractActivity(self.artifacts, self.sandbox, Policy())
        started = time.monotonic()
        seen = await ActivityEnvironment().run(exerciser.exercise_contract, CheckInput(draft=draft))
        seconds = time.monotonic() - started
        assert seen.report.whole is not None
        report = await fetch(mine, seen.report.whole, Report)
        if report.exercise is None:
            return Checked(report, ContractExercises(commit=draft.commit), seconds)
        return Checked(report, await fetch(mine, report.exercise, ContractExercises), seconds)


async def opened(folder: Path, kit: Kit, place: Path, artifacts: ArtifactStore, sandbox: Sandbox) -> Opened:
    """The workspace as a task opens it. Raises `NotOpened`."""
    tree = await asyncio.to_thread(repository, folder, kit, place / "tree")
    task_id = f"contract-{uuid.uuid4().hex[:8]}"
    imported = await (await LocalRepository.open(tree)).import_base()
    pack = await artifacts.of(TaskRef(id=task_id)).put(imported.pack)
    source = Uploaded(base=imported.base, pack=pack, label=kit.name, path=imported.path)
    task = Task(id=task_id, text="Hold the contract", source=source, submitted_at=int(time.time()))
    opener = OpenWorkspaceActivity(artifacts, sandbox, GitRepositories(artifacts), Policy())
    opening = await opener.open_workspace(task)
    if opening.opened is None:
        await sandbox.release(task.ref)
        raise NotOpened(opening.questions[0].text)
    draft = opening.opened.draft
    workspace = await fetch(artifacts.of(task.ref), draft.workspace, Workspace)
    serve = workspace.toolchain.serve
    notes = [f"opened: {opening.summary}"]
    notes += [f"detected: {serve.framework}: {' '.join(serve.argv)}"] if serve is not None else ["detected: nothing"]
    notes += [f"warned: {warning}" for warning in opening.opened.warnings]
    notes += [f"asked: {opening.about_contract.text}"] if opening.about_contract is not None else []
    made = Opened(artifacts, sandbox, workspace, draft, imported.pack, notes)
    made.tasks.append(task.ref)
    return made


async def exercised(folder: Path, only: str, times: int, *, clean: bool, seeded: bool) -> Row:
    row = Row(read(folder))
    with tempfile.TemporaryDirectory(prefix="aurora-contract-") as name:
        place = Path(name)
        artifacts = ObjectArtifacts(str(place / "artifacts"))
        sandbox = DockerSandbox(artifacts, progress=lambda said: print(said, file=sys.stderr))
        try:
            made = await opened(folder, row.kit, place, artifacts, sandbox)
            reported(f"{row.kit.name}: {row.kit.source}@{row.kit.commit}, document: {row.kit.document}", *made.notes)
            try:
                if seeded:
                    await _seeded(row, made, folder, only)
                if clean:
                    await _clean(row, made, times)
            finally:
                for ref in made.tasks:
                    await sandbox.release(ref)
        except (AuroraError, NotOpened) as error:
            row.failed = str(error)
        finally:
            await sandbox.close()
    return row


async def _clean(row: Row, made: Opened, times: int) -> None:
    contract, graphql = made.workspace.contract, made.workspace.graphql
    planned = (*(contract.operations if contract else ()), *(graphql.fields if graphql else ()))
    for seed in row.kit.seeds:
        for _ in range(times):
            draft, workspace = await made.task(seed)
            checked = await made.checked(draft, workspace, planned[:TOUCHED])
            row.clean.append(checked)
            reported(f"clean: {checked.report.summary} ({checked.seconds:.0f} s)", *_findings(checked, "BLOCKS"))
            await made.sandbox.release(draft.task)
    for one in row.clean[0].operations:
        reported(f"  {one.operation}: {one.left_out or f'{one.requests} requests, {one.succeeded} with 2xx'}")


async def _seeded(row: Row, made: Opened, folder: Path, only: str) -> None:
    draft, workspace = await made.task(row.kit.seeds[0])
    for name, breach in row.kit.breaches.items():
        if not only or only == name:
            checked = await made.checked(draft, workspace, breach.planned, patch(folder, name))
            row.breaches[name] = checked
            state = "missed" if name in row.missed else "found"
            reported(f"{state}: {name}: {breach.breach.value} of {breach.operation} ({checked.seconds:.0f} s)")
            reported(f"  {checked.report.summary}", *_findings(checked, "beside it", breach))


COLUMNS = (
    "framework", "service", "operations", "exercised", "with 2xx", "requests", "s", "clean: blocking", "own breaches",
    "seeded: found", "missed",
)  # fmt: skip
HEAD = f"| {' | '.join(COLUMNS)} |\n{'|---' * len(COLUMNS)}|"
"""`own breaches`: what the clean application shows against its own document, different ones: known at the base."""


def line(row: Row) -> str:
    kit = row.kit
    if row.failed:
        return f"| {kit.framework} | {kit.name} | {' '.join(row.failed.split())[:300]} |"
    shown = row.clean[0] if row.clean else next(iter(row.breaches.values()), None)
    noted = shown.operations if shown else []
    tried = [one for one in noted if not one.left_out]
    own = {finding.message.partition(";")[0] for checked in row.clean for finding in checked.own}
    found = len(row.breaches) - len(row.missed)
    cells = (
        kit.framework, kit.name, len(noted), len(tried), sum(bool(one.succeeded) for one in tried),
        sum(one.requests for one in tried), f"{shown.seconds:.0f}" if shown else "", len(row.blocking), len(own),
        f"{found} of {len(row.breaches)}", ", ".join(row.missed) or "none",
    )  # fmt: skip
    return f"| {' | '.join(map(str, cells))} |"


def reported(*lines: str) -> None:
    """Stop at once: an hour's work is not lost by what comes after it."""
    print(*lines, sep="\n", flush=True)


def _findings(checked: Checked, mark: str, seeded: Seeded | None = None) -> list[str]:
    """The findings that the table leaves out, for whoever judges it."""
    said = []
    for finding in checked.report.findings:
        here = "seeded" if seeded is not None and seeded.said_by(finding) else mark
        said.append(f"  {here}: {finding.message}")
    return [*said, *(f"  {note.weight.value} {note.message}" for note in checked.report.notes)]


async def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("services", type=Path, metavar="SERVICES", help="folder of kits")
    parser.add_argument("--only", action="append", metavar="NAME", help="this kit, by its folder")
    parser.add_argument("--breach", default="", metavar="NAME", help="this breach alone, and no clean runs")
    parser.add_argument("--times", type=int, default=TIMES, help="runs of each seed of a clean application")
    parser.add_argument("--clean", action="store_true", help="no breaches")
    parser.add_argument("--seeded", action="store_true", help="no clean runs")
    given = parser.parse_args()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    folders = sorted(path.parent for path in given.services.glob("*/service.yaml"))
    rows = []
    for folder in folders:
        if given.only and folder.name not in given.only:
            continue
        clean = not (given.breach or given.seeded)
        row = await exercised(folder, given.breach, given.times, clean=clean, seeded=not given.clean)
        rows.append(row)
        reported(HEAD, line(row))
    if len(rows) > 1:
        reported(HEAD, *map(line, rows))
    return int(not rows or not all(row.right for row in rows))


if __name__ == "__main__":
    raise SystemExit(asyncio.run(main()))
