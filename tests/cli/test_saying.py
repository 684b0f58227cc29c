"""What a person sees: lines that wrap between words below their own beginning, and nothing that steers the terminal."""

import io

import pytest
from rich.console import Console

from aurora.cli.lines import line_of, money, question_lines
from aurora.cli.saying import say
from aurora.cli.watching import slipped
from aurora.domain import Question, QuestionKind, Step
from aurora.following import Event


def terminal(width: int) -> Console:
    return Console(file=io.StringIO(), force_terminal=True, color_system=None, width=width, soft_wrap=True)


def shown(console: Console) -> list[str]:
    assert isinstance(console.file, io.StringIO)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


def test_a_long_line_of_a_terminal_breaks_between_words_and_goes_on_below_its_text() -> None:
    console = terminal(30)
    say("08:50:18  check_context 2  one question: what happens then", console=console)
    assert shown(console) == ["08:50:18  check_context 2  one", "          question: what", "          happens then"]


def test_an_options_second_line_stands_below_its_first() -> None:
    console = terminal(26)
    say("   1. 409 Conflict, compared exactly", console=console)
    assert shown(console) == ["   1. 409 Conflict,", "      compared exactly"]


def test_in_a_pipe_a_line_stays_one_line() -> None:
    console = Console(file=io.StringIO(), width=20, soft_wrap=True)
    say("08:50:18  a line far longer than twenty characters", console=console)
    assert shown(console) == ["08:50:18  a line far longer than twenty characters"]


def test_an_escape_sequence_is_shown_and_not_obeyed() -> None:
    console = terminal(80)
    say("see \x1b]0;owned\x07 and \x1b[2J", console=console)
    assert shown(console) == ["see \\u001b]0;owned\\u0007 and \\u001b[2J"]


def test_a_question_of_the_model_can_not_steer_the_terminal() -> None:
    asked = Question(
        id="q1",
        kind=QuestionKind.DECISION,
        text="which\x1b[2J?",
        options=("a\x1b[1A",),
        step=Step.WRITE_CODE,
        asked_at=1,
    )
    assert not any("\x1b" in line for line in question_lines(asked))


@pytest.mark.parametrize(("typed", "slip"), [("2", False), ("3", True), ("0", True), ("409", False), ("two", False)])
def test_a_number_that_is_no_options_is_asked_again_and_a_status_code_is_an_answer(typed: str, slip: bool) -> None:
    asked = Question(
        id="q1", kind=QuestionKind.DECISION, text="Which?", options=("201", "200"), step=Step.WRITE_CODE, asked_at=1
    )
    assert slipped(asked, typed) is slip


def told(activity: str, text: str) -> Event:
    return Event(at=0, kind="did", what="fix_code 2", text=text, activity=activity)


def test_what_the_tools_did_stands_under_what_was_asked_and_an_end_is_told_once() -> None:
    line = line_of(told("use_tools", "run_pytest: 9 passed → 57ad377f"))
    assert line is not None
    assert line.endswith("  ↳ run_pytest: 9 passed → 57ad377f")
    assert line_of(told("fix_code", "asks finish It is done.")) is not None
    assert line_of(told("use_tools", "finish It is done.")) is None


@pytest.mark.parametrize(
    ("microdollars", "said"), [(0, "$0.00"), (8_000, "$0.0080"), (81_700, "$0.0817"), (3_500_000, "$3.50")]
)
def test_money_has_as_many_digits_as_tell_something(microdollars: int, said: str) -> None:
    assert money(microdollars) == said
