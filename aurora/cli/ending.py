"""How a command ends: its exit code, and what it says when it can't do what was asked.

0 done · 1 the task ended without a commit · 2 refused input · 3 not reachable · 4 a question waits · 130 Ctrl-C
"""

import asyncio
import json
import os
import sys
import traceback
from collections.abc import Callable, Coroutine
from typing import Any, NoReturn

from rich.console import Console

from aurora.bootstrap.state_folder import StateFolder
from aurora.cli.hints import EXIT_CODES, hint_of
from aurora.cli.layout import say
from aurora.cli.process_end import finish
from aurora.errors import AuroraError, Refusal, RefusalCode

OK, NOT_COMMITTED, QUESTION_WAITS, INTERRUPTED = 0, 1, 4, 130
BUG = 70

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
        if on_interrupt:
            err.print()
            say(err, [on_interrupt()])
        code = INTERRUPTED
    except AuroraError as error:
        trouble = Refusal(str(error), "`aurora doctor` checks what this needs", code=RefusalCode.UNREACHABLE)
        code = refused(trouble, as_json=as_json)
    except BrokenPipeError:
        code = OK
    except Exception as bug:  # noqa: BLE001 - the last line of defence: one line for the user, the rest in a log
        code = _unexpected(bug)
    finish(code)


def refused(refusal: Refusal, *, as_json: bool) -> int:
    """What is wrong and what to do, on stderr. Returns the exit code."""
    code, hint = EXIT_CODES[refusal.code], hint_of(refusal)
    if as_json:
        said = {"error": {"what": refusal.what, "hint": hint, "code": refusal.code, "exit_code": code}}
        sys.stderr.write(json.dumps(said) + "\n")
    else:
        first, *more = refusal.what.splitlines() or [""]
        say(err, [first], hang=9, label="[red]refused[/red]  ")
        say(err, [*more, *hint.splitlines()], indent=9)
    return code


def print_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False, default=str) + "\n")
    sys.stdout.flush()


def _unexpected(bug: Exception) -> int:
    if os.environ.get("AURORA_DEBUG") == "1":
        traceback.print_exc()
        return BUG
    log = StateFolder.of(os.environ).log("cli")
    try:
        log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with log.open("a") as file:
            traceback.print_exc(file=file)
        where = f"details: {log}"
    except OSError:
        where = "set AURORA_DEBUG=1 to see the details"
    what = " ".join(str(bug).split())[:300]
    say(err, [f"{type(bug).__name__}: {what}; {where}"], hang=16, label="[red]internal error[/red]  ")
    return BUG
