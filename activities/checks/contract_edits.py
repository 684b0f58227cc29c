"""The changes that a draft made to the documents that its service is held to: approved operations that are not in it
yet, and changes that break clients, which nobody said to make.

Who answers `keep the old one` has a finding made of each change; who accepts them is not asked again.
"""

from collections.abc import Sequence
from typing import NamedTuple

from activities.checks import contract_targets
from activities.checks.contract_targets import READING, Target
from activities.checks.project_tools import changed_paths, text_of
from aurora import bounded
from aurora.contract import edited
from aurora.contract.breaking import Change
from aurora.domain.exercise import ApiKind
from aurora.domain.findings import Finding
from aurora.domain.questions import ABANDON, APPROVALS, AnswerBook, Exchange, QuestionDraft, QuestionKind
from aurora.domain.task import Draft
from aurora.domain.workspace import Workspace
from aurora.errors import OutOfBounds, Refusal
from aurora.ports import Box, TaskArtifacts
from aurora.stored_values import answers_of
from aurora.text import counted, fit

CHECK = "contract_document"
ACCEPT, KEEP = "accept the changes", "keep the old one"
SHOWN = 10
LINE_BYTES = 330
ASKS = "The task changes {path} so that clients of the old one break, and does not say so:"


class ContractEditVerdict(NamedTuple):
    findings: tuple[Finding, ...] = ()
    question: QuestionDraft | None = None


async def judged(artifacts: TaskArtifacts, box: Box, draft: Draft, workspace: Workspace) -> ContractEditVerdict:
    """Compare the documents as the box holds them."""
    book = await answers_of(artifacts, draft)
    findings = [
        Finding(check=CHECK, path=path, message=line, hint="Write the operation there word for word as approved.")
        for path, texts in (await _approved(artifacts, book)).items()
        for line in await _lacking(box, path, texts)
    ]
    question = None
    for now, before in await _changed(box, workspace):
        if now.why_not:
            findings.append(Finding(check=CHECK, path=now.path, message=now.why_not))
            continue
        changes = await _breaking(before, now, (workspace.task.text, *_own_words(book)))
        asked = [(change, _said_of(book, line(change))) for change in changes]
        findings += [_refused(now.path, change) for change, said in asked if said is not None and not _accepts(said)]
        unasked = [change for change, said in asked if said is None]
        if unasked and question is None:
            question = _question(now.path, unasked)
    return ContractEditVerdict(tuple(findings), question)


async def _changed(box: Box, workspace: Workspace) -> list[tuple[Target, Target]]:
    """Documents that differ from the base commit's, as (now, before)."""
    held = [one for one in (workspace.contract, workspace.graphql) if one is not None]
    files = {path for one in held for path in (one.path, *one.files)}
    # most drafts change none, and a large document takes seconds to be read, at the base and here
    if files.isdisjoint(await changed_paths(box, workspace.base, gone=True)):
        return []
    here = await contract_targets.targets(box, workspace)
    there = {one.kind: one for one in await contract_targets.base_targets(box, workspace)}
    return [
        (one, there[one.kind])
        for one in here
        if one.kind in there and (one.text, one.document) != (there[one.kind].text, there[one.kind].document)
    ]


async def _breaking(before: Target, now: Target, said: Sequence[str]) -> tuple[Change, ...]:
    read = edited.openapi if now.kind is ApiKind.OPENAPI else edited.graphql
    try:
        found = await bounded.call(
            read, before.document, now.document, tuple(said), about=f"the change of {now.path}", bounds=READING
        )
    except (OutOfBounds, Refusal):
        return ()  # that it can't be read is another finding, where the task is at fault
    return found.breaking


async def _approved(artifacts: TaskArtifacts, book: AnswerBook) -> dict[str, list[str]]:
    """Texts of approved drafts by the document that they go into."""
    found: dict[str, list[str]] = {}
    for exchange in book.exchanges:
        question = exchange.question
        if question is None or question.drafted is None or exchange.silent or exchange.word not in APPROVALS:
            continue
        text = (await artifacts.get(question.drafted)).decode("utf-8", "replace")
        found.setdefault(question.allows[0], []).append(text)
    return found


async def _lacking(box: Box, path: str, texts: Sequence[str]) -> tuple[str, ...]:
    text = await text_of(box, path)
    if text is None:
        return (f"{path} is not there: it is to hold the approved operation.",)
    try:
        return await bounded.call(edited.lacking, tuple(texts), text, path, about=path, bounds=READING)
    except OutOfBounds as error:
        return (error.what,)


def line(change: Change) -> str:
    """A change with both sides quoted. Also how it is found again in a question that was answered."""
    also = f" (and {counted(len(change.also), 'more operation')})" if change.also else ""
    return fit(
        f"- `{change.operation}`{also}: {change.message}. Old: {fit(change.old, 80)} ({fit(change.old_at, 60)}); "
        f"new: {fit(change.new, 80)}",
        LINE_BYTES,
    )


def _question(path: str, changes: Sequence[Change]) -> QuestionDraft:
    lines = [line(change) for change in changes[:SHOWN]]
    if len(changes) > SHOWN:
        lines.append(f"- and {len(changes) - SHOWN} more, which are asked about next")
    return QuestionDraft(
        kind=QuestionKind.MISSING_SPEC,
        text="\n".join((ASKS.format(path=path), *lines)),
        options=(KEEP, ACCEPT, ABANDON),
        assumed=KEEP,
    )


def _said_of(book: AnswerBook, shown: str) -> Exchange | None:
    """The last exchange about a change."""
    return next(
        (one for one in reversed(book.exchanges) if one.question is not None and shown in one.question.text), None
    )


def _accepts(said: Exchange) -> bool:
    return said.word in (ACCEPT, "accept", *APPROVALS) and not said.silent


def _own_words(book: AnswerBook) -> tuple[str, ...]:
    """Words that persons said freely: an option that was chosen says what its question says."""
    return tuple(
        one.text
        for one in book.exchanges
        if not one.silent and (one.question is None or one.word not in {o.lower() for o in one.question.options})
    )


def _refused(path: str, change: Change) -> Finding:
    return Finding(
        check=CHECK,
        path=path,
        message=fit(f"This change breaks clients, and the Architect did not accept it. {line(change)[2:]}", 3_900),
        hint="Keep what the document promised: add beside it, make new input optional.",
    )
