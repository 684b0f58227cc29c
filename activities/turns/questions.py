"""Questions as a step words them: what a model wrote, within what a history may hold."""

import contextlib
from collections.abc import Iterable, Sequence

from aurora.domain.questions import MAX_OPTIONS, MAX_QUESTION_CHARS, QuestionDraft, QuestionKind
from aurora.errors import ToolRefusal
from aurora.text import fit
from aurora.tools.paths import clean
from aurora.tools.protected_paths import on_request

AT_ONCE = 8
"""Questions of one result; more would not be answered one by one by anyone."""
SHARED_BYTES = 12_000
"""Bytes of text for all questions asked at once; with options, assumptions and JSON's escapes under 64 KiB."""
OPTION_BYTES = 120
ASSUMED_BYTES = 300
ALLOWED_AT_ONCE = 8
ALLOWED_CHARS = 120
"""Characters of a path that one answer can allow: all of it must stand in the question."""


def worded(
    kind: QuestionKind, text: str, options: Iterable[object] = (), assumed: str = "", *, among: int = 1
) -> QuestionDraft | None:
    """A question that is asked together with `among - 1` others; none when it says nothing."""
    said = fit(text, min(MAX_QUESTION_CHARS, SHARED_BYTES // max(1, among))).strip()
    if not said:
        return None
    offered = [fit(str(option), OPTION_BYTES).strip() for _, option in zip(range(MAX_OPTIONS), options, strict=False)]
    return QuestionDraft(
        kind=kind, text=said, options=tuple(o for o in offered if o), assumed=fit(assumed, ASSUMED_BYTES)
    )


def cleaned(paths: Iterable[object]) -> tuple[str, ...]:
    """The paths as the tools would take them, each once; one that no tool takes is none."""
    found = []
    for path in paths:
        with contextlib.suppress(ToolRefusal):
            found.append(clean(str(path)))
    return tuple(dict.fromkeys(found))


def allowable(paths: Iterable[str]) -> tuple[str, ...]:
    """Those that one answer can allow."""
    protected = (path for path in paths if on_request(path))
    return tuple(path for path in protected if len(path) <= ALLOWED_CHARS)[:ALLOWED_AT_ONCE]


def of_protected(allows: Sequence[str], unasked: Sequence[str]) -> str:
    """Each path that an approval allows, whole, and how many more there are, which it does not allow."""
    if not unasked:
        return ""
    whys = {path: found.why.split(";")[0] for path in allows if (found := on_request(path))}
    lines = [f"- {path}: {fit(whys.get(path, ''), 100)}" for path in allows]
    if len(unasked) > len(allows):
        lines.append(f"- and {len(unasked) - len(allows)} more, which the answer does not allow")
    return "\n".join(["Protected files that nobody has asked for:", *lines])
