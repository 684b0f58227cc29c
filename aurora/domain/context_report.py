"""What check_context comes to: what of the task nobody has settled."""

from aurora.domain.value import Value


class MissingPiece(Value):
    """One thing only the Architect can settle."""

    question: str
    options: tuple[str, ...] = ()
    assumed: str = ""
    packages: tuple[str, ...] = ()
    """As a manifest names them: the answer `yes` adds them, as it does where a later step asks."""


class ContextReport(Value):
    """The result of check_context, as the model gives it."""

    summary: str
    missing: tuple[MissingPiece, ...] = ()
    open_points: tuple[str, ...] = ()
    """What the later steps must know and can't see in the task; a line each."""
