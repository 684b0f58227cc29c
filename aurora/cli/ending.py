"""The way a command ends: its exit code, and what it says when it can't do what was asked.

0 done · 1 the task ended without a commit, or `doctor` found something missing · 2 refused · 3 not reachable ·
4 a question waits · 70 internal error · 130 Ctrl-C
"""

import asyncio
import os
import sys
import traceback
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, NoReturn

from rich.console import Console

from aurora.bootstrap.state_folder import StateFolder
from aurora.cli.hints import EXIT_CODES, hint_of
from aurora.cli.layout import say
from aurora.cli.process_end import (
    INTERNAL,
    INTERRUPTED,
    NOT_COMMITTED,
    OK,
    QUESTION_WAITS,
    finish,
    print_error,
)
from aurora.errors import AuroraError, ExternalError, Refusal, RefusalCode

if TYPE_CHECKING:
    from aurora.cli.documents import Document

__all__ = [
    "INTERNAL", "INTERRUPTED", "NOT_COMMITTED", "OK", "QUESTION_WAITS", "err", "out", "perform", "print_json",
    "print_line",
]  # fmt: skip

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def perform(
    work: Callable[[], Coroutine[Any, Any, int]],
    *,
    as_json: bool = False,
    on_interrupt: Callable[[], str] | None = None,
) -> NoReturn:
    """Run a command's coroutine and end the process with its exit code."""
    try:
        code = asyncio.run(work())
    except Refusal as refusal:
        code = refused(refusal, as_json=as_json)
    except KeyboardInterrupt:
        code = _interrupted(on_interrupt() if on_interrupt else "", as_json=as_json)
    except AuroraError as error:
        kind = RefusalCode.UNREACHABLE if isinstance(error, ExternalError) else RefusalCode.INVALID
        unreachable = Refusal(str(error), "`aurora doctor` checks what this needs", code=kind)
        code = refused(unreachable, as_json=as_json)
    except BrokenPipeError:
        code = OK
    except Exception as bug:  # noqa: BLE001 - the last line of defence: one line for the user, the rest in a log
        code = _unexpected(bug, as_json=as_json)
    finish(code)


def refused(refusal: Refusal, *, as_json: bool) -> int:
    """The error and the next step, on stderr. Returns the exit code."""
    code, hint = EXIT_CODES[refusal.code], hint_of(refusal)
    if as_json:
        reason = refusal.reason.value if refusal.reason else ""
        return print_error(refusal.what, hint, refusal.code.value, code, reason=reason, task_id=refusal.task_id)
    first, *more = refusal.what.splitlines() or [""]
    say(err, [first], hang=9, label="[red]refused[/red]  ")
    say(err, [*more, *hint.splitlines()], indent=9)
    return code


def _interrupted(then: str, *, as_json: bool) -> int:
    if as_json:
        return print_error("interrupted", then, "interrupted", INTERRUPTED)
    if then:
        err.print()
        say(err, [then])
    return INTERRUPTED


def print_json(document: "Document") -> None:
    """One of `aurora.cli.documents`, all that the command prints on stdout."""
    sys.stdout.write(document.model_dump_json(indent=2) + "\n")
    sys.stdout.flush()


def print_line(document: "Document") -> None:
    """One of many, a line each."""
    sys.stdout.write(document.model_dump_json() + "\n")
    sys.stdout.flush()


def _unexpected(bug: Exception, *, as_json: bool) -> int:
    if os.environ.get("AURORA_DEBUG") == "1":
        traceback.print_exc()
        return INTERNAL
    log = StateFolder.of(os.environ).log("cli")
    try:
        log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with log.open("a") as file:
            traceback.print_exc(file=file)
        where = f"details: {log}"
    except OSError:
        where = "set AURORA_DEBUG=1 to see the details"
    what = f"{type(bug).__name__}: {' '.join(str(bug).split())[:300]}"
    if as_json:
        return print_error(what, where, "internal", INTERNAL)
    say(err, [f"{what}; {where}"], hang=16, label="[red]internal error[/red]  ")
    return INTERNAL
