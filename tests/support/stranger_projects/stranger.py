"""One repository, and the right answer."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Stranger:
    name: str
    files: Mapping[str, str | bytes]
    passed: int = 1
    """Tests that pass when the project's own people run them; all of them."""
    root: str = ""
    runner: str = "pytest"
    says: str = ""
    """For one whose tests can't run here: what is said, in a question or a refusal."""
    quick: bool = False
