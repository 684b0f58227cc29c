"""The contract as a brief shows it, and the texts that a quote of it is looked for in."""

from collections.abc import Sequence
from dataclasses import dataclass

from aurora import bounded
from aurora.contract import clauses
from aurora.contract import views as contract_views
from aurora.contract.part_sizes import part_sizes
from aurora.contract.slicing import SAMPLES, Slice
from aurora.contract.views import Views
from aurora.domain.plan import Plan
from aurora.domain.workspace import Contract, Workspace
from aurora.errors import Refusal
from aurora.hidden_html import marked as html_marked
from aurora.labelled import labelled, on_a_line
from aurora.ports import TaskArtifacts
from aurora.text import clip

WHOLE_CHARS = 60_000
"""Characters of a document that is shown whole; a larger one is shown by an index and a slice."""
MOST_DISAGREEMENTS = 8
MOST_LEFT_OUT = 30
BOUNDS = bounded.Bounds(seconds=30, megabytes=1_500, result_bytes=64_000_000)
NONE = "There is no contract document in this repository."


@dataclass(frozen=True)
class ContractShown:
    text: str = NONE
    """Facts known at the base: the same bytes whatever was planned since."""
    planned: str = ""
    """Parts that the plan's operations need beyond that."""


async def shown(
    artifacts: TaskArtifacts, workspace: Workspace, plan: Plan | None, *, of_part: bool = False
) -> ContractShown:
    """`of_part`: the plan is that of a part, which was cut so that its operations can be shown with all they need."""
    contract = workspace.contract
    if contract is None:
        return ContractShown()
    text = await document_of(artifacts, contract)
    if contract.bundle is None and len(text) <= WHOLE_CHARS:
        return of_views(contract, Views(whole=text))
    try:
        planned = plan.operations if plan is not None else ()
        room = workspace.settings.parts.contract_bytes if of_part else contract_views.SLICE_CHARS
        found = await bounded.call(
            contract_views.views, text, contract.path, workspace.task.text, planned, WHOLE_CHARS, room,
            about=contract.path, bounds=BOUNDS,
        )  # fmt: skip
    except Refusal:
        found = Views()
    return of_views(contract, found)


async def sizes_of(artifacts: TaskArtifacts, workspace: Workspace, plan: Plan) -> tuple[int, ...]:
    """Bytes of what a long document says of each part of the plan; empty where all of it is shown, or none is known.

    0 of a part that cutting makes little shorter: one operation alone has half of what a part may have."""
    contract = workspace.contract
    if contract is None or not plan.parts:
        return ()
    text = await document_of(artifacts, contract)
    if len(text) <= WHOLE_CHARS:
        return ()
    parts = tuple(part.operations for part in plan.parts)
    try:
        found = await bounded.call(part_sizes, text, contract.path, parts, about=contract.path, bounds=BOUNDS)
    except Refusal:
        return ()
    most = workspace.settings.parts.contract_bytes
    both = zip(found.sizes, found.longest, strict=True)
    return tuple(size if 2 * longest <= most else 0 for size, longest in both)


def of_views(contract: Contract, views: Views) -> ContractShown:
    path = on_a_line(contract.path)
    head = f"`{path}` is the contract; code must conform to it."
    if len(contract.files) > 1:
        head += f" It consists of {len(contract.files)} files, shown here as one document."
    if contract.faults:
        head += " Do not fix its faults, named below; ask where one matters to the task."
    notes = [f"- fault: {fault}" for fault in contract.faults]
    notes += _contradictions(contract, None if views.whole else views.likely.operations)
    if views.whole:
        lines = (f"Operations: {', '.join(contract.operations)}.", *notes)
        known = labelled("\n".join(lines), f"{path}, in short")
        return ContractShown(f"{head}\n{known}\n{labelled(html_marked(views.whole), path)}")
    lines = ("Its operations:", views.index or ", ".join(contract.operations), *notes)
    known = labelled(html_marked("\n".join(lines)), f"{path}, in short")
    if not views.likely.text:
        read = "It is too long to show here: read the operations you need with read_file and search_code."
        return ContractShown(f"{head}\n{known}\n{read}", _planned(contract, views))
    read = "What of this long document the task's words name or resemble; read others with read_file and search_code."
    part = labelled(html_marked(views.likely.text), f"{path}, a part")
    return ContractShown(f"{head}\n{known}\n{read}{_without(views.likely)}\n{part}", _planned(contract, views))


def _planned(contract: Contract, views: Views) -> str:
    path, parts = on_a_line(contract.path), []
    if views.planned.text:
        said = f"What the planned operations need beyond the part shown before.{_without(views.planned)}"
        parts += [said, labelled(html_marked(views.planned.text), f"{path}, a part")]
    if parts and views.near:
        notes = _contradictions(contract, views.planned.operations)
        parts.append(labelled(html_marked("\n".join(("Beside them:", views.near, *notes))), f"{path}, in short"))
    return "\n".join(parts)


def _without(part: Slice) -> str:
    """The parts left out for lack of room."""
    named = [on_a_line(one) for one in part.left_out if one != SAMPLES]
    if not named:
        return ""
    more = f" and {len(named) - MOST_LEFT_OUT} more" if len(named) > MOST_LEFT_OUT else ""
    return f" There was no room for {', '.join(f'`{one}`' for one in named[:MOST_LEFT_OUT])}{more}: read what you need."


def _contradictions(contract: Contract, operations: Sequence[str] | None) -> list[str]:
    """Those that these operations run into; None: all."""
    found = [one for one in contract.disagreements if operations is None or {*operations} & {*one.operations}]
    return [f"- contradiction: {clip(one.said, 400)}" for one in found[:MOST_DISAGREEMENTS]]


async def words(artifacts: TaskArtifacts, contract: Contract) -> tuple[str, ...]:
    """The texts that a quote of the contract may stand in: as it was written, and as its parts are shown."""
    text = (await artifacts.get(contract.digest)).decode("utf-8", "replace")
    if contract.bundle is None and len(text) <= WHOLE_CHARS:
        return (text,)
    try:
        document = await document_of(artifacts, contract)
        about = f"{contract.path}, as its parts are shown,"
        return text, await bounded.call(contract_views.whole, document, contract.path, about=about, bounds=BOUNDS)
    except Refusal:
        return (text,)


async def unnamed_clauses(
    artifacts: TaskArtifacts, workspace: Workspace, plan: Plan, tests: Sequence[str]
) -> tuple[str, ...]:
    """The status codes of the planned operations that no test names; see `aurora.contract.clauses`."""
    contract = workspace.contract
    if contract is None or not plan.operations:
        return ()
    text, about = await document_of(artifacts, contract), f"{contract.path}, beside the tests,"
    try:
        return await bounded.call(
            clauses.unnamed, text, contract.path, plan.operations, tuple(tests), about=about, bounds=BOUNDS
        )
    except Refusal:
        return ()  # reported in the evidence only


async def document_of(artifacts: TaskArtifacts, contract: Contract) -> str:
    """The contract of the base commit in one piece."""
    return (await artifacts.get(contract.bundle or contract.digest)).decode("utf-8", "replace")
