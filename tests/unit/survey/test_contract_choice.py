"""The contract of a repository with documents of many files, as the client reads it from a commit and the worker from a
box."""

import json
from pathlib import Path

from temporalio.testing import ActivityEnvironment

from activities.open_workspace import OpenWorkspaceActivity
from aurora.domain.task import Remote, Task
from aurora.domain.workspace import Workspace
from aurora.drivers.git.local_repository import LocalRepository
from aurora.settings.policy import Policy
from aurora.stored_values import fetch
from aurora.survey.commit_reader import CommitReader
from tests.support.fakes import SayingRepositories
from tests.support.git_fixtures import commit, repository
from tests.support.memory_artifacts import MemoryArtifacts
from tests.support.memory_box import MemorySandbox

TREE = {
    "openapi.yaml": "openapi: 3.0.3\ninfo: {title: a, version: '1'}\npaths:\n  /a: {$ref: api/a.yaml}\n"
    "  /b: {$ref: secret/b.yaml}\n  /c: {$ref: link.yaml}\n",
    "api/a.yaml": "get:\n  operationId: a\n  responses:\n    '200': {description: ok}\n",
    "secret/b.yaml": "get: {}\n",
    "pyproject.toml": '[project]\nname = "a"\nversion = "1"\n',
    "aurora.yaml": "agents: {backend: {context_window: {exclude: ['secret/**']}}}\n",
    "tests/test_a.py": "def test_a(): ...\n",
}
MISSING = "there is no such file that could be read as text"


async def test_the_client_reads_all_files_that_are_not_hidden_and_no_link(tmp_path: Path) -> None:
    work = repository(tmp_path / "shop")
    for path, text in TREE.items():
        (work / path).parent.mkdir(parents=True, exist_ok=True)
        (work / path).write_text(text)
    (work / "link.yaml").symlink_to("api/a.yaml")
    reader = CommitReader(await LocalRepository.open(work), commit(work))
    found = await reader.contract(None, "", ("secret/**",))
    assert (found.path, found.operations, found.files) == ("openapi.yaml", ("GET /a",), ("openapi.yaml", "api/a.yaml"))
    assert [
        line for line in found.warnings if MISSING in line and line.startswith(("openapi.yaml:5 ", "openapi.yaml:6 "))
    ]
    assert found.bundle is not None and json.loads(found.bundle)["paths"]["/a"]["get"]["operationId"] == "a"


async def test_the_worker_keeps_the_bundle_and_the_names_of_the_files() -> None:
    sandbox, artifacts = MemorySandbox(), MemoryArtifacts()
    sandbox.tree = {path: text.encode() for path, text in TREE.items()}
    task = Task(id="t1", text="x", source=Remote(url="https://h/x", ref="main"), submitted_at=0)
    opener = OpenWorkspaceActivity(artifacts, sandbox, SayingRepositories(""), Policy())
    opened = (await ActivityEnvironment().run(opener.open_workspace, task)).opened
    mine = artifacts.of(task.ref)
    contract = (await fetch(mine, opened.draft.workspace, Workspace)).contract
    assert contract is not None and contract.files == ("openapi.yaml", "api/a.yaml")
    assert contract.bundle is not None
    assert json.loads(await mine.get(contract.bundle))["paths"]["/b"] == {"x-not-followed": "secret/b.yaml"}
    assert any(MISSING in fault for fault in contract.faults)


async def test_a_document_of_one_file_needs_no_bundle_and_its_contradictions_are_told(tmp_path: Path) -> None:
    work = repository(tmp_path / "shop")
    text = TREE["openapi.yaml"].partition("paths:")[0] + "paths: {}\ncomponents:\n  schemas:\n"
    (work / "openapi.yaml").write_text(text + "    A: {type: integer, minimum: 5, maximum: 1}\n")
    found = await CommitReader(await LocalRepository.open(work), commit(work)).contract(None, "")
    assert found.files == ("openapi.yaml",) and found.bundle is None
    (one,) = found.disagreements
    assert one.first == "openapi.yaml:6 at /components/schemas/A/minimum: 5"
