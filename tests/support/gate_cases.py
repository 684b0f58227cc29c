"""Cases of a gate's corpus, and how one is put to its gate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

from activities.checks.project_tools import policy_for
from aurora.domain.contradiction import Contradiction
from aurora.domain.findings import Finding, Weight
from aurora.domain.frozen_tests import FrozenTests
from aurora.domain.plan import Plan, PlannedFile
from aurora.domain.questions import AnswerBook
from aurora.domain.steps import Step
from aurora.domain.workspace import Contract, Workspace
from aurora.gates import choice, gate_runner
from aurora.gates.context import NOTHING, REGULAR, ChangedFile, DraftContext, DraftFacts, ProjectContext
from aurora.gates.gate import DraftGate, FileGate, Gate, ProjectGate
from aurora.ports import Box
from aurora.settings.repository import BackendSettings
from aurora.toolchains import registry
from aurora.tools.grants import Grants
from tests.support.folder_box import FolderBox
from tests.support.workspaces import DIGEST, workspace

PLAN = Plan(summary="s", files=(PlannedFile(path="./app/users.py", purpose="p"),), tests=())
BASE = frozenset({"app/users.py", "tests/test_old.py", "README.md", "bin/run.py", "src/shop/app.py"})
"""Files of every case's draft, beside its own."""


def facts(space: Workspace, configuration: Mapping[str, str] | None = None) -> DraftFacts:
    """Of an edit in a draft of one file."""
    language = registry.language(space.toolchain)
    return DraftFacts(space, language, frozenset({"src/shop/app.py"}), configuration or {})


@dataclass(frozen=True)
class Case:
    """One changed file. `text` as bytes: content of a file; as text: an edit, or content that is UTF-8."""

    id: str
    """Ends with `as advice` where what is found blocks nothing."""
    path: str = "src/shop/app.py"
    text: str | bytes | None = ""
    """None: what has no content that could be read."""
    before: str | None = None
    """The text at the base; None for a new file."""
    mode: str = REGULAR
    before_mode: str = ""
    """Empty: `REGULAR` where there is a text before, `NOTHING` else."""
    line: int = 0
    """Of the finding, where it matters."""
    says: str = ""
    """The text of the finding's message and hint, where it matters."""
    task: str = "Create users"
    frozen: Mapping[str, bytes] = field(default_factory=dict)
    """Content of each frozen test as it was frozen."""
    tree: Mapping[str, bytes] = field(default_factory=dict)
    """Further files of the box that did not change, for a gate of the whole draft or project."""
    beside: Sequence["Case"] = ()
    """Other files that the draft changed, for a gate of the whole draft or project."""
    thawed: Contradiction | None = None
    gates: Mapping[str, Any] = field(default_factory=dict)
    """As `gates` of aurora.yaml."""
    toolchain: Mapping[str, Any] = field(default_factory=dict)
    """Fields of the workspace's toolchain that are not those of an ordinary FastAPI project."""
    configuration: Mapping[str, str] = field(default_factory=dict)
    contract: str = ""
    """Path of the contract document, which stands in `tree` or `beside`."""
    contract_files: Sequence[str] = ()
    """Of a document of several files all of them, its own path first."""

    @property
    def file(self) -> ChangedFile:
        before_mode = self.before_mode or (NOTHING if self.before is None else REGULAR)
        content = self.text if isinstance(self.text, bytes) else None
        edited = self.text if isinstance(self.text, str) else None
        return ChangedFile(self.path, before_mode, self.mode, content, self.before, edited)

    @property
    def workspace(self) -> Workspace:
        space = workspace(**self.toolchain)
        task = space.task.model_copy(update={"text": self.task})
        settings = space.settings.model_copy(update={"gates": dict(self.gates)})
        files = tuple(self.contract_files)
        contract = Contract(path=self.contract, digest=DIGEST, operations=(), files=files) if self.contract else None
        return space.model_copy(update={"task": task, "settings": settings, "contract": contract})

    @property
    def facts(self) -> DraftFacts:
        space = self.workspace
        grants = Grants.of(space.task, AnswerBook())
        digests = {path: sha256(content).hexdigest() for path, content in self.frozen.items()}
        # a new file of an edit is not there yet
        there = self.mode != NOTHING and (self.before is not None or isinstance(self.text, bytes))
        own = frozenset({self.path} if there else ()) | {case.path for case in self.beside}
        return DraftFacts(
            workspace=space,
            language=registry.language(space.toolchain),
            paths=BASE | own | self.tree.keys(),
            configuration=self.configuration,
            plan=PLAN,
            frozen=FrozenTests(files=digests, test_ids=(), red=()) if digests else None,
            thawed=self.thawed,
            grants=grants,
            code=policy_for(space, PLAN, None, Step.WRITE_CODE, grants=grants),
            tests=policy_for(space, PLAN, None, Step.WRITE_TESTS, grants=grants),
        )


async def found(gate: Gate, case: Case, folder: Path) -> list[Finding]:
    """The gate's findings in the case, if it is for its project's language.

    `folder`: an empty one, for a gate that asks its box."""
    if gate not in choice.chosen(BackendSettings(), case.workspace.toolchain.language):
        return []
    if isinstance(gate, FileGate):
        if case.file.text is None and not gate.any_file:
            return []
        found = gate_runner.in_file(gate, case.facts, case.file)
        return [finding for finding in found if finding.weight is not Weight.KNOWN]
    files = sorted((case.file, *(other.file for other in case.beside)), key=lambda file: file.path)
    if isinstance(gate, ProjectGate):
        reported = gate_runner.of_project(gate, _project(gate, case, files))
        return [finding for finding in reported if finding.weight is not Weight.KNOWN]
    assert isinstance(gate, DraftGate)
    return await gate_runner.in_draft(gate, DraftContext(files, case.facts, cast(Box, _box(case, files, folder))))


def _project(gate: Gate, case: Case, files: Sequence[ChangedFile]) -> ProjectContext:
    texts = {path: content.decode() for path, content in case.tree.items()}
    texts |= {file.path: file.text for file in files if file.text is not None}
    return ProjectContext(files, texts, case.facts, choice.tuned(case.workspace.settings, gate.name))


def _box(case: Case, files: Sequence[ChangedFile], folder: Path) -> FolderBox:
    """A repository of two commits: the base, and the draft with what changed."""
    before = {file.path: file.before.encode() for file in files if file.before is not None}
    # the text of an edit is judged before it is written
    after = {file.path: file.content for file in files if file.content is not None}
    return FolderBox(folder, after, {**case.tree, **before})
