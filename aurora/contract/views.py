"""The part of a document that is shown for a task: all of a small one, of a large one an index and what the task needs.

For a child of `bounded`."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from aurora.contract import slicing
from aurora.contract.reach import Parts
from aurora.contract.similarity import likely
from aurora.contract.slicing import Slice, Slicer
from aurora.contract.yaml_text import parse
from aurora.domain.value import Value

SLICE_CHARS = 40_000
INDEX_CHARS = 12_000
NEAR_CHARS = 4_000
_TEMPLATE = re.compile(r"\{[^}]*\}")


class Views(Value):
    whole: str = ""
    """All of it as YAML; empty for what is longer than may be shown. Without it the rest is filled in."""
    index: str = ""
    """A line for each operation, folded."""
    likely: Slice = Slice()
    """The operations that the task's text names or resembles."""
    planned: Slice = Slice()
    """The operations that the plan names, without what is in `likely`."""
    near: str = ""
    """Lines of the operations beside those of the plan."""


def views(text: str, path: str, task: str, planned: tuple[str, ...], most: int, room: int = SLICE_CHARS) -> Views:
    """`text`: the document, or its bundle, at `path`. `planned`: `POST /users`, as a model wrote them; `room`:
    characters that may be shown of those."""
    document = document_of(text, path)
    written = slicing.whole(document)
    if len(written) <= most:
        return Views(whole=written)
    meant = likely(document, task)
    slicer = Slicer(document)
    shown = (slicer.slice if meant.named else slicer.complete)(meant.operations, SLICE_CHARS)
    near = {*meant.operations, *slicing.neighbours(document, shown.operations)} if shown.text else set()
    lines = slicing.index(document, INDEX_CHARS, near)
    if not planned:
        return Views(index=lines, likely=shown)
    wanted = resolved(document, planned)
    beside = slicing.neighbours(document, wanted)
    return Views(
        index=lines,
        likely=shown,
        planned=slicer.slice(wanted, room, without=shown.parts),
        near=slicing.lines_of(document, beside, NEAR_CHARS),
    )


def whole(text: str, path: str) -> str:
    """All of a document as its slices show it, so that what is quoted of them is found."""
    return slicing.whole(document_of(text, path))


def resolved(document: Mapping[str, Any], names: Sequence[str]) -> tuple[str, ...]:
    """The document's operations that are meant by names as people write them: other names in braces, a server's own
    beginning of the path."""
    known = {_plain(name): name for name in Parts(document).operations}
    found = []
    for name in names:
        method, _, path = _plain(name).partition(" ")
        exact = known.get(f"{method} {path}")
        ends = [
            one
            for plain, one in known.items()
            if plain.startswith(f"{method} ") and _ends(path, plain[len(method) + 1 :])
        ]
        found += [exact] if exact else ends[:1] if len(ends) == 1 else []
    return tuple(dict.fromkeys(found))


def _ends(path: str, other: str) -> bool:
    return len(min(path, other, key=len)) > 1 and (path.endswith(other) or other.endswith(path))


def _plain(name: str) -> str:
    method, _, path = name.strip().partition(" ")
    return f"{method.upper()} {_TEMPLATE.sub('{}', path.strip()).rstrip('/') or '/'}"


def document_of(text: str, path: str) -> dict[str, Any]:
    """The value of a document's text, or of its bundle's. Raises `Refusal`."""
    value = json.loads(text) if text.startswith("{") else parse(text, path)[0]
    return value if isinstance(value, dict) else {}
