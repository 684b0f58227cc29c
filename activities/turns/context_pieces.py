"""The questions of check_context: contradictions quoted from both places, drafts of operations, each checked before
anybody is asked."""

from collections.abc import Sequence
from typing import Any

from activities.turns import result_tools
from activities.turns.contract_shown import document_of
from activities.turns.dependency_questions import completed, named
from activities.turns.questions import worded
from activities.turns.sources import sources
from aurora import bounded
from aurora.contract import drafted
from aurora.contract.yaml_text import parse
from aurora.domain.context_report import ContextReport, MissingPiece, Quote
from aurora.domain.contradiction import place_of
from aurora.domain.questions import QuestionDraft, QuestionKind
from aurora.domain.task import Draft
from aurora.domain.workspace import Workspace
from aurora.errors import OutOfBounds, Refusal
from aurora.labelled import on_a_line
from aurora.ports import Block, TaskArtifacts
from aurora.text import fit

ACCEPT = "accept the draft"
APPROVE = "approve"
NEW_DOCUMENT = "openapi.yaml"
"""The document for an approved operation in a repository without one."""
MOST_QUOTES = 4
QUOTE_BYTES = 400
DRAFT_BYTES = 2_400
"""Bytes of a draft: all of what is accepted stands in the question."""
SHOWN = 4
READING = bounded.Bounds(seconds=20, megabytes=800)


async def judge(artifacts: TaskArtifacts, draft: Draft, workspace: Workspace, uses: Sequence[Block]) -> str:
    """The reply that sends the report among these calls back; empty where there is none, or nothing is wrong with
    it."""
    given = next((use.get("input") for use in uses if use["name"] == result_tools.CONTEXT.name), None)
    report = result_tools.CONTEXT.read(given) if given is not None else None
    return await refused(artifacts, draft, workspace, report) if isinstance(report, ContextReport) else ""


async def refused(artifacts: TaskArtifacts, draft: Draft, workspace: Workspace, report: ContextReport) -> str:
    """The reply that sends a report back; empty where its quotes stand where they are said to, and its drafts can be
    shown."""
    faults: list[str] = []
    known = await sources(artifacts, draft, workspace)
    for number, piece in enumerate(report.missing, 1):
        faults += [f"question {number}: {fault}" for fault in _misquoted(piece.quotes, known)]
        if piece.operation.strip():
            faults += [f"question {number}: {fault}" for fault in await _faulty(artifacts, workspace, piece.operation)]
    if not faults:
        return ""
    return "\n- ".join(("Not accepted. Fix this and give the whole report again:", *faults[:SHOWN]))


def _misquoted(quotes: Sequence[Quote], known: Sequence[tuple[str, str]]) -> list[str]:
    """Quotes of code are not checked: it is read by whoever quotes it, and no text of the specification."""
    if len(quotes) == 1:
        return ["a contradiction has two places: quote both, or none."]
    places = {place for place, _ in known}
    faults = []
    for quote in quotes:
        source = quote.source.strip().strip("`")
        texts = [(place, text) for place, text in known if place == source]
        if source in places and not place_of(quote.words, texts):
            faults.append(
                f'"{fit(quote.words, 120)}" does not stand in {source}, word for word: quote three words at '
                "least as they stand there."
            )
    return faults


async def _faulty(artifacts: TaskArtifacts, workspace: Workspace, text: str) -> list[str]:
    if len(text.encode("utf-8", "replace")) > DRAFT_BYTES:
        return [f"`operation` has more than {DRAFT_BYTES} bytes: one operation, its schemas by reference or in short."]
    contract = workspace.contract
    document = await document_of(artifacts, contract) if contract else ""
    try:
        found = await bounded.call(described, text, document, about=drafted.PLACE, bounds=READING)
    except OutOfBounds as error:
        return [f"`operation` can't be read: {error.what}"]
    return [f"`operation`: {fault}" for fault in found.faults]


def described(text: str, document: str) -> drafted.DraftedOperation:
    """Read the answer in a child."""
    known: Any = None
    if document:
        try:
            known, _ = parse(document, "the contract")
        except Refusal:
            known = None
    return drafted.read(text, known if isinstance(known, dict) else None)


async def question_of(
    artifacts: TaskArtifacts, workspace: Workspace, piece: MissingPiece, among: int
) -> QuestionDraft | None:
    """`among`: how many are asked together. None for a piece that says nothing."""
    packages = named(list(piece.packages))
    kind = QuestionKind.DEPENDENCY if packages else QuestionKind.MISSING_SPEC
    text, options = piece.question.strip(), tuple(piece.options)
    operation = piece.operation.strip()
    if text and piece.quotes:
        text = f"{text}\n\nThese places contradict each other:\n{quoted(piece.quotes)}"
    document = target(workspace) if operation and workspace.settings.contract.write else ""
    if text and document:
        text += f"\n\n`{APPROVE}` writes this draft into {document} first:\n\n{operation}"
        options = (APPROVE, *(option for option in options if option.strip().lower() != APPROVE))
    elif text and operation:
        text += f"\n\nDraft of the operation:\n\n{operation}"
        options = (ACCEPT, *(option for option in options if option.strip().lower() != ACCEPT))
    question = worded(kind, text, options, piece.assumed, among=among)
    if question is None:
        return None
    if document and operation in question.text:  # what is approved was shown whole
        kept = await artifacts.put(operation.encode())
        question = question.model_copy(update={"allows": (document,), "drafted": kept})
    return completed(question, packages, workspace.toolchain) if packages else question


def quoted(quotes: Sequence[Quote]) -> str:
    return "\n".join(
        f'- {on_a_line(quote.source, 160)}: "{fit(" ".join(quote.words.split()), QUOTE_BYTES)}"'
        for quote in quotes[:MOST_QUOTES]
    )


def target(workspace: Workspace) -> str:
    """The document that an approved operation goes into."""
    return workspace.contract.path if workspace.contract else workspace.settings.contract.path or NEW_DOCUMENT
