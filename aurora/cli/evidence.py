"""aurora evidence: what proves a commit, at the terminal, as JSON, as one HTML file, or for a pull request."""

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.console import Console

from aurora.cli.documents import LogDocument
from aurora.cli.ending import OK, err, out, perform
from aurora.cli.layout import say, table
from aurora.cli.opened import opened
from aurora.cli.options import TaskId
from aurora.domain.evidence import Evidence
from aurora.errors import Refusal, RefusalCode
from aurora.evidence.html import html
from aurora.evidence.markdown import markdown
from aurora.evidence.page import Block, Facts, Items, LogText, Page, Said, Section, Table
from aurora.evidence.sections import page
from aurora.output import reveal

LOG_LINES = 5


class LogName(StrEnum):
    RED = "red"
    GREEN = "green"


class Form(StrEnum):
    TERMINAL = "terminal"
    JSON = "json"
    HTML = "html"
    MARKDOWN = "markdown"


_SUFFIXES = {".json": Form.JSON, ".html": Form.HTML, ".htm": Form.HTML, ".md": Form.MARKDOWN}


def register(app: typer.Typer) -> None:
    app.command()(evidence)


def evidence(
    task_id: TaskId,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    as_html: Annotated[bool, typer.Option("--html", help="As one self-contained HTML file.")] = False,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="As Markdown for a pull request.")] = False,
    part: Annotated[int, typer.Option("--part", help="Of a plan in parts: this part's own commit.")] = 0,
    log: Annotated[
        LogName | None,
        typer.Option("--log", help="A whole test log: red (before) or green (after)."),
    ] = None,
    to: Annotated[
        Path | None,
        typer.Option("--out", help="File to write; its suffix (.html, .md, .json) chooses the format."),
    ] = None,
) -> None:
    """Show what proves a commit: the task, the plan, failing and passing tests, checks, cost. A two-minute read."""

    async def work() -> int:
        form = _form(as_json, as_html, as_markdown, to)
        if log is not None and (as_html or as_markdown):
            raise Refusal("a log has no such form", "leave --html and --markdown out; --json gives it as JSON")
        desk = await opened()
        content = await desk.evidence(task_id, part)
        if log is not None:
            read = _read(content)
            kept = read.red_log if log is LogName.RED else read.green_log
            if kept.whole is None:
                what, hint = f"task {task_id!r} has no {log.value} log", "`--json` shows what it has"
                raise Refusal(what, hint, code=RefusalCode.NOT_FOUND, task_id=task_id)
            text = await desk.artifact(task_id, kept.whole)
            if as_json:
                text = LogDocument(task_id=task_id, name=log.value, text=text).model_dump_json(indent=2)
        elif form is Form.JSON:
            text = content
        else:
            shown = page(_read(content), f"aurora evidence {task_id} --log")
            if form is Form.TERMINAL:
                print_page(out, shown)
                return OK
            text = html(shown) if form is Form.HTML else markdown(shown)
        if to is None:
            out.out(reveal(text) if out.is_terminal else text, end="" if text.endswith("\n") else "\n", highlight=False)
        else:
            _write(to, text)
            say(err, [f"written to {to}"])
        return OK

    perform(work, as_json=as_json)


def _form(as_json: bool, as_html: bool, as_markdown: bool, to: Path | None) -> Form:
    chosen = [
        form for form, asked in ((Form.JSON, as_json), (Form.HTML, as_html), (Form.MARKDOWN, as_markdown)) if asked
    ]
    if len(chosen) > 1:
        raise Refusal(f"choose one format, not {' and '.join(chosen)}", "leave out all but one")
    if chosen or to is None:
        return chosen[0] if chosen else Form.TERMINAL
    if to.suffix.lower() not in _SUFFIXES:
        raise Refusal(f"the suffix of {str(to)!r} names no format", "use .html, .md or .json, or name the format")
    return _SUFFIXES[to.suffix.lower()]


def _read(content: str) -> Evidence:
    try:
        return Evidence.model_validate_json(content)
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"]) or "the whole"
        raise Refusal(
            f"the evidence can't be read: this version does not understand {where}", "`--json` prints it unchanged"
        ) from None


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Refusal(f"can't write {str(path)!r}: {error.strerror}", "choose another file") from None


def print_page(console: Console, shown: Page) -> None:
    say(console, [shown.title], style="bold")
    say(console, [shown.verdict], style="green" if shown.good else "yellow")
    for section in shown.sections:
        console.print()
        say(console, [section.title], style="bold cyan")
        _print_section(console, section)


def _print_section(console: Console, section: Section) -> None:
    for block in section.blocks:
        if isinstance(block, Table):
            table(console, block.heads, block.rows, right=block.right, indent=2)
        elif isinstance(block, LogText):
            _print_log(console, block)
        else:
            say(console, _lines(block), indent=2, hang=2)


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Facts(rows):
            yield from (f"{name}: {' '.join(text.split())}" for name, text in rows)
        case Items(items, title, more):
            if title:
                yield f"{title}:"
            indent = "  " if title else ""
            yield from (f"{indent}- {'  '.join(filter(None, (i.code, ' '.join(i.text.split()))))}" for i in items)
            if more:
                yield f"{indent}- and {more} more"
        case Said(text, by):
            yield from (f"| {line}" for line in text.splitlines())
            if by:
                yield f"| ({by})"
        case _:
            return


def _print_log(console: Console, log: LogText) -> None:
    """The end of it: a runner says there how it went."""
    lines = [line for line in log.text.splitlines() if line.strip()]
    whole = f"; all of it: {log.whole}" if log.whole else ""
    say(console, [f"{log.title}, its last lines{whole}"], indent=2, hang=2)
    say(console, [f"| {line}" for line in lines[-LOG_LINES:]], indent=4, hang=2, style="dim")
