"""The end of the process, apart from `ending` because it loads nothing: the help and a wrong call end here, too."""

import json
import os
import sys
from typing import NoReturn

OK, NOT_COMMITTED, USAGE, QUESTION_WAITS, INTERNAL, INTERRUPTED = 0, 1, 2, 4, 70, 130
"""Exit codes, beside those of refusals (`hints.EXIT_CODES`); docs/using/command-line.md has the table."""


def print_error(message: str, hint: str, code: str, exit_code: int, *, reason: str = "", task_id: str = "") -> int:
    """An `ErrorDocument` of `aurora.cli.documents`, on one line of stderr. Returns the exit code."""
    said = {"message": message, "hint": hint, "code": code, "reason": reason, "task_id": task_id}
    sys.stderr.write(json.dumps({"error": said | {"exit_code": exit_code}}) + "\n")
    return exit_code


def finish(code: int) -> NoReturn:
    """Flush and leave without the interpreter's clean-up: Temporal's runtime sometimes aborts in it."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (BrokenPipeError, ValueError):
            continue
    os._exit(code)
