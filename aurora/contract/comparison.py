"""The committed document against the one that the application serves: where they differ, with the words of both.

For a child of `bounded`. The committed document binds. What a framework writes into its document by itself, or can't
know, is no finding (`framework_forms`).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from aurora.contract.breaking import subject
from aurora.contract.difference import Difference, Effect, Kind
from aurora.contract.differences import Differing, differences, succeeds
from aurora.contract.framework_forms import Served, generated_id
from aurora.contract.normal_form import folded, normal_form
from aurora.contract.normal_schema import apart
from aurora.contract.references import pointer
from aurora.contract.yaml_text import Where, line_of, lines_of, parse
from aurora.domain.findings import Finding, Weight
from aurora.errors import Refusal
from aurora.text import clip, counted

CHECK = "contract_document"
MOST = 300
QUOTED = 400
LineFinder = Callable[[Where], int | None]
"""The line in the committed file at which a place of the document stands."""
BEYOND = frozenset({Kind.PARAMETER, Kind.BODY, Kind.PROPERTY, Kind.STATUS, Kind.MEDIA_TYPE})
"""Things that a service may have beyond its document."""


class Base(NamedTuple):
    """The two documents at the base commit."""

    committed: dict[str, Any]
    served: dict[str, Any]


def compared(
    path: str,
    text: str,
    served_text: str,
    touched: Sequence[str],
    base: tuple[str, str] | None,
    later: Sequence[str] = (),
) -> tuple[Finding, ...]:
    """Compare the committed file's text with the document that the application served; `base`: the same two at the base
    commit.

    Raises `Refusal` when one of them is no document; one of the base that is none is as if unknown."""
    committed, node = parse(text, path)
    served, _ = parse(served_text, "the served document")
    if not isinstance(committed, dict) or not isinstance(served, dict):
        raise Refusal(f"{path}: one of the documents has no mapping at its top.", "Is it the right file?")
    node = node or lines_of(text)
    before = _base(path, base)
    return compare(committed, served, touched, before, later, path=path, line=lambda where: line_of(node, where))


def compare(
    committed: dict[str, Any],
    served: dict[str, Any],
    touched: Sequence[str] = (),
    base: Base | None = None,
    later: Sequence[str] = (),
    *,
    path: str = "",
    line: LineFinder | None = None,
) -> tuple[Finding, ...]:
    """Blocking ones first, at most `MOST`. `touched`: `POST /users` as the document or the task writes it.

    It blocks that a touched operation is not served, and what is served of it beyond the document. The rest is advice;
    what the base showed is known. An operation that is neither in the document nor served at the base is the task's.
    `later`: operations that are still to be made, of which nothing is told."""
    known = frozenset(_known(base))
    served_before = _operations(base.served) if base else None
    names, to_come = {_folded(name) for name in touched}, {_folded(name) for name in later}
    findings = []
    meant = (one for one in _meant(committed, served) if not _touches(one, to_come))
    for concerned in _grouped(meant, known):
        one = concerned[0]
        new = one.left is None and served_before is not None and _folded(one.name) not in served_before
        weight = Weight.ADVICE
        if _identity(one) in known:
            weight = Weight.KNOWN
        elif blocking(one) and (new or any(_touches(each, names) for each in concerned)):
            weight = Weight.BLOCKS
        findings.append(_finding(concerned, weight, path, line))
    order = list(Weight)
    return tuple(sorted(findings, key=lambda finding: order.index(finding.weight))[:MOST])


def blocking(one: Differing) -> bool:
    """Return whether a difference blocks in what the task touches."""
    difference = one.difference
    if difference.kind is Kind.OPERATION:
        return True
    return (
        difference.kind in BEYOND
        and not (difference.effect is Effect.NARROWER and difference.kind is Kind.STATUS)
        and _beyond(difference)
    )


def _beyond(difference: Difference) -> bool:
    if difference.kind in (Kind.STATUS, Kind.MEDIA_TYPE):
        return difference.effect is Effect.WIDER
    return not difference.left.said or difference.left.said == "no request body"


def _meant(committed: dict[str, Any], served: dict[str, Any]) -> Iterator[Differing]:
    left, right = normal_form(committed), normal_form(served)
    rules = Served(left, right)
    for one in differences(left, right):
        if rules.means_it(one) and not _stated_by_other_status(one):
            yield one


def _stated_by_other_status(one: Differing) -> bool:
    """One success stands where another was stated: the served one tells it."""
    difference = one.difference
    if difference.kind is not Kind.STATUS or difference.effect is not Effect.NARROWER or not succeeds(difference.about):
        return False
    ours, theirs = (
        [status for status in side.responses if succeeds(status)] if side else [] for side in (one.left, one.right)
    )
    return len(ours) == len(theirs) == 1


def _grouped(found: Iterable[Differing], known: frozenset[tuple[str, ...]]) -> list[list[Differing]]:
    """One of a schema or parameter that several operations refer to is one, however often a framework writes it out;
    so are operationIds that a framework made. Known ones stand apart: they weigh otherwise."""
    groups: dict[tuple[Any, ...], list[Differing]] = {}
    for one in found:
        difference = one.difference
        if difference.kind is Kind.OPERATION_ID and one.right is not None and generated_id(one.right):
            key: tuple[Any, ...] = (difference.kind,)
        else:
            key = (
                difference.kind,
                difference.effect,
                difference.about,
                difference.direction,
                difference.left,
                difference.right.said,
            )
        groups.setdefault((_identity(one) in known, *key), []).append(one)
    return list(groups.values())


def _identity(one: Differing) -> tuple[str, ...]:
    """Equal for the same difference at the base, wherever it stood there."""
    difference = one.difference
    return (
        one.name,
        difference.kind,
        difference.effect,
        difference.about,
        difference.place,
        difference.field,
        difference.left.said,
        difference.right.said,
    )


def _known(base: Base | None) -> Iterator[tuple[str, ...]]:
    if base is not None:
        yield from (_identity(one) for one in _meant(base.committed, base.served))


def _operations(document: dict[str, Any]) -> frozenset[str]:
    return frozenset(f"{method} {key}" for method, key in normal_form(document).operations)


def _folded(name: str) -> str:
    method, _, path = name.partition(" ")
    return f"{method.upper()} {folded(path)}"


def _touches(one: Differing, names: set[str]) -> bool:
    return any(side is not None and f"{side.method} {side.key}" in names for side in (one.left, one.right))


def _base(path: str, texts: tuple[str, str] | None) -> Base | None:
    if texts is None:
        return None
    try:
        documents = [parse(texts[0], path)[0], parse(texts[1], "the document served at the base")[0]]
    except Refusal:
        return None
    return Base(*documents) if all(isinstance(one, dict) for one in documents) else None


def _finding(concerned: list[Differing], weight: Weight, path: str, line: LineFinder | None) -> Finding:
    one = concerned[0]
    difference = one.difference
    number = (line(difference.left.where) if line else None) or 0
    names = list(dict.fromkeys(each.name for each in concerned))
    about = ", ".join(part for part in (names[0], subject(difference)) if part)
    place = f"{path or 'the document'}{f':{number}' if number else ''} at {pointer(difference.left.where)}"
    ours, theirs = (
        f"`{said}`" if said else "nothing of it" for said in apart(difference.left.said, difference.right.said, QUOTED)
    )
    message = (
        f"{about}: {_headline(one, len(names))} {place} says: {ours}. "
        f"The application serves, at {pointer(difference.right.where)}: {theirs}."
    )
    if len(names) > 1:
        message += f" The same holds for {', '.join(names[1:6])}{' …' if len(names) > 6 else ''}."
    return Finding(
        check=CHECK,
        path=path,
        line=number,
        message=clip(message, 3000),
        hint=_hint(one),
        weight=weight,
        also=len(names) - 1,
    )


def _headline(one: Differing, number: int) -> str:
    difference = one.difference
    missing = difference.effect is Effect.NARROWER
    match difference.kind:
        case Kind.OPERATION:
            return "in the document, and not served." if missing else "served but not documented."
        case Kind.OPERATION_ID if number > 1:
            return f"the operationIds of {counted(number, 'operation')} differ; the framework made the served ones."
        case Kind.PARAMETER | Kind.PROPERTY | Kind.BODY:
            return "served but not documented." if _beyond(difference) else "the application does not have it."
        case Kind.STATUS:
            return "the application does not state it." if missing else "served but not documented."
        case Kind.MEDIA_TYPE:
            return f"the media type {difference.about} is {'not served' if missing else 'served but not documented'}."
        case Kind.ENUM:
            if "any value" in (difference.left.said, difference.right.said):
                return "the allowed values are stated by one of them only."
            return f"{difference.about} is {'not in the application' if missing else 'beyond the document'}."
        case Kind.REQUIRED | Kind.PARAMETER_REQUIRED | Kind.BODY_REQUIRED:
            return "it is required by one of them only."
        case Kind.SECURITY:
            return "the credentials that are needed differ."
        case Kind.CHOICE:
            return "the alternatives differ."
        case _:
            return f"`{difference.about}` differs."


def _hint(one: Differing) -> str:
    difference = one.difference
    if difference.kind is Kind.OPERATION:
        if difference.effect is Effect.NARROWER:
            return "Serve it, and let the application's own document list it."
        return "Leave it out, or have the document say it."
    if blocking(one):
        return "The document binds: take it away, or have the document changed first."
    return "Declare it in the code as the document has it, unless the document is wrong."
