"""Files read, listed and searched for the model, of the draft and of what is installed beside it."""

import difflib
import posixpath
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from aurora.errors import ToolRefusal
from aurora.labelled import labelled, on_a_line
from aurora.output import redact, redact_line, reveal
from aurora.ports import Box, FileEntry, Found, Match
from aurora.text import clip
from aurora.tools import installed, search_ranking
from aurora.tools.file_window import LABEL_CHARS, fitting, window
from aurora.tools.listing import listed
from aurora.tools.path_policy import PathPolicy
from aurora.tools.paths import clean
from aurora.tools.result_text import RESULT_CHARS
from aurora.tools.search_ranking import SHOWN_CHARS
from aurora.tools.text_file import TextFile

SEARCHED = 5_000
"""Matches that are told by the sandbox; all are counted."""
OF_ONE_FILE = 200
SIMILAR = 5

Input = dict[str, Any]


@dataclass(frozen=True)
class FileReading:
    box: Box
    policy: PathPolicy

    async def read(self, given: Input) -> str:
        path = installed.in_repository(str(given["path"]))
        content, path = await self._content(path)
        file = TextFile.of(path, content)
        numbered = given.get("line_numbers") is True
        first, last = given.get("start_line") or 1, given.get("end_line") or 0
        return window(path, file.text, first, last, RESULT_CHARS, numbered=numbered, note=file.note)

    async def list(self, given: Input) -> str:
        entries, hidden = await self._chosen(installed.in_repository(str(given.get("glob") or "**")))
        lines = (f"{on_one_line(e.path)}  {e.size}" for e in entries)
        text = _first(lines, len(entries), "files; narrow the glob") or "No visible file matches."
        return text + (f"\n({hidden} files are hidden by the context_window policy.)" if hidden else "")

    async def search(self, given: Input) -> str:
        pattern, glob = str(given["pattern"]), installed.in_repository(str(given.get("glob") or "**"))
        entries, hidden = await self._chosen(glob)
        paths = [e.path for e in entries if e.kind == "file"]
        outside = installed.is_installed(glob) and not await self._in_draft(paths)
        found = await self.box.search(pattern, paths, limit=SEARCHED, per_file=OF_ONE_FILE, installed=outside)
        about_tests = "test" in pattern.lower() or "test" in glob.lower() or "spec" in glob.lower()
        order = search_ranking.ranked(found, is_test=self.policy.is_test, about_tests=about_tests)
        return _rendered(found, order.shown, hidden)

    async def _content(self, path: str) -> tuple[bytes, str]:
        """The file's bytes, and its path as it is called here."""
        if installed.is_installed(path) and not await self._in_draft([path]):
            try:
                entries = await self.box.installed(path)
            except ToolRefusal as refusal:
                raise await self._better(refusal, path) from None
            if entries[0].kind != "file":
                raise ToolRefusal(f"{path!r} is a folder: list_files with the glob `{path.rstrip('/')}/*` shows it.")
            if self.policy.excludes(entries[0].path):
                raise ToolRefusal(_hidden(entries[0].path))
            return await self.box.read_installed(path), entries[0].path
        path = clean(path)
        if not self.policy.may_read(path):
            raise ToolRefusal(_hidden(path))
        try:
            return await self.box.read(path), path
        except ToolRefusal as refusal:
            if "there is no" not in str(refusal):
                raise
            raise await self._better(refusal, path) from None

    async def _better(self, refusal: ToolRefusal, path: str) -> ToolRefusal:
        """The refusal of a path that does not exist, with files that may be meant."""
        near = self._similar(path, await self.box.files())
        return ToolRefusal(f"{refusal}; did you mean {near}?") if near else refusal

    async def _chosen(self, glob: str) -> tuple[Sequence[FileEntry], int]:
        """The files that a glob names, and how many the policy hides."""
        entries = await self.box.files()
        found = await listed(self.policy, [e.path for e in entries], glob)
        hidden = found.hidden
        if not found.paths and installed.is_installed(glob):
            entries, glob = await installed.matching(self.box, glob)
            found = await listed(self.policy, [e.path for e in entries], glob, installed=True)
            hidden = found.hidden
        wanted = set(found.paths)
        return [e for e in entries if e.path in wanted], hidden

    async def _in_draft(self, paths: Sequence[str]) -> bool:
        there = {entry.path for entry in await self.box.files()}
        return any(path in there for path in paths)

    def _similar(self, path: str, entries: Sequence[FileEntry]) -> str:
        """Visible files with the same name, or nearly."""
        visible, _ = self.policy.visible([entry.path for entry in entries])
        name = posixpath.basename(path)
        same = [one for one in visible if posixpath.basename(one) == name]
        if not same:
            near = set(difflib.get_close_matches(name, {posixpath.basename(one) for one in visible[:20_000]}, 3, 0.8))
            same = [one for one in visible if posixpath.basename(one) in near]
        same.sort(key=lambda one: -len(posixpath.commonprefix([one[::-1], path[::-1]])))
        return ", ".join(map(on_a_line, same[:SIMILAR]))


def _rendered(found: Found, order: Sequence[Match], hidden: int) -> str:
    ends = search_ranking.skipped(found)
    if hidden:
        ends.append(f"({hidden} files are hidden by the context_window policy and were not searched.)")
    if not order:
        return "\n".join(["No match.", *ends])
    room = RESULT_CHARS - sum(len(line) + 1 for line in ends) - 1_200 - LABEL_CHARS
    lines: list[str] = []
    for match in order:
        lines.append(_matched(match))
        room -= len(lines[-1]) + 1
        if room < 0:
            lines.pop()
            break
    rest = search_ranking.left_out(found, order[: len(lines)])
    return "\n".join([labelled("\n".join(lines)), *filter(None, [search_ranking.summed_up(found, rest)]), *ends])


def _matched(match: Match) -> str:
    # first without secrets, then cut: half of one is not known for what it is
    text = reveal(redact_line(match.text))
    if len(text) > SHOWN_CHARS and match.start > SHOWN_CHARS - 40:
        text = f"…{text[match.start - SHOWN_CHARS // 2 :]}"
    return f"{on_one_line(match.path)}:{match.line}: {clip(text, SHOWN_CHARS)}"


def _hidden(path: str) -> str:
    return (
        f"{path!r} is hidden: it is outside what aurora.yaml lets this task read (context_window), whether or not it "
        "exists. list_files shows what is visible."
    )


def _first(lines: Iterable[str], count: int, what: str) -> str:
    """As many whole lines as fit, and how many of them did not; no more is made than is looked at."""
    enough: list[str] = []
    room = RESULT_CHARS
    for line in lines:
        enough.append(line)
        room -= len(line) + 1
        if room < 0:
            break
    kept = enough[: fitting(enough, RESULT_CHARS - 300 - LABEL_CHARS)]
    left = count - len(kept)
    return labelled("\n".join(kept)) + (f"\n[… {left} more {what} …]" if left else "")


def on_one_line(path: str) -> str:
    return redact(reveal(path).replace("\n", "\\n").replace("\r", "\\r"))
