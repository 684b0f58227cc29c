"""One line of what `aurora doctor` says."""

from typing import Literal

from aurora.domain.value import Frozen


class Row(Frozen):
    what: str
    state: Literal["ok", "note", "bad"]
    found: str
    mend: str = ""
