"""The map of a repository for one task: its tree is searched in the sandbox, ranked and drawn in a child."""

from collections.abc import Sequence
from contextlib import suppress

from aurora import bounded
from aurora.encodings import encoding_of
from aurora.errors import ToolRefusal
from aurora.ports import Box
from aurora.survey.map import drawing, words
from aurora.survey.map.kinds import FileKind, kind_of
from aurora.survey.map.ranking import Hit

ABOUT = "the map of the repository"
SEARCHED, MATCHES, OF_ONE_FILE = 20_000, 6_000, 12
"""Files that are searched, and matches that are told."""
TEXT_BYTES = 400_000
_SEARCHED = (FileKind.CODE, FileKind.TEST, FileKind.CONFIG)


async def taken(task: str, paths: Sequence[str], hidden: int, box: Box) -> str:
    """The map's text: a function of the task's words and the tree. `paths`: what the task may see."""
    sought = words.search_terms(task)
    hits = await _found(sought.pattern, paths, box)
    wanted = await bounded.call(drawing.to_read, sought, tuple(paths), hits, about=ABOUT)
    texts = {path: text for path in wanted if (text := await _text(path, box))}
    return await bounded.call(drawing.drawn, sought, tuple(paths), hits, texts, hidden, about=ABOUT)


async def _found(pattern: str, paths: Sequence[str], box: Box) -> tuple[Hit, ...]:
    searched = [path for path in paths if kind_of(path) in _SEARCHED][:SEARCHED]
    if not pattern or not searched:
        return ()
    lines: dict[str, list[str]] = {}
    with suppress(ToolRefusal):  # one that takes too long: paths alone rank then
        found = await box.search(f"(?i:{pattern})", searched, limit=MATCHES, per_file=OF_ONE_FILE)
        for match in found.matches:
            lines.setdefault(match.path, []).append(match.text[:300])
    return tuple(Hit(path=path, lines=tuple(of_one)) for path, of_one in sorted(lines.items()))


async def _text(path: str, box: Box) -> str:
    try:
        content = await box.read(path)
        encoding = encoding_of(path, content) if len(content) <= TEXT_BYTES else None
        return encoding.decode(content) if encoding else ""
    except ToolRefusal:
        return ""
