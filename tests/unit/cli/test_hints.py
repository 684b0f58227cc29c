"""Advice after a refusal, on the command line: each reason has a hint, each code an exit code."""

import re

import pytest
import typer.main

from aurora.cli.app import app
from aurora.cli.hints import EXIT_CODES, HINTS, hint_of
from aurora.errors import Reason, Refusal, RefusalCode


def test_every_code_has_an_exit_code_and_only_unreachable_is_3() -> None:
    assert set(EXIT_CODES) == set(RefusalCode)
    assert {code for code, exit_code in EXIT_CODES.items() if exit_code == 3} == {RefusalCode.UNREACHABLE}
    assert set(EXIT_CODES.values()) == {2, 3}


def test_every_reason_has_a_hint() -> None:
    assert set(HINTS) == set(Reason)


@pytest.mark.parametrize("reason", Reason)
def test_a_hint_names_commands_and_options_that_there_are(reason: Reason) -> None:
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    options = {flag for command in commands.values() for one in command.params for flag in one.opts}
    said = hint_of(Refusal("x", reason=reason, task_id="t1"))
    assert set(re.findall(r"aurora ([a-z]+)", said)) <= set(commands)
    assert set(re.findall(r"--[a-z]+", said)) <= options


def test_a_hint_that_is_a_question_stays_one() -> None:
    refusal = Refusal("there is no task 't1'", "did you mean 't2'?", reason=Reason.UNKNOWN_TASK, task_id="t1")
    assert hint_of(refusal) == "did you mean 't2'? `aurora list` shows all tasks"


def test_the_clients_own_hint_comes_first_and_the_task_is_named() -> None:
    refusal = Refusal("task 't1' has ended", "hand in a new task", reason=Reason.TASK_ENDED, task_id="t1")
    assert hint_of(refusal) == "hand in a new task; `aurora status t1` shows how it ended"


def test_a_refusal_without_a_reason_keeps_its_hint() -> None:
    assert hint_of(Refusal("x", "fix it")) == "fix it"
