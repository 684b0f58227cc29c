"""One file of the draft before and after an edit."""

from collections.abc import Mapping
from typing import NamedTuple


class Edit(NamedTuple):
    """One file of the draft before and after an edit."""

    path: str
    before: str | None
    """None for a new file."""
    after: str
    files: tuple[str, ...] = ()
    """Every path of the draft."""
    configuration: Mapping[str, str] = {}
    """Texts of the files that `Language.configuration` names, by path; those that are there."""
