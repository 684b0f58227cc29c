"""A frozen test that is said to contradict the specification: the report, the case that it makes, the verdict."""

import re
import unicodedata
from collections.abc import Iterable

from aurora.domain.value import Value
from aurora.text import fit

LEAST_WORDS = 3
LEAST_LETTERS = 8
TEST_BYTES = 300
CLAUSE_BYTES = 1_000
WHY_BYTES = 2_000
_QUOTES = "\"'`“”„«»‘’ \t\r\n."


class Reported(Value):
    """The report of a coder that something blocks it. All of it is the coder's words: data, verified by nobody yet."""

    kind: str = "contradiction"
    test: str = ""
    clause: str = ""
    why: str = ""

    @classmethod
    def of(cls, test: str, clause: str, why: str) -> "Reported":
        """The value within the size that may travel in a history; longer texts are cut, and say so."""
        return cls(test=fit(test, TEST_BYTES), clause=fit(clause, CLAUSE_BYTES), why=fit(why, WHY_BYTES))


class Contradiction(Value):
    """A report about one test, checked as far as that needs no model: what is judged, and then rewritten."""

    test: str
    """Its id without parameters."""
    path: str
    name: str
    """The id without its file."""
    clause: str
    place: str = ""
    """The place where the clause stands: `the task`, `an answer of the Architect`, the contract's path; empty for
    nowhere."""
    why: str
    """The coder's words."""
    before: str
    """Source text of the test."""
    rest: str = ""
    """Digest of the file without the test; empty where the whole file is the range."""


class Verdict(Value):
    """Structured output of judge_contradiction."""

    contradicts: bool
    clause: str
    """Clause as it stands in the task, an answer or the contract."""
    why: str


def place_of(clause: str, sources: Iterable[tuple[str, str]]) -> str:
    """The first of the (place, text) whose text has the clause; empty for none, and for a trivial fragment.

    White space is folded, case is not told apart. A clause begins and ends at a word's boundary."""
    wanted = _folded(clause.strip(_QUOTES))
    words = re.findall(r"\w+", wanted)
    if len(words) < LEAST_WORDS or sum(map(len, words)) < LEAST_LETTERS:
        return ""
    first, last = r"(?<!\w)" if wanted[0].isalnum() else "", r"(?!\w)" if wanted[-1].isalnum() else ""
    pattern = re.compile(first + re.escape(wanted) + last)
    return next((place for place, text in sources if pattern.search(_folded(text))), "")


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())
