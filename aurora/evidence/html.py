"""The page as one HTML file: no script, nothing fetched, light and dark by the reader's setting, fit to be printed.

Every text is escaped, and what nobody would see is shown as an escape, so that a model's words are only words."""

from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from aurora.evidence.page import Block, Facts, Item, Items, LogText, Page, Said, Section, Table
from aurora.output import plain

STYLE = Path(__file__).with_name("page.css").read_text(encoding="utf-8")
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def html(page: Page) -> str:
    parts = [
        "<!doctype html>",
        '<html lang="en">',
        '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}"><meta name="referrer" content="no-referrer">',
        f"<title>{_text(page.title)}</title><style>{STYLE}</style></head>",
        f'<body><main><h1>{_text(page.title)}</h1><p class="verdict{" good" if page.good else ""}">'
        f"{_text(page.verdict)}</p>",
        *(part for section in page.sections for part in _section(section)),
        "</main></body></html>",
    ]
    return "\n".join(parts) + "\n"


def _section(section: Section) -> Iterator[str]:
    yield f"<section><h2>{_text(section.title)}</h2>"
    for block in section.blocks:
        yield from _block(block)
    yield "</section>"


def _block(block: Block) -> Iterator[str]:
    match block:
        case Facts(rows):
            pairs = "".join(f"<dt>{_text(name)}</dt><dd>{_text(text)}</dd>" for name, text in rows)
            yield f"<dl>{pairs}</dl>"
        case Items(items, title, more):
            if title:
                yield f"<h3>{_text(title)}</h3>"
            rest = f"<li>and {more} more</li>" if more else ""
            yield f"<ul>{''.join(f'<li>{_item(item)}</li>' for item in items)}{rest}</ul>"
        case Said(words, by):
            who = f"<footer>{_text(by)}</footer>" if by else ""
            yield f"<blockquote>{_text(words)}{who}</blockquote>"
        case Table(heads, rows, right):
            yield f'<div class="wide"><table><thead>{_row("th", heads, right)}</thead><tbody>'
            yield "".join(_row("td", row, right) for row in rows)
            yield "</tbody></table></div>"
        case LogText(title, text, whole):
            place = f"<p>All of it: <code>{_text(whole)}</code></p>" if whole else ""
            yield f"<details><summary>{_text(title)}</summary><pre>{_text(text)}</pre>{place}</details>"


def _item(item: Item) -> str:
    code = f"<code>{_text(item.code)}</code>" if item.code else ""
    return " ".join(part for part in (code, _text(item.text)) if part)


def _row(cell: str, texts: Sequence[str], right: Sequence[int]) -> str:
    cells = (f"<{cell}{' class=n' if n in right else ''}>{_text(text)}</{cell}>" for n, text in enumerate(texts))
    return f"<tr>{''.join(cells)}</tr>"


def _text(text: str) -> str:
    return escape(plain(text), quote=True)
