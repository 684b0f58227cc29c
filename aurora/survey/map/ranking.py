"""The nearness of each file to a task: paths and names that the task says, words that path and text share with it."""

import math
import posixpath
import re
from collections import Counter
from collections.abc import Mapping, Sequence

from aurora.domain.value import Value
from aurora.survey.map.kinds import FileKind, kind_of, often_read
from aurora.survey.map.words import SearchTerms, stem, stems_of

MOST = 40
_WEIGHT = {FileKind.CODE: 1.0, FileKind.CONFIG: 0.6, FileKind.TEST: 0.5, FileKind.DOCUMENT: 0.4, FileKind.BACK: 0.25}
NAMED, IN_NAMED_FOLDER, DEFINED, OFTEN = 30.0, 5.0, 9.0, 0.8
IN_NAME, IN_FOLDER, IN_TEXT = 1.6, 0.7, 1.1
_DEFINES = r"(?:def|class|function|interface|type|enum|const|let|var|struct|func|fn|model)\s+"


class Hit(Value):
    """Lines of a file that hold what the task names."""

    path: str
    lines: tuple[str, ...]


def scores(sought: SearchTerms, paths: Sequence[str], hits: Sequence[Hit] = ()) -> dict[str, float]:
    """The scores by path; 0 for what the task says nothing of. Files that are only counted in a map have none."""
    kinds = {path: kind_of(path) for path in paths}
    named = [path for path in paths if not kinds[path].counted_only]
    stems = {path: _stems(path) for path in named}
    spread = Counter(s for names, folders in stems.values() for s in names | folders)
    wanted = [s for s in sought.stems if s in spread]
    rare = {s: math.log((len(named) + 1) / spread[s]) for s in wanted}
    found: dict[str, float] = {}
    for path in named:
        names, folders = stems[path]
        score = sum(rare[s] * (IN_NAME if s in names else IN_FOLDER) for s in wanted if s in names or s in folders)
        found[path] = score + max((_said(path, one) for one in sought.paths), default=0.0)
    for path, score in _in_texts(sought, hits, len(named)).items():
        if path in found:
            found[path] += score
    weighed = {
        path: score * (1.0 if kinds[path] is FileKind.TEST and sought.about_tests else _WEIGHT[kinds[path]])
        + (OFTEN if score and often_read(path) else 0.0)
        for path, score in found.items()
    }
    return _with_tests(weighed, kinds)


def nearest(scored: Mapping[str, float], most: int = MOST) -> list[str]:
    """The best first; what is far behind the best is left out."""
    order = sorted((path for path, score in scored.items() if score > 0), key=lambda path: (-scored[path], path))
    if not order:
        return []
    least = scored[order[0]] * 0.12
    return [path for path in order[:most] if scored[path] >= least]


def _stems(path: str) -> tuple[frozenset[str], frozenset[str]]:
    folder, name = posixpath.split(path)
    return frozenset(_words(name.partition(".")[0])), frozenset(_words(folder))


def _words(text: str) -> list[str]:
    return [s for word in re.findall(r"[A-Za-z0-9]+", text) for s in stems_of(word)]


def _said(path: str, said: str) -> float:
    """The score for a path in the task, its end, or a folder above it."""
    if path == said or path.endswith(f"/{said}"):
        return NAMED
    return IN_NAMED_FOLDER if f"/{said}/" in f"/{path}" and "/" in said else 0.0


def _in_texts(sought: SearchTerms, hits: Sequence[Hit], files: int) -> dict[str, float]:
    """Score files as a search engine does: what few files hold counts more than what many do, and the tenth time hardly
    more."""
    terms = sought.terms
    names = set(sought.identifiers) | {name.rpartition(".")[2] for name in sought.identifiers}
    counts: dict[str, dict[str, int]] = {}
    defined: dict[str, float] = {}
    for hit in hits:
        for line in hit.lines:
            low = line.lower()
            for term in terms:
                if term.lower() in low:
                    held = counts.setdefault(term, {})
                    held[hit.path] = held.get(hit.path, 0) + 1
                    if term in names and re.search(rf"{_DEFINES}{re.escape(term)}\b", line):
                        defined[hit.path] = DEFINED
    score: dict[str, float] = dict(defined)
    for term, held in counts.items():
        rare = math.log((files + 1) / (len(held) + 0.5))
        weight = 2.0 if term in names else IN_TEXT if stem(term) == term else 1.0
        for path, count in held.items():
            score[path] = score.get(path, 0.0) + weight * max(0.0, rare) * count / (count + 1.5) * 0.6
    return score


def _with_tests(scored: dict[str, float], kinds: Mapping[str, FileKind]) -> dict[str, float]:
    """The tests of a file that is near are near, too."""
    by_name: dict[str, list[str]] = {}
    for path in scored:
        if kinds[path] is FileKind.TEST:
            by_name.setdefault(_of_test(path), []).append(path)
    for path in nearest({p: s for p, s in scored.items() if kinds[p] is FileKind.CODE}, 15):
        stem_name = posixpath.basename(path).partition(".")[0].lower()
        for test in by_name.get(stem_name, ())[:5]:
            scored[test] = max(scored[test], 0.7 * scored[path])
    return scored


def _of_test(path: str) -> str:
    name = posixpath.basename(path).partition(".")[0].lower()
    return name.removeprefix("test_").removesuffix("_test").removeprefix("test-").removesuffix("-test")
