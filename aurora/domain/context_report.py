"""The result of check_context: what of the task nobody has settled."""

from aurora.domain.value import Value


class Quote(Value):
    """Words of one place of the specification."""

    source: str
    """`the task`, `an answer of the Architect`, or the path of a document."""
    words: str
    """Words as they stand there."""


class MissingPiece(Value):
    """One thing only the Architect can settle."""

    question: str
    options: tuple[str, ...] = ()
    assumed: str = ""
    packages: tuple[str, ...] = ()
    """Packages as a manifest names them: the answer `yes` adds them, as it does where a later step asks."""
    quotes: tuple[Quote, ...] = ()
    """The places that contradict each other, two at least; shown with the question."""
    operation: str = ""
    """Draft of an operation that nobody has described, as OpenAPI in YAML: its path, its method, what it takes and
    answers. Shown with the question, to be accepted."""


class ContextReport(Value):
    """The result of check_context, as the model gives it."""

    summary: str
    missing: tuple[MissingPiece, ...]
    """Required, as the service takes few optional fields in all; empty when the task can be built."""
    open_points: tuple[str, ...] = ()
    """Facts that the later steps must know and can't see in the task; a line each."""
