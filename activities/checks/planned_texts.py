"""The text of the files that the plan names, kept for those who begin a conversation and have no box.

Whole where it fits; else the planned symbols with what stands around them; where a plan names none, as it does when
only bodies change, the functions and classes of the file that its own words name. The rules of reading hold for it:
what aurora.yaml hides is left out, credentials and hidden characters are shown as in a tool's result.
"""

import re
from collections.abc import Sequence

from activities.checks.project_tools import ProjectTools
from aurora.domain.plan import Plan, PlannedFile
from aurora.domain.planned_texts import PlannedText, PlannedTexts
from aurora.domain.task import Draft
from aurora.errors import ToolRefusal
from aurora.ports import Box
from aurora.stored_values import keep
from aurora.tools.file_window import lines_of
from aurora.tools.path_policy import PathPolicy
from aurora.tools.paths import clean
from aurora.tools.result_text import clear
from aurora.tools.text_file import TextFile

WHOLE_CHARS = 12_000
"""Characters of one file that is shown whole."""
ALL_CHARS = 36_000
MOST = 12
"""Planned files that are read."""
AROUND, OF_ONE_SYMBOL = 3, 60
"""Lines before a symbol's first line, and from it on."""
SYMBOLS_CHARS = 6_000
_NAME = re.compile(r"[A-Za-z_$][\w$]*")
_KEYWORD = r"(?:def|class|function|const|let|var|interface|type|enum|async|static|get|set|public|private|protected)"
_DEFINED = rf"{_KEYWORD}\b"
_DEFINITION = re.compile(rf"\s*(?:export\s+|default\s+)*(?:{_KEYWORD}\s+)+([A-Za-z_$][\w$]*)")
SHORTEST_NAME, MOST_NAMED = 4, 8
"""Shortest name of a definition that a plan's words name: shorter ones are words like any other."""


async def with_texts(tools: ProjectTools, box: Box, draft: Draft, plan: Plan | None) -> Draft:
    """The draft with the planned files' texts at its commit; the same draft where there are none."""
    if plan is None:
        return draft
    policy, room = PathPolicy.of(tools.workspace), ALL_CHARS
    files: dict[str, PlannedText] = {}
    for planned in plan.files[:MOST]:
        shown = await _shown(box, policy, planned, plan.reasoning, min(room, WHOLE_CHARS))
        if shown is not None and len(shown.text) <= room:
            files[planned.path] = shown
            room -= len(shown.text)
    if not files:
        return draft
    return draft.with_planned_texts(await keep(tools.artifacts, PlannedTexts(commit=draft.commit, files=files)))


async def _shown(box: Box, policy: PathPolicy, planned: PlannedFile, reasoning: str, room: int) -> PlannedText | None:
    """None for what does not exist yet, is hidden, is no text or has nothing of what is planned."""
    try:
        path = clean(planned.path)
        if not policy.may_read(path):
            return None
        text = TextFile.of(path, await box.read(path)).text
        if len(text) <= room:
            return PlannedText(text=await clear(text))
        lines = lines_of(text)
        symbols = planned.symbols or defined_there(lines, f"{planned.purpose} {reasoning}")
        pieces = around(lines, symbols)
        return PlannedText(text=await clear(pieces), whole=False) if pieces else None
    except ToolRefusal:
        return None


def defined_there(lines: Sequence[str], words: str) -> list[str]:
    """The names among `words` that the file defines, in the order in which they are said, at most `MOST_NAMED`."""
    defined = {found[1] for line in lines if len(line) < 1_000 and (found := _DEFINITION.match(line))}
    named = dict.fromkeys(name for name in _NAME.findall(words) if len(name) >= SHORTEST_NAME and name in defined)
    return list(named)[:MOST_NAMED]


def around(lines: Sequence[str], symbols: Sequence[str]) -> str:
    """The places where symbols are defined, else first named, each with its line numbers before it."""
    spans: list[tuple[int, int]] = []
    for symbol in symbols:
        names = _NAME.findall(symbol)
        if (at := _place(lines, names)) is not None:
            spans.append((max(0, at - AROUND), min(len(lines), _end(lines, at))))
    shown: list[str] = []
    room = SYMBOLS_CHARS
    for first, last in _joined(spans):
        piece = f"[lines {first + 1} to {last} of {len(lines)}]\n" + "\n".join(lines[first:last])
        if len(piece) > room:
            break
        shown.append(piece)
        room -= len(piece)
    return "\n".join(shown)


def _place(lines: Sequence[str], names: Sequence[str]) -> int | None:
    for name in reversed(names):  # of `Users.create` the method, of `create_user(data)` what the plan spells last
        defined = re.compile(rf"^\s*(?:export\s+|default\s+)*{_DEFINED}.*?\b{re.escape(name)}\b")
        word = re.compile(rf"\b{re.escape(name)}\b")
        for pattern in (defined, word):
            found = next((at for at, line in enumerate(lines) if len(line) < 1_000 and pattern.search(line)), None)
            if found is not None:
                return found
    return None


def _end(lines: Sequence[str], at: int) -> int:
    """The end of the block that begins there, by its indentation."""
    depth = len(lines[at]) - len(lines[at].lstrip())
    for number in range(at + 1, min(len(lines), at + OF_ONE_SYMBOL)):
        line = lines[number]
        if line.strip() and len(line) - len(line.lstrip()) <= depth and line.strip()[0] not in ")]}":
            return number
    return at + OF_ONE_SYMBOL


def _joined(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return joined
