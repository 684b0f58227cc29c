"""One line of what `aurora doctor` says."""

from typing import Literal

from aurora.domain.value import Value


class Row(Value):
    what: str
    state: Literal["ok", "note", "bad"]
    found: str
    hint: str = ""
