"""Questions as a step words them: what a model wrote, within what a history may hold."""

from collections.abc import Iterable

from aurora.asking import MAX_OPTIONS, MAX_QUESTION_CHARS, QuestionDraft, QuestionKind
from aurora.domain import fit

AT_ONCE = 8
"""Questions of one result; more would not be answered one by one by anyone."""
SHARED_BYTES = 12_000
"""Of text for all questions asked at once; with options, assumptions and JSON's escapes under 64 KiB."""
OPTION_BYTES = 120
ASSUMED_BYTES = 300


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
