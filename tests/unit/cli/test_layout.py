"""The output for a person: lines that wrap between words below their own beginning, and nothing that steers the
terminal."""

import io

from rich.console import Console

from aurora.cli.layout import say, table


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


def test_a_table_without_heads_has_only_its_rows() -> None:
    console = terminal(80)
    table(console, (), [("a.py", "+12"), ("long.py", "+1")], right=(1,))
    assert shown(console) == ["a.py     +12", "long.py   +1"]
