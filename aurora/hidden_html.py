"""HTML in a text of others that a reader of the rendered page does not see: comments, hidden elements, and the link
definitions that Markdown uses for comments. A model reads it all the same, and is told that people don't see it."""

import re
from collections.abc import Iterator

OPENS, CLOSES = "⟦a reader does not see:⟧", "⟦/not seen⟧"
MOST = 200
"""Places that are marked; the first ones."""
_ELEMENT_CHARS = 20_000
"""Characters behind a hidden element's tag, in which its end is looked for."""
_TAG = re.compile(r"<([a-zA-Z][\w-]{0,30})\b([^<>]{1,1000})>")
_HIDES = re.compile(
    r"(?i)(?:display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0(?![.\d])|font-size\s*:\s*0(?![.\d])"
    r"|(?:^|[\s\"';])(?:height|width)\s*:\s*0(?![.\d])|(?:^|\s)hidden(?=$|[\s=/]))"
)
_COMMENT_LINK = re.compile(r"(?m)^[ ]{0,3}\[(?://|comment|_)\]:[^\n]{1,2000}$", re.IGNORECASE)


def marked(text: str) -> str:
    """`text` with what is hidden between two marks; nothing is taken out."""
    parts, at = [], 0
    for start, stop in spans(text):
        parts += [text[at:start], OPENS, text[start:stop], CLOSES]
        at = stop
    return "".join((*parts, text[at:])) if parts else text


def lines(text: str) -> tuple[int, ...]:
    """The first line of each hidden place, from 1."""
    return tuple(dict.fromkeys(text.count("\n", 0, start) + 1 for start, _ in spans(text)))


def spans(text: str) -> list[tuple[int, int]]:
    """The place where something is hidden, in order and apart, at most `MOST`."""
    if "<" not in text and "]:" not in text:
        return []
    apart: list[tuple[int, int]] = []
    for start, stop in sorted((*_comments(text), *_elements(text), *(m.span() for m in _COMMENT_LINK.finditer(text)))):
        if apart and start < apart[-1][1]:
            apart[-1] = (apart[-1][0], max(stop, apart[-1][1]))
        else:
            apart.append((start, stop))
    return apart[:MOST]


def _comments(text: str) -> Iterator[tuple[int, int]]:
    at = text.find("<!--")
    while at >= 0:
        end = text.find("-->", at + 4)
        stop = len(text) if end < 0 else end + 3
        yield at, stop
        at = text.find("<!--", stop)


def _elements(text: str) -> Iterator[tuple[int, int]]:
    for number, tag in enumerate(_TAG.finditer(text)):
        if number > 20_000:
            return
        if _HIDES.search(tag[2]):
            closing = re.compile(rf"(?i)</{tag[1]}\s*>").search(text, tag.end(), tag.end() + _ELEMENT_CHARS)
            yield tag.start(), closing.end() if closing else tag.end()
