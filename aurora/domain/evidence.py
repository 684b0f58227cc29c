"""Values that prove what a commit claims, beside the reports."""

from aurora.domain.value import Sha, Value


class Allowed(Value):
    """A protected file that was changed because somebody asked for it."""

    path: str
    kind: str
    asked_by: str
    """`the task`, or who said it in which answer: claimed, not proved."""
    words: str = ""
    """The sentence that asks for it; empty where a question named the path and was answered with yes."""


class Proof(Value):
    """The frozen tests that a run of the whole suite saw pass, and on which draft."""

    commit: Sha
    green: tuple[str, ...]
