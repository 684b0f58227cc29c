"""One forgery: what it does, for which runner, and which witness of the judge sees it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tests.attacks.forgeries.grounds import GROUNDS


class Witness(StrEnum):
    """Who saw it, in the order in which they are asked."""

    RESULT = "result"
    """It had no effect: the test is reported red."""
    RUN = "run"
    """Exit code, events, their order, seals and number, the runner's end."""
    MISSING_TESTS = "missing_tests"
    """The frozen test did not run."""
    SENTINEL = "sentinel"
    MUTANTS = "mutants"
    NOBODY = "nobody"


@dataclass(frozen=True)
class Forgery:
    name: str
    seen_by: Witness
    files: Mapping[str, str] = field(hash=False)
    """By place, see `GROUNDS`."""
    why: str = ""
    """Why nobody sees it; empty for what is seen."""
    also: tuple[str, ...] = ()
    """Other runners that it applies to in kind."""
    toolchain: str = "pytest"

    @property
    def caught(self) -> bool:
        return self.seen_by is not Witness.NOBODY

    @property
    def places(self) -> dict[str, str]:
        """Path -> text."""
        return GROUNDS[self.toolchain].files(self.files)


def seen(by: Witness, name: str, *, also: str = "", toolchain: str = "pytest", **files: str) -> Forgery:
    return Forgery(name, by, files, also=tuple(also.split()), toolchain=toolchain)


def unseen(name: str, why: str, *, also: str = "", toolchain: str = "pytest", **files: str) -> Forgery:
    return Forgery(name, Witness.NOBODY, files, why, tuple(also.split()), toolchain)
