"""The main job on backends maintained by others, from PyPI source distributions: `make real-projects`.

For each: workspace opened, dependency image built from its manifest, its own tests inside the sandbox and outside on
the same requirements, a small change scripted test-first and committed. Prints a table; exits 1 when a row differs.
"""

import asyncio
import subprocess
import sys
import tarfile
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from temporalio.common import SearchAttributeKey
from temporalio.testing import WorkflowEnvironment

from aurora import names
from aurora.converter import data_converter
from aurora.desk import Desk
from aurora.domain import Census, TaskRef
from aurora.messages_double import scenario
from aurora.messages_double.serving import serving
from aurora.workspace import Workspace
from tests.main_job.house import KEY, git, house

HERE = Path(__file__).resolve().parent
KINDS: dict[str, Callable[[str], SearchAttributeKey[Any]]] = {
    "Keyword": SearchAttributeKey.for_keyword,
    "KeywordList": SearchAttributeKey.for_keyword_list,
}

OUTCOMES = {"error": "error", "failure": "failed", "skipped": "skipped"}
"""Of a JUnit test case's child elements."""


@dataclass(frozen=True)
class Project:
    requirement: str
    task: str
    scenario: str

    @property
    def name(self) -> str:
        return self.requirement.split("==")[0]


PROJECTS = (
    Project("httpbin==0.10.2", 'Add GET /ping: it answers 200 with {"ping": "pong"}.', "httpbin"),
    Project(
        "fastapi-users==15.0.5",
        "JWT secrets: generate_jwt and decode_jwt must refuse an empty secret (an empty str, bytes or SecretStr) with "
        "a ValueError whose message says that the secret is empty, before anything is signed or read. Secrets that are "
        "not empty keep working as they do.",
        "fastapi-users",
    ),
)


@dataclass
class Row:
    name: str
    files: int = 0
    image_seconds: float = 0
    inside: str = ""
    outside: str = ""
    differences: list[str] = field(default_factory=list)
    outcome: str = ""
    task_seconds: float = 0
    events: int = 0
    history_kb: float = 0


def fetched(project: Project, folder: Path) -> Path:
    """The source distribution as a repository of one commit."""
    argv = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", project.name]
    subprocess.run([*argv, "--dest", str(folder), project.requirement], check=True)
    archive = next(folder.glob("*.tar.gz"))
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    tree = next(path for path in folder.iterdir() if path.is_dir())
    git(tree, "init", "-q", "-b", "main")
    git(tree, "add", "-A", "-f")
    git(tree, "-c", "user.name=B", "-c", "user.email=b@localhost", "commit", "-q", "-m", project.requirement)
    return tree


def outside(tree: Path, workspace: Workspace, folder: Path) -> tuple[str, dict[str, str]]:
    """The project's own tests on this machine, in an environment of the same versions as the image's."""
    venv = folder / "venv"
    uv = str(Path(sys.executable).with_name("uv"))
    subprocess.run([uv, "venv", "--quiet", "--python", "/usr/bin/python3", str(venv)], check=True)
    pins = [f"{d.name}=={d.version}" for d in workspace.image.distributions if d.name != workspace_name(workspace)]
    subprocess.run([uv, "pip", "install", "--quiet", "--python", str(venv / "bin" / "python"), *pins], check=True)
    copy = folder / "copy"
    subprocess.run(["git", "clone", "--quiet", str(tree), str(copy)], check=True)
    report = folder / "junit.xml"
    argv = [str(venv / "bin" / "python"), "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}"]
    # as the sandbox does: a module that does not import is one error and hides no other test
    argv.append("--continue-on-collection-errors")
    subprocess.run(argv, cwd=copy, capture_output=True, check=False)
    outcomes = {}
    for case in ElementTree.parse(report).iter("testcase"):
        kinds = {child.tag for child in case}
        outcome = next((said for tag, said in OUTCOMES.items() if tag in kinds), "passed")
        outcomes[f"{case.get('classname')}.{case.get('name')}"] = outcome
    census = Census(
        collected=len(outcomes),
        passed=sum(o == "passed" for o in outcomes.values()),
        failed=sum(o == "failed" for o in outcomes.values()),
        errors=sum(o == "error" for o in outcomes.values()),
        skipped=sum(o == "skipped" for o in outcomes.values()),
    )
    return str(census), outcomes


def last_word(node: str) -> str:
    """A test's name; for a module that did not import the module's, as JUnit has it."""
    file, _, name = node.rpartition("::")
    return name if file else Path(node).stem


def workspace_name(workspace: Workspace) -> str:
    project = workspace.toolchain.project
    return project.name.lower().replace("_", "-") if project else ""


async def measured(project: Project, folder: Path, env: WorkflowEnvironment) -> Row:
    row = Row(project.name)
    tree = await asyncio.to_thread(fetched, project, folder)
    plan = scenario.load(HERE / "scenarios" / f"{project.scenario}.scenario.yaml")
    async with serving(plan, key=KEY) as double:
        home = house(folder / "home", env.client, double.url)
        try:
            home.start_worker()
            started = time.monotonic()
            task = await home.submit(tree, project.task, f"real-{project.name}")
            answers = asyncio.create_task(_answer_all(home.desk, task.id))
            try:
                view = await home.end(task.id)
            finally:
                answers.cancel()
            row.task_seconds = time.monotonic() - started
        finally:
            home.stop()
    assert view.outcome is not None
    row.outcome = f"{view.outcome.kind.value} {(view.outcome.commit or view.outcome.summary)[:10]}"
    history = await env.client.get_workflow_handle(names.workflow_id(task.id)).fetch_history()
    row.events, row.history_kb = len(history.events), len(history.to_json()) / 1024
    artifacts = home.desk.artifacts.of(TaskRef(id=task.id))
    if view.outcome.draft is None:
        return row
    workspace = Workspace.model_validate_json(await artifacts.get(view.outcome.draft.workspace))
    row.files, row.image_seconds = workspace.files, workspace.image.seconds
    row.inside = str(workspace.baseline.census)
    row.outside, outcomes = await asyncio.to_thread(outside, tree, workspace, folder)
    inside_red = {last_word(node) for node in workspace.baseline.red}
    outside_red = {name.rpartition(".")[2] for name, outcome in outcomes.items() if outcome in ("failed", "error")}
    row.differences = sorted(inside_red ^ outside_red)
    return row


async def _answer_all(desk: Desk, task_id: str) -> None:
    while True:
        for question in (await desk.view(task_id)).questions:
            text = question.options[0] if question.options else "go on"
            await desk.answer(task_id, question.id, text, by="benchmark")
        await asyncio.sleep(1)


def shown(rows: list[Row]) -> Table:
    heads = "project|files|image s|tests inside|tests outside|differ|task s|events|history KB|outcome"
    table = Table(*heads.split("|"), title="Real projects (replies scripted)")
    for row in rows:
        table.add_row(
            row.name,
            str(row.files),
            f"{row.image_seconds:.1f}",
            row.inside,
            row.outside,
            ", ".join(row.differences) or "none",
            f"{row.task_seconds:.1f}",
            str(row.events),
            f"{row.history_kb:.0f}",
            row.outcome,
        )
    return table


async def main() -> int:
    binary = str(Path(sys.executable).with_name("temporal"))
    attributes: list[SearchAttributeKey[Any]] = [KINDS[kind](name) for name, kind in names.SEARCH_ATTRIBUTES.items()]
    rows = []
    async with await WorkflowEnvironment.start_local(
        dev_server_existing_path=binary, data_converter=data_converter(), search_attributes=attributes
    ) as env:
        for project in PROJECTS:
            with tempfile.TemporaryDirectory() as folder:
                rows.append(await measured(project, Path(folder), env))
    Console(width=200).print(shown(rows))
    return int(any(row.differences or not row.outcome.startswith("committed") for row in rows))


if __name__ == "__main__":
    raise SystemExit(asyncio.run(main()))
