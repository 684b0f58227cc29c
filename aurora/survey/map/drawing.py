"""A map drawn: the files nearest to the task, what the first of them define, and the tree, within a bound of bytes."""

from collections import Counter
from collections.abc import Mapping, Sequence

from aurora.labelled import on_a_line
from aurora.output import redact, reveal
from aurora.survey.map import folded, ranking
from aurora.survey.map.kinds import FileKind, kind_of, often_read
from aurora.survey.map.ranking import Hit
from aurora.survey.map.words import SearchTerms
from aurora.toolchains import registry

MAP_BYTES = 9_000
"""Bytes of the whole map: some 2,500 tokens."""
NEAREST_BYTES = 2_400
SIGNATURES_BYTES = 2_600
LEAST = 12
"""Files that are named first, where there are so many."""
READ = 8
"""Files whose definitions are told."""
OF_ONE_FILE = 30


def to_read(sought: SearchTerms, paths: Sequence[str], hits: Sequence[Hit]) -> tuple[str, ...]:
    """The files whose text the map needs."""
    near = _first(ranking.scores(sought, paths, hits))
    return tuple(path for path in near if kind_of(path) is FileKind.CODE)[:READ]


def drawn(sought: SearchTerms, paths: Sequence[str], hits: Sequence[Hit], texts: Mapping[str, str], hidden: int) -> str:
    """`paths`: what the task may see; `texts`: of `to_read`, by path; `hidden`: files that the policy hides."""
    scored = ranking.scores(sought, paths, hits)
    near = _nearest(_first(scored), texts)
    ends = "\n".join(_counted_only(paths) + _hidden(hidden))
    room = MAP_BYTES - len(near.encode()) - len(ends.encode()) - 120
    parts = (
        f"Nearest to the task, by names and words:\n{near}" if near else "",
        f"Folders (list_files shows all):\n{folded.tree(paths, scored, room)}",
        ends,
    )
    return "\n\n".join(filter(None, parts))


def _first(scored: Mapping[str, float]) -> list[str]:
    """The nearest files; where that is little, entry points, routes and other code follow."""
    near = ranking.nearest(scored)
    others = [path for path in scored if kind_of(path) is FileKind.CODE and path not in set(near)]
    others = [path for path in others if not path.endswith("__init__.py")]
    others.sort(key=lambda path: (-scored[path], not often_read(path), path.count("/"), path))
    return near + others[: max(0, LEAST - len(near))]


def _nearest(paths: Sequence[str], texts: Mapping[str, str]) -> str:
    lines: list[str] = []
    room, signature_room = NEAREST_BYTES, SIGNATURES_BYTES
    for path in paths:
        line = on_a_line(path)
        if (room := room - len(line.encode()) - 1) < 0:
            break
        lines.append(line)
        for defined in _defined(path, texts.get(path, "")):
            entry = f"  {reveal(redact(defined))}"
            if (cost := len(entry.encode()) + 1) > signature_room:
                break
            lines.append(entry)
            signature_room -= cost
    return "\n".join(lines)


def _defined(path: str, text: str) -> tuple[str, ...]:
    for language in registry.languages() if text else ():
        if found := language.signatures(path, text):
            return found[:OF_ONE_FILE]
    return ()


def _counted_only(paths: Sequence[str]) -> list[str]:
    counts = Counter(kind for path in paths if (kind := kind_of(path)).counted_only)
    said = [f"{counts[kind]} {kind.value}{'s' * (counts[kind] != 1)}" for kind in FileKind if counts[kind]]
    return [f"Not named: {', '.join(said)}."] if said else []


def _hidden(count: int) -> list[str]:
    return [f"{count} files are hidden by the context_window policy."] if count else []
