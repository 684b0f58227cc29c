"""The words of a task and of paths, in forms that can be compared: `UserServices` and `user_service` share two."""

import re
from collections.abc import Iterator

from aurora.domain.value import Value

TEXT_CHARS = 20_000
MOST_TERMS = 14
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_PARTS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
_IDENTIFIER = re.compile(
    r"`([\w.$]{3,80})`|\b([a-z][a-z0-9]*(?:_[a-z0-9]+)+|_{1,2}[a-z]\w+|[A-Z]\w*[a-z]\w*[A-Z]\w*|[a-z]+[A-Z]\w*"
    r"|[A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+|\w+(?=\(\)))"
)
_PATH = re.compile(
    r"[\w@.-]*(?:/[\w@.\[\]-]+)+|[\w-]+\.(?:pyi?|[mc]?[jt]sx?|md|rst|toml|ya?ml|json|graphql|sql|html?)\b"
)
_ENDS = (("ies", "y"), ("sses", "ss"), ("ing", ""), ("ers", "er"), ("ed", ""), ("es", "e"), ("s", ""))
_COMMON = frozenset(
    """
    a an and are as at be but by can do does for from get has have if in into is it its may more must no not of on
    only or other our out over set should so such than that the their them then there these they this to up use used
    using was we when where which while who will with without you your add added adding fix fixed fixes bug issue
    make change changed new old value values name names return returns one two all any each every also now just like
    about after before between because instead allow allows support feat feature chore refactor update updates
    updated remove removed removes improve improved correct correctly wrong error errors raise raises default code
    file files function method class type types test tests string number int bool list dict none true false null
    http https com www org github pull request signed off co authored
    """.split()  # noqa: SIM905  a table of words, and no list of strings a line each
)


class SearchTerms(Value):
    """The names in a task."""

    stems: tuple[str, ...]
    """Stems of its words, in their order."""
    identifiers: tuple[str, ...]
    """Names as code spells them, in their order."""
    paths: tuple[str, ...]
    """Paths, ends of paths and file names."""
    about_tests: bool = False

    @property
    def pattern(self) -> str:
        """A regular expression that finds the names and the longest other words in code; empty for none."""
        return "|".join(rf"\b{re.escape(term)}" for term in self.terms)

    @property
    def terms(self) -> tuple[str, ...]:
        stems = sorted((s for s in self.stems if len(s) > 3), key=lambda s: (-len(s), s))
        names = [name.rpartition(".")[2] for name in self.identifiers]
        return tuple(dict.fromkeys([*names, *stems]))[:MOST_TERMS]


def search_terms(text: str) -> SearchTerms:
    text = text[:TEXT_CHARS]
    stems = [stem for word in _WORD.findall(text) for stem in stems_of(word)]
    names = [one or two for one, two in _IDENTIFIER.findall(text)]
    paths = [path.strip("./") for path in _PATH.findall(text)]
    return SearchTerms(
        stems=tuple(dict.fromkeys(stems))[:200],
        identifiers=tuple(dict.fromkeys(n for n in names if n.lower() not in _COMMON))[:40],
        paths=tuple(dict.fromkeys(p for p in paths if p))[:40],
        about_tests=re.search(r"(?i)\btests?\b", text) is not None,
    )


def stems_of(word: str) -> Iterator[str]:
    for part in _PARTS.findall(word):
        lower = part.lower()
        if len(lower) > 2 and lower not in _COMMON:
            yield stem(lower)


def stem(word: str) -> str:
    """The word without the endings of English inflection; a short word stays."""
    for end, instead in _ENDS:
        if word.endswith(end) and len(word) - len(end) >= 3:
            return word[: len(word) - len(end)] + instead
    return word
