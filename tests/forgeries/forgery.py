"""One forgery: what it does, for which runner, and which witness of the judge sees it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

RED = "def test_red():\n    import victim\n    assert victim.value() == 1\n"
VICTIM = "def value():\n    return 0\n"
PLACES = {
    "red": "tests/test_red.py",
    "conftest": "tests/conftest.py",
    "victim": "victim.py",
    "ini": "pytest.ini",
    "setup_cfg": "setup.cfg",
    "pyproject": "pyproject.toml",
    "evil": "evil.py",
    "site": "sitecustomize.py",
    "events": "aurora_pytest_events.py",
    "teller": "aurora_unittest_events.py",
    "entry_points": "evil-1.0.dist-info/entry_points.txt",
    "metadata": "evil-1.0.dist-info/METADATA",
    "pth": "evil.pth",
}


class Witness(StrEnum):
    """Who saw it, in the order in which they are asked."""

    RESULT = "result"
    """It had no effect: the test is reported red."""
    RUN = "run"
    """Exit code, events, their order, seals and number, the runner's end."""
    CENSUS = "census"
    """The frozen test did not run."""
    SENTINEL = "sentinel"
    TWINS = "twins"
    NOBODY = "nobody"


@dataclass(frozen=True)
class Forgery:
    name: str
    seen_by: Witness
    files: Mapping[str, str] = field(hash=False)
    """By place, see `PLACES`."""
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
        return {PLACES[place]: text for place, text in {"victim": VICTIM, "red": RED, **self.files}.items()}


def seen(by: Witness, name: str, *, also: str = "", **files: str) -> Forgery:
    return Forgery(name, by, files, also=tuple(also.split()))


def unseen(name: str, why: str, *, also: str = "", **files: str) -> Forgery:
    return Forgery(name, Witness.NOBODY, files, why, tuple(also.split()))
