"""The documents that a task's text names: a README, an ADR, a design note. A brief shows them without a turn spent.

Only prose: a source file changes while the task is worked on, and the contract has a section of its own.
"""

import re
from collections.abc import Awaitable, Callable, Sequence

from aurora.domain.value import Value
from aurora.domain.workspace import NamedDocument
from aurora.output import cut, redact, reveal

MOST = 4
DOCUMENT_CHARS = 20_000
ALL_CHARS = 40_000
SMALLEST = 500
"""Characters of a document below which a piece of it says nothing."""
JOURNAL_CHARS = 3_000
"""Characters of a journal of releases, which is named to be added to and grows with every release: its beginning shows
the form and what is unreleased."""
_JOURNAL = re.compile(r"(changelog|changes|history|news|releases?|release[-_]?notes)(\.\w+)?", re.I)
_PROSE = re.compile(r"\.(md|mdx|markdown|rst|adoc|asciidoc|txt|org)$", re.I)
_WELL_KNOWN = re.compile(r"(readme|contributing|changelog|changes|history|architecture|security|style|agents)", re.I)
_NO_PROSE = re.compile(
    r"(^|/)(requirements|constraints)[^/]*\.txt$|(^|/)requirements/|^(robots|humans|llms)\.txt$", re.I
)
_WORD = re.compile(r"[\w@.][\w@./-]*")
_RECORD = re.compile(r"\b(adr|rfc)s?[\s#_-]*0*([0-9]{1,5})\b", re.I)
_RECORD_FOLDERS = {"adr": ("adr", "adrs", "decisions", "decision-records"), "rfc": ("rfc", "rfcs")}
_TEXT = 200_000
"""Characters of a task that are looked at."""


class Shown(Value):
    documents: tuple[NamedDocument, ...] = ()
    warnings: tuple[str, ...] = ()


def find(text: str, paths: Sequence[str]) -> list[str]:
    """Paths of the documents that a text names, in the order of their first mention, at most `MOST`.

    A path or the end of one, a file name, a well-known name in capitals (`README`), or the number of a decision record
    (`ADR 12`). A name that several files have means the one nearest to the root, and none where that is not one."""
    words = [
        (word.start(), word[0].rstrip(".-/").removeprefix("./"))
        for word in _WORD.finditer(text[:_TEXT])
        if "://" not in (text[word.end() : word.end() + 3], text[max(0, word.start() - 3) : word.start()])
    ]
    by_name = _by_name({word.rpartition("/")[2].casefold() for _, word in words}, paths)
    found = [(at, path) for at, word in words if (path := _named(word, by_name))]
    records = [*_RECORD.finditer(text[:_TEXT])]
    prose = [path for path in paths if _is_prose(path)] if records else []
    found += [
        (record.start(), path) for record in records if (path := _record(record[1].lower(), int(record[2]), prose))
    ]
    return list(dict.fromkeys(path for _, path in sorted(found)))[:MOST]


async def read(
    named: Sequence[str],
    text: Callable[[str], Awaitable[str | None]],
    store: Callable[[bytes], Awaitable[str]],
) -> Shown:
    """The documents as a model may see them: cut, redacted, kept as artifacts. `text`: none for what is no text."""
    documents, warnings, room = [], [], ALL_CHARS
    for path in named:
        content = await text(path)
        if content is None:
            warnings.append(f"{path}, which the task names, can't be shown: it is too large or not text in UTF-8")
            continue
        if room < SMALLEST:
            warnings.append(f"{path}, which the task names, is not shown: the others before it are long")
            continue
        shown = _shown(path, reveal(redact(content.removeprefix("\ufeff"))), room)
        if not shown.strip():
            continue
        room -= len(shown)
        documents.append(NamedDocument(path=path, digest=await store(shown.encode("utf-8", "replace"))))
    return Shown(documents=tuple(documents), warnings=tuple(warnings))


def _shown(path: str, text: str, room: int) -> str:
    if not _JOURNAL.fullmatch(path.rpartition("/")[2]) or len(text) <= JOURNAL_CHARS:
        return cut(text, min(room, DOCUMENT_CHARS))
    head = text[: min(room, JOURNAL_CHARS)]
    head = head[: head.rfind("\n") + 1] or head
    return f"{head}[… {text.count(chr(10), len(head))} more lines …]\n"


def _by_name(names: set[str], paths: Sequence[str]) -> dict[str, list[str]]:
    """The documents that have one of the names, or a well-known one without its suffix. A commit may hold 250,000
    paths: only those of a name that is asked for are looked at."""
    found: dict[str, list[str]] = {}
    for path in paths:
        name = path.rpartition("/")[2].casefold()
        stem = name.partition(".")[0]
        if (name in names or stem in names) and _is_prose(path):
            for one in dict.fromkeys((name, *([stem] if _WELL_KNOWN.fullmatch(stem) else []))):
                found.setdefault(one, []).append(path)
    return found


def _is_prose(path: str) -> bool:
    name = path.rpartition("/")[2]
    if _NO_PROSE.search(path):
        return False
    return bool(_PROSE.search(name) or _WELL_KNOWN.fullmatch(name))


def _named(word: str, by_name: dict[str, list[str]]) -> str:
    """The document a word means; empty for a word like any other."""
    name = word.rpartition("/")[2]
    there = by_name.get(name.casefold(), [])
    if "." not in name:
        well_known = "/" not in word and word.isupper() and _WELL_KNOWN.fullmatch(word)
        return _nearest(there) if well_known else ""
    return _nearest([path for path in there if f"/{path.casefold()}".endswith(f"/{word.casefold()}")])


def _record(kind: str, number: int, prose: Sequence[str]) -> str:
    numbered = re.compile(rf"(?:{kind}[-_ ]?)?0*{number}(?![0-9])[-_. ].*", re.I)
    folders = _RECORD_FOLDERS[kind]
    fitting = []
    for path in prose:
        *above, name = path.casefold().split("/")
        if numbered.fullmatch(name) and (name.startswith(kind) or any(folder in folders for folder in above)):
            fitting.append(path)
    return _nearest(fitting)


def _nearest(paths: Sequence[str]) -> str:
    """The one with the fewest folders above it, where that is one alone."""
    if not paths:
        return ""
    depth = min(path.count("/") for path in paths)
    nearest = [path for path in paths if path.count("/") == depth]
    return nearest[0] if len(nearest) == 1 else ""
