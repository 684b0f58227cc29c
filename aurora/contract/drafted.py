"""An operation that a model drafts before anybody has described it: read as OpenAPI, put into words, found again.

For children of `bounded`: the draft is a model's text, and the document somebody else's.
"""

from typing import Any

from aurora.contract import faults
from aurora.contract.document import operations, recognised
from aurora.contract.positions import METHODS
from aurora.contract.references import pointer
from aurora.contract.yaml_text import parse
from aurora.domain.value import Value
from aurora.errors import Refusal
from aurora.text import clip

PLACE = "the draft of the operation"
VERSION = "3.1.0"


class DraftedOperation(Value):
    operations: tuple[str, ...] = ()
    """`METHOD /path`, sorted; those that the draft describes."""
    faults: tuple[str, ...] = ()
    """Its faults; empty where it can be shown."""


def read(text: str, known: dict[str, Any] | None = None) -> DraftedOperation:
    """A draft: a mapping of paths, alone or below `paths`, with `components` beside it where it needs some.

    `known`: the document that it is to go into, whose components it may refer to."""
    try:
        value, _ = parse(text, PLACE)
    except Refusal as refusal:
        return DraftedOperation(faults=(refusal.what,))
    if not isinstance(value, dict) or not value:
        return DraftedOperation(faults=(f"{PLACE} is no mapping: write `/path:`, below it the method.",))
    whole = value if "paths" in value else {"paths": value}
    paths = whole["paths"]
    if not isinstance(paths, dict) or not all(isinstance(key, str) and key.startswith("/") for key in paths):
        return DraftedOperation(faults=(f"{PLACE} names no path: write `/path:`, below it the method.",))
    drafted = {
        "openapi": _version(known),
        "info": {"title": PLACE, "version": "0"},
        "paths": paths,
        "components": _joined(known, whole),
    }
    if (said := _undescribed(paths)) is not None:
        return DraftedOperation(faults=(said,))
    try:
        _, validator, _ = recognised(drafted, PLACE)
    except Refusal as refusal:
        return DraftedOperation(faults=(refusal.what,))
    own = [fault for fault in faults.faults(drafted, validator) if fault.where[:1] != ("components",)]
    own_faults = tuple(f"{PLACE} at {pointer(fault.where)}: {fault.why}" for fault in own[:3])
    return DraftedOperation(operations=operations(drafted), faults=own_faults)


def lacking(approved: str, text: str, path: str) -> tuple[str, ...]:
    """Operations of an approved draft that a document lacks, or describes otherwise: a line each.

    Raises `Refusal` for a document that can't be read."""
    drafted, _ = parse(approved, PLACE)
    whole, _ = parse(text, path)
    wanted = drafted.get("paths", drafted) if isinstance(drafted, dict) else {}
    there = whole.get("paths") if isinstance(whole, dict) else None
    found = []
    for key, item in wanted.items() if isinstance(wanted, dict) else ():
        for method, operation in item.items() if isinstance(item, dict) else ():
            if method not in METHODS:
                continue
            below = there.get(key) if isinstance(there, dict) else None
            written = below.get(method) if isinstance(below, dict) else None
            name = f"{method.upper()} {key}"
            if written is None:
                found.append(f"{path} lacks `{name}`, whose draft was approved.")
            elif written != operation:
                differs = ", ".join(sorted(_differing(operation, written)))
                found.append(f"{path} describes `{name}` differently from its approved draft: {clip(differs, 200)}.")
    return tuple(found)


def _version(known: dict[str, Any] | None) -> str:
    said = known.get("openapi") if known else None
    return said if isinstance(said, str) else VERSION


def _joined(known: dict[str, Any] | None, draft: dict[str, Any]) -> dict[str, Any]:
    """The document's components with those of the draft over them, by their kind."""
    joined: dict[str, Any] = {}
    for source in (known or {}, draft):
        components = source.get("components")
        for kind, named in components.items() if isinstance(components, dict) else ():
            if isinstance(named, dict):
                joined[kind] = {**joined.get(kind, {}), **named}
    return joined


def _undescribed(paths: dict[str, Any]) -> str | None:
    """The parts of an operation that a person needs in order to accept it: a method, and what it answers."""
    for path, item in paths.items():
        operations = [item[key] for key in METHODS if key in item] if isinstance(item, dict) else []
        if not operations:
            return f"{PLACE} names no method below `{path}`."
        if not all(isinstance(one, dict) and one.get("responses") for one in operations):
            return f"{PLACE} names no `responses` below `{path}`."
    return None


def _differing(wanted: Any, written: Any) -> set[str]:
    if not isinstance(wanted, dict) or not isinstance(written, dict):
        return {"the whole"}
    return {str(key) for key in {*wanted, *written} if wanted.get(key) != written.get(key)}
