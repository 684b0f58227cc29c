"""How a flow is left before its end: with an outcome, or to go on in a fresh history; never with a bare exception."""

from aurora.domain import OutcomeKind


class Ended(Exception):
    """The task ends here with `kind`; the work so far is kept."""

    def __init__(self, kind: OutcomeKind, summary: str) -> None:
        super().__init__(summary)
        self.kind = kind
        self.summary = summary


class Continued(Exception):
    """The history is long enough: the flow is left where it is and taken up again from the state (continue-as-new)."""
