"""The committed document against the one that the served application gives of itself, old differences told from new."""

from collections.abc import Sequence

from activities.checks.contract_base import BaseRuns
from activities.checks.contract_targets import READING, Target
from aurora import bounded
from aurora.contract import comparison, graphql_schemas
from aurora.domain.exercise import ApiKind
from aurora.domain.findings import Finding, Weight
from aurora.domain.value import Value
from aurora.errors import OutOfBounds, Refusal
from aurora.text import clip, counted

MOST_NOTES = 20


class DocumentComparison(Value):
    findings: tuple[Finding, ...] = ()
    notes: tuple[Finding, ...] = ()
    said: str = ""


async def compared(
    target: Target,
    served: str,
    served_at: str,
    touched: Sequence[str],
    later: Sequence[str],
    before: Target | None,
    base: BaseRuns,
) -> DocumentComparison:
    """The base commit is served only where there is a difference at all. `later`: operations of parts to come."""
    if not served:
        return DocumentComparison(said="it serves none that could be compared")
    try:
        found = await _differences(target, served, touched, later, None)
        if found and before is not None and (old := await base.served_document(before)):
            found = await _differences(target, served, touched, later, (before.whole, old))
    except (OutOfBounds, Refusal) as error:
        return DocumentComparison(said=f"it could not be compared: {clip(error.what, 300)}")
    blocking = tuple(one for one in found if one.weight is Weight.BLOCKS)
    others = tuple(one for one in found if one.weight is not Weight.BLOCKS)
    known = sum(one.weight is Weight.KNOWN for one in others)
    said = f"{served_at} differs in {counted(len(found), 'place')} from {target.path}"
    said += f": {len(blocking)} of the task, {known} as at the base commit, {len(others) - known} told" if found else ""
    return DocumentComparison(findings=blocking, notes=others[:MOST_NOTES], said=said)


async def _differences(
    target: Target, served: str, touched: Sequence[str], later: Sequence[str], base: tuple[str, str] | None
) -> tuple[Finding, ...]:
    about = f"{target.path} and the document that the application serves"
    compare = graphql_schemas.compared_schemas if target.kind is ApiKind.GRAPHQL else comparison.compared
    return await bounded.call(
        compare, target.path, target.whole, served, tuple(touched), base, tuple(later), about=about, bounds=READING
    )
