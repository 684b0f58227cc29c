"""A draft's change of its documents: approved operations that are missing, and breaks that nobody asked for."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from activities.checks import contract_edits
from activities.checks.contract_edits import ACCEPT, KEEP, ContractEditVerdict
from aurora.domain.questions import AnswerBook, Exchange, Question, QuestionDraft, QuestionKind
from aurora.domain.steps import Step
from aurora.domain.task import Draft
from aurora.domain.workspace import Contract, Workspace
from aurora.stored_values import keep
from tests.support.folder_box import FolderBox
from tests.support.memory_artifacts import MemoryArtifacts, MemoryTaskArtifacts
from tests.support.workspaces import DIGEST, SHA, uploaded, workspace

PATH = "openapi.yaml"
OLD = """openapi: 3.1.0
info: {title: t, version: '1'}
paths:
  /users:
    get:
      responses: {'200': {description: all}}
"""
ORDERS = "  /orders:\n    get:\n      responses: {'200': {description: all}}\n"
DRAFT = "/orders:\n  get:\n    responses: {'200': {description: all}}"


def space(task: str = "Show the orders.") -> Workspace:
    contract = Contract(path=PATH, digest=DIGEST, operations=())
    return workspace(uploaded(text=task)).model_copy(update={"contract": contract, "base": "HEAD~1"})


def said(question: QuestionDraft, text: str, *, silent: bool = False) -> Exchange:
    asked = Question(id="q1", step=Step.CHECK_INTERFACES, asked_at=1, **dict(question))
    return Exchange(question=asked, text=text, silent=silent)


@pytest.fixture
def artifacts() -> MemoryTaskArtifacts:
    return MemoryArtifacts().of(workspace().task.ref)


async def judged(
    artifacts: MemoryTaskArtifacts,
    folder: Path,
    new: Mapping[str, str],
    *exchanges: Exchange,
    of: Workspace | None = None,
) -> ContractEditVerdict:
    at = of or space()
    draft = Draft(task=at.task.ref, workspace=DIGEST, base=SHA, base_pack=DIGEST, commit=SHA)
    draft = draft.answered(await keep(artifacts, AnswerBook(exchanges=exchanges)))
    box = FolderBox(folder, {path: text.encode() for path, text in new.items()}, {PATH: OLD.encode()})
    return await contract_edits.judged(artifacts, box, draft, at)  # type: ignore[arg-type]  # as far as it is asked


async def test_what_adds_to_the_document_is_no_question(artifacts: MemoryTaskArtifacts, tmp_path: Path) -> None:
    assert await judged(artifacts, tmp_path, {PATH: OLD + ORDERS}) == ContractEditVerdict()
    assert await judged(artifacts, tmp_path / "same", {"a.py": "1"}) == ContractEditVerdict()


async def test_a_break_is_asked_about_once_with_both_sides(artifacts: MemoryTaskArtifacts, tmp_path: Path) -> None:
    new = {PATH: OLD.replace("/users:", "/people:")}
    first = await judged(artifacts, tmp_path / "1", new)
    assert first.findings == () and first.question is not None
    assert first.question.options[:2] == (KEEP, ACCEPT)
    assert "`GET /users`: the operation is removed. Old: GET /users" in first.question.text
    accepted = await judged(artifacts, tmp_path / "2", new, said(first.question, ACCEPT))
    assert accepted == ContractEditVerdict()
    for exchange in (said(first.question, KEEP), said(first.question, ACCEPT, silent=True)):
        kept = await judged(artifacts, tmp_path / f"{exchange.text} {exchange.silent}", new, exchange)
        assert kept.question is None and "the Architect did not accept it" in kept.findings[0].message


async def test_what_the_task_says_is_not_asked(artifacts: MemoryTaskArtifacts, tmp_path: Path) -> None:
    task = space("Rename the path `/users` to /people.")
    assert (
        await judged(artifacts, tmp_path, {PATH: OLD.replace("/users:", "/people:")}, of=task) == ContractEditVerdict()
    )


async def test_an_approved_operation_must_be_in_the_document_as_approved(
    artifacts: MemoryTaskArtifacts, tmp_path: Path
) -> None:
    kept = await artifacts.put(DRAFT.encode())
    question = QuestionDraft(kind=QuestionKind.MISSING_SPEC, text=DRAFT, allows=(PATH,), drafted=kept)
    approved = said(question, "approve")
    (lacking,) = (await judged(artifacts, tmp_path / "1", {"a.py": "1"}, approved)).findings
    assert lacking.message == "openapi.yaml lacks `GET /orders`, whose draft was approved."
    assert await judged(artifacts, tmp_path / "2", {PATH: OLD + ORDERS}, approved) == ContractEditVerdict()
    assert await judged(artifacts, tmp_path / "3", {"a.py": "1"}, said(question, "no, /sales")) == ContractEditVerdict()


async def test_a_document_that_can_not_be_read_any_more_is_a_finding(
    artifacts: MemoryTaskArtifacts, tmp_path: Path
) -> None:
    (found,) = (await judged(artifacts, tmp_path, {PATH: "openapi: [\n"})).findings
    assert found.check == contract_edits.CHECK and "not valid YAML" in found.message
