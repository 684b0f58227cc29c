"""A table that a document shows and a program writes, between two marks."""

from dataclasses import dataclass
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"


@dataclass(frozen=True)
class ShownTable:
    document: str
    """Its path below `docs`."""
    what: str
    """The text within the marks."""
    make: str
    """The target that writes it."""

    @property
    def path(self) -> Path:
        return DOCS / self.document

    def read(self) -> str:
        return self._parts()[1].strip("\n")

    def write(self, table: str) -> None:
        before, _, after = self._parts()
        self.path.write_text(f"{before}{self._begin}\n{table}\n{self._end}{after}", encoding="utf-8")

    def _parts(self) -> tuple[str, str, str]:
        """The text before, between and after the two marks."""
        before, _, rest = self.path.read_text(encoding="utf-8").partition(self._begin)
        between, _, after = rest.partition(self._end)
        return before, between, after

    @property
    def _begin(self) -> str:
        return f"<!-- {self.what}: begin, written by `make {self.make}` -->"

    @property
    def _end(self) -> str:
        return f"<!-- {self.what}: end -->"
