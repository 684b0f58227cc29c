"""What a person sees: lines that wrap between words below their own beginning, and nothing that steers the terminal."""

import io

from rich.console import Console

from aurora.cli.layout import say, table
from aurora.cli.lines import line_of
from aurora.client.events import Event


def terminal(width: int) -> Console:
    return Console(file=io.StringIO(), force_terminal=True, color_system=None, width=width, soft_wrap=True)


def shown(console: Console) -> list[str]:
    assert isinstance(console.file, io.StringIO)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


def test_a_long_line_of_a_terminal_breaks_between_words_and_goes_on_below_its_text() -> None:
    console = terminal(50)
    say(console, ["08:50:18  check_context 2  one question: what happens then"], hang=10)
    assert shown(console) == ["08:50:18  check_context 2  one question:", "          what happens then"]


def test_an_escape_sequence_is_shown_and_not_obeyed() -> None:
    console = terminal(80)
    say(console, ["see \x1b]0;owned\x07 and \x1b[2J"])
    table(console, ("title",), [("a\x1b[1A",)])
    assert shown(console) == ["see ⟦U+001B⟧]0;owned⟦U+0007⟧ and ⟦U+001B⟧[2J", "title", "a⟦U+001B⟧[1A"]


def event_of(activity: str, text: str) -> Event:
    return Event(at=0, kind="did", what="fix_code 2", text=text, activity=activity)


def test_what_the_tools_did_stands_under_what_was_asked_and_an_end_is_told_once() -> None:
    line = line_of(event_of("use_tools", "run_pytest: 9 passed → 57ad377f"))
    assert line is not None
    assert line.endswith("  ↳ run_pytest: 9 passed → 57ad377f")
    assert line_of(event_of("fix_code", "asks finish It is done.")) is not None
    assert line_of(event_of("use_tools", "finish It is done.")) is None
