"""How a flow is left before its end: with an outcome, never with a bare exception."""

from aurora.domain import OutcomeKind


class Ended(Exception):
    """The task ends here with `kind`; the work so far is kept."""

    def __init__(self, kind: OutcomeKind, summary: str) -> None:
        super().__init__(summary)
        self.kind = kind
        self.summary = summary
