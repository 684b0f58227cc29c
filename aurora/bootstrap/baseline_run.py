"""The report of `aurora doctor --baseline`: the project's own tests and lint, run once as a task would run them.

The commit is copied into a folder of its own for it, which is removed as the container is; the repository is only read.
"""

import secrets
import tempfile
import time
from collections.abc import Callable

from aurora.bootstrap.installation import Installation
from aurora.bootstrap.project_examination import bad
from aurora.bootstrap.row import Row
from aurora.domain.task import Draft, Task, Uploaded
from aurora.domain.workspace import Baseline, DependencyImage, Workspace
from aurora.drivers.git.local_repository import LocalRepository
from aurora.errors import AuroraError, ImageBuildFailed
from aurora.text import clip, counted

SHOWN = 10
LOG_CHARS = 1_500
FLAKY = "red, and green when run again: a task counts it neither as red nor as green"


async def rows(installation: Installation, repo: str, progress: Callable[[str], None]) -> list[Row]:
    try:
        workspace = await _measured(installation, repo, progress)
    except ImageBuildFailed as failure:
        hint = f"a task would ask about it; the log ends: {failure.log_tail[-LOG_CHARS:].strip()}"
        return [Row(what="image", state="bad", found=str(failure), hint=hint)]
    except AuroraError as error:
        return [bad("baseline", error)]
    return [*_image(workspace), *_tests(workspace.baseline), *_lint(workspace.baseline)]


async def _measured(installation: Installation, repo: str, progress: Callable[[str], None]) -> Workspace:
    from aurora.drivers.artifacts.store import ObjectArtifacts  # these load for a second
    from aurora.drivers.sandbox.docker_sandbox import DockerSandbox
    from aurora.survey.survey import Survey

    imported = await (await LocalRepository.open(repo)).import_base()
    with tempfile.TemporaryDirectory(prefix="aurora-doctor-") as folder:
        store = ObjectArtifacts(folder)
        label, inside = clip(imported.label), clip(imported.folder)
        source = Uploaded(base=imported.base, pack="sha256:" + "0" * 64, label=label, folder=inside)
        task = Task(id=f"doctor-{secrets.token_hex(4)}", text="baseline", source=source, submitted_at=int(time.time()))
        artifacts = store.of(task.ref)
        pack = await artifacts.put(imported.pack)
        draft = Draft(task=task.ref, workspace=pack, base=imported.base, base_pack=pack, commit=imported.base)
        settings = installation.settings
        sandbox = DockerSandbox(store, runtime=settings.runtime, base_image=settings.base_image, progress=progress)
        try:
            survey = Survey(task, draft, artifacts, sandbox, settings.policy)
            progress("opens the repository in a sandbox")
            found = await survey.look()
            progress("installs what the project depends on, minutes when it is the first time")
            image = await survey.build(found)
            progress("runs the project's tests and lint")
            return await survey.measure(found, image)
        finally:
            try:
                await sandbox.release(task.ref)
            finally:
                await sandbox.close()


def _image(workspace: Workspace) -> list[Row]:
    image: DependencyImage = workspace.image
    how = f"built in {image.seconds:.1f} s" if image.seconds else "there already"
    language = workspace.toolchain.language
    packages = counted(len(image.distributions), "package")
    found = f"{image.reference}: {language} {image.version_of(language)}, {packages}, {how}"
    return [
        Row(what="image", state="ok", found=found),
        *(Row(what="image", state="note", found=note) for note in image.notes),
    ]


def _tests(baseline: Baseline) -> list[Row]:
    counted = baseline.counts
    counts = {name: count for name, count in counted.model_dump().items() if count or name in ("collected", "passed")}
    said = ", ".join(f"{count} {name}" for name, count in counts.items())
    found = f"{said}, in {baseline.seconds:.1f} s"
    if baseline.error:
        return [_error_row(baseline, found)]
    sound = not (baseline.red or baseline.flaky or baseline.remark)
    rows = [Row(what="baseline", state="ok" if sound else "note", found=found)]
    if baseline.remark:
        rows.append(Row(what="baseline", state="note", found=baseline.remark, hint=_proposals(baseline).rstrip("; ")))
    rows += [Row(what="flaky test", state="note", found=test_id, hint=FLAKY) for test_id in baseline.flaky[:SHOWN]]
    if len(baseline.flaky) > SHOWN:
        rows.append(Row(what="flaky test", state="note", found=f"and {len(baseline.flaky) - SHOWN} more"))
    rows += [Row(what="red test", state="note", found=test_id) for test_id in baseline.red[:SHOWN]]
    if len(baseline.red) > SHOWN:
        rows.append(Row(what="red test", state="note", found=f"and {len(baseline.red) - SHOWN} more"))
    return rows


def _error_row(baseline: Baseline, found: str) -> Row:
    said = f"the runner's own words:\n{baseline.words}" if baseline.words else "the runner printed nothing"
    hint = f"{_proposals(baseline)}a task would ask about it before any model is called; {said}"
    return Row(what="baseline", state="bad", found=f"{baseline.error} ({found})", hint=hint)


def _proposals(baseline: Baseline) -> str:
    """Settings of aurora.yaml that may help, as the end of a clause."""
    return "".join(
        f"what may help in aurora.yaml: `{proposal.setting}` ({proposal.why}); " for proposal in baseline.proposals
    )


def _lint(baseline: Baseline) -> list[Row]:
    findings = baseline.lint_findings[:1]
    first = "".join(f"; first {f.path}:{f.line} {f.check}: {clip(f.message, 120)}" for f in findings)
    found = f"{counted(len(baseline.lint), 'finding')}, in {baseline.lint_seconds:.1f} s{first}"
    return [Row(what="baseline lint", state="note" if baseline.lint else "ok", found=found)]
