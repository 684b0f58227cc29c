"""The planned files as they stood at a commit, as a model may be shown them."""

from collections.abc import Mapping

from aurora.domain.value import Sha, Value


class PlannedText(Value):
    text: str
    whole: bool = True
    """False where only the planned symbols stand here, each with its surroundings."""


class PlannedTexts(Value):
    commit: Sha
    """Commit of the draft: at another one the texts say nothing."""
    files: Mapping[str, PlannedText] = {}
