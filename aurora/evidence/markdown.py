"""The page as Markdown for a pull request, in GitHub's flavour: nothing that was said becomes markup, a mention, a
reference, or a word that closes an issue.

Such a text may end as a commit's message too, when the request is merged as one commit: so what would speak there is
broken up in the source as well as on the page."""

import re
from collections.abc import Iterator, Sequence

from aurora.evidence.page import Block, Facts, Item, Items, LogText, Page, Said, Section, Table
from aurora.output import plain
from aurora.text import clip

MOST_CHARS = 60_000
"""GitHub takes 65,536 characters in a request's description."""
LOG_CHARS = 4_000
_SPEAKING = re.compile(
    r"(?:https?|ftp|ssh|git)://\S+|www\.\S+|(?<![\w/])[\w.+-]+@[\w-]+(?:\.[\w-]+)+|@[\w-]+(?:/[\w-]+)?"
    r"|(?:[\w.-]+(?:/[\w.-]+)?)?[#!]\d+|\bGH-\d+|\b[0-9a-f]{7,64}\b|#\w+|(?<!:):[a-z][\w+-]*:(?!:)",
    re.I,
)
"""Characters that a forge turns into a link, a mention or a picture: shown in the letters of code, which it leaves
alone."""
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ,;?/%'\"=")


def markdown(page: Page) -> str:
    """At most 60,000 characters; logs go first where that is not enough."""
    whole = _written(page, logs=True)
    if len(whole) > MOST_CHARS:
        whole = _written(page, logs=False)
    if len(whole) <= MOST_CHARS:
        return whole
    head = whole[:MOST_CHARS].rpartition("\n\n")[0]
    left_open = head.count("<details>") - head.count("</details>")
    return head + "\n\nThe rest is left out.\n" + "\n</details>\n" * left_open


def _written(page: Page, *, logs: bool) -> str:
    parts = [f"## {said(page.title)}", f"**{said(page.verdict)}**"]
    for section in page.sections:
        parts += _section(section, logs)
    return "\n\n".join(parts) + "\n"


def _section(section: Section, logs: bool) -> Iterator[str]:
    folded = section.title in ("How it got there", "To find it again", "Noticed and left alone")
    yield f"<details><summary><b>{said(section.title)}</b></summary>" if folded else f"### {said(section.title)}"
    for block in section.blocks:
        if logs or not isinstance(block, LogText):
            yield from _block(block)
    if folded:
        yield "</details>"


def _block(block: Block) -> Iterator[str]:
    match block:
        case Facts(rows):
            yield "\n".join(f"- **{said(name)}**: {said(text)}" for name, text in rows)
        case Items(items, title, more):
            if title:
                yield f"**{said(title)}**"
            lines = [f"- {_item(item)}" for item in items] + ([f"- and {more} more"] if more else [])
            yield "\n".join(lines)
        case Said(words, by):
            lines = [f"> {said(line)}" if line.strip() else ">" for line in plain(words).split("\n")]
            yield "\n".join([*lines, *([">", f"> <sub>{said(by)}</sub>"] if by else [])])
        case Table(heads, rows, right):
            rule = [("---:" if n in right else "---") for n in range(len(heads))]
            yield "\n".join([_row(heads), f"| {' | '.join(rule)} |", *(_row(row) for row in rows)])
        case LogText(title, text, whole):
            place = f"\n\nAll of it: {code(whole)}" if whole else ""
            shown = encoded(plain(clip(text, LOG_CHARS)), keep="\n")
            yield f"<details><summary>{said(title)}</summary>\n\n<pre>\n{shown}\n</pre>{place}\n\n</details>"


def _item(item: Item) -> str:
    return " ".join(part for part in (code(item.code), said(item.text)) if part)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(said(cell) for cell in cells)} |"


def said(text: str) -> str:
    """Words in one line, none of them markup."""
    text = " ".join(plain(text).split())
    parts, at = [], 0
    for found in _SPEAKING.finditer(text):
        parts += [encoded(text[at : found.start()]), code(found[0])]
        at = found.end()
    return "".join((*parts, encoded(text[at:])))


def code(text: str) -> str:
    """The text in the letters of code; nothing for nothing."""
    return f"<code>{encoded(' '.join(plain(text).split()))}</code>" if text else ""


def encoded(text: str, keep: str = "") -> str:
    """Signs as numbers: a reference in numbers is never structure, and no source of it reads as a command."""
    return "".join(c if c in _PLAIN or c in keep or c > "\x7f" else f"&#{ord(c)};" for c in text)
