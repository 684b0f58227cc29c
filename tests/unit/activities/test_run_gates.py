"""The settings of gates in aurora.yaml: from the opened workspace through a round to the evidence."""

import json
from pathlib import Path

from temporalio.testing import ActivityEnvironment

from activities.create_commit import CreateCommitActivity
from activities.messages import CheckInput, CommitInput
from activities.open_workspace import OpenWorkspaceActivity
from activities.run_gates import SUMMARY_BYTES, RunGatesActivity, summary_of
from aurora.domain.findings import Finding
from aurora.domain.frozen_tests import FrozenTests
from aurora.domain.plan import Plan, PlannedFile
from aurora.domain.task import Draft, Remote, Task
from aurora.domain.view import TaskView
from aurora.domain.workspace import Workspace
from aurora.settings.policy import Policy
from aurora.stored_values import fetch, keep
from tests.support.fakes import SayingRepositories
from tests.support.memory_artifacts import MemoryArtifacts
from tests.support.memory_box import MemorySandbox
from tests.support.workspaces import workspace

YAML = b"agents: {backend: {gates: {secrets: off, stubs_left: off, syntax: off, size: {max_kb: 1}}}}\n"
STUB = b"def f():\n    raise NotImplementedError\n"


class Desk:
    def __init__(self, policy: Policy) -> None:
        self.artifacts, self.sandbox, self.policy = MemoryArtifacts(), MemorySandbox(), policy
        self.sandbox.tree = {"aurora.yaml": YAML, "pyproject.toml": b'[project]\nname = "a"\nversion = "1"\n'}
        self.sandbox.tree |= {"tests/test_a.py": b"def test_a(): ...\n"}
        source = Remote(url="https://h/x", ref="main")
        self.task = Task(id="t1", text="x", source=source, submitted_at=0, submitted_by="ada")
        self.kept = self.artifacts.of(self.task.ref)

    async def opened(self) -> tuple[Draft, Workspace]:
        opener = OpenWorkspaceActivity(self.artifacts, self.sandbox, SayingRepositories(""), self.policy)
        opened = (await ActivityEnvironment().run(opener.open_workspace, self.task)).opened
        assert opened is not None
        return opened.draft, await fetch(self.kept, opened.draft.workspace, Workspace)

    def write(self, **files: bytes) -> None:
        for name, content in files.items():
            self.sandbox.tree[f"app/{name}.py"] = content
            self.sandbox.changed.add(f"app/{name}.py")


async def test_a_gate_that_is_off_is_not_asked_and_the_evidence_says_so() -> None:
    desk = Desk(Policy(mandatory_gates=("syntax",)))
    draft, workspace = await desk.opened()
    assert set(workspace.settings.gates) == {"stubs_left", "size"}
    said = "\n".join(workspace.warnings)
    assert "gates.secrets: off is ignored; this gate is always on." in said
    assert "gates.syntax: off is ignored; this worker makes the gate mandatory" in said

    gates = RunGatesActivity(desk.artifacts, desk.sandbox).run_gates
    desk.write(stub=STUB)
    seen = (await ActivityEnvironment().run(gates, CheckInput(draft=draft))).report
    assert seen.passed and seen.summary.endswith("; off: stubs_left") and "protected_paths" in seen.summary

    plan = Plan(summary="Add f", files=(PlannedFile(path="app/stub.py", purpose="p"),), tests=())
    frozen = await keep(desk.kept, FrozenTests(files={}, test_ids=(), red=()))
    draft = draft.model_copy(update={"plan": await keep(desk.kept, plan), "frozen": frozen})
    order = CommitInput(draft=draft, view=TaskView(task_id="t1"), rounds=1, reports=(), without_red="ada")
    committed = await ActivityEnvironment().run(CreateCommitActivity(desk.artifacts, desk.sandbox).create_commit, order)
    assert committed.question is None
    assert json.loads(await desk.kept.read("evidence.json") or b"")["gates_off"] == ["stubs_left"]


async def test_what_is_on_or_tuned_finds_and_refuses() -> None:
    desk = Desk(Policy())
    draft, _ = await desk.opened()
    gates = RunGatesActivity(desk.artifacts, desk.sandbox).run_gates
    desk.write(large=b"x = 1  # " + b"y" * 1_000, key=b"KEY = '-----BEGIN PRIVATE KEY-----'\n", broken=b"def f(:\n")
    seen = (await ActivityEnvironment().run(gates, CheckInput(draft=draft))).report
    assert {(f.check, Path(f.path).stem) for f in seen.findings} == {("size", "large"), ("secrets", "key")}
    assert seen.summary == "2 findings: secrets 1, size 1; off: syntax, stubs_left"


async def test_where_the_changes_can_not_be_told_nothing_passes() -> None:
    desk = Desk(Policy())
    draft, _ = await desk.opened()
    desk.sandbox.cut = True
    desk.write(stub=STUB)
    gates = RunGatesActivity(desk.artifacts, desk.sandbox).run_gates
    seen = (await ActivityEnvironment().run(gates, CheckInput(draft=draft))).report
    assert [f.check for f in seen.findings] == ["changes"]


def test_what_is_off_is_said_however_much_was_found() -> None:
    space = workspace()
    off = space.settings.model_copy(update={"gates": {"stubs_left": "off"}})
    found = [Finding(check=f"a_gate_with_a_long_name_{n}", message="m") for n in range(60)]
    said = summary_of(space.model_copy(update={"settings": off}), found)
    assert said.startswith("60 findings: a_gate") and said.endswith("…; off: stubs_left")
    assert len(said.encode()) <= SUMMARY_BYTES
