"""Runs a program that starts Django's test runner, and tells the judge outside what happened.

`python -m aurora_django_events [--only NODE]... PROGRAM ARG...`, PROGRAM being `manage.py` or a `runtests.py`. Whatever
runner the project's settings name is kept, with what tells laid over it. Standard library, the files beside it and the
project's own Django only (2.2 and later). `aurora_unittest_events` says what the options and test ids are.
"""

from __future__ import annotations

import runpy
import sys
import unittest
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from aurora_coverage import Measuring  # type: ignore[import-not-found]  # beside this file, in the box
from aurora_events import MESSAGE_BYTES, Pipe, cut  # type: ignore[import-not-found]  # beside this file, in the box
from aurora_unittest_events import Reporter, sentinels, telling  # type: ignore[import-not-found]


def over(base: Any, teller: Reporter, only: Sequence[str], seen: list[Any]) -> Any:
    """The runner class that tells: one process, no question asked, nothing left out after a first failure."""

    if getattr(base, "tells", False):
        return base

    class ReportingResult(base):  # type: ignore[misc]  # the project's
        tells = True

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **{**kwargs, "interactive": False})
            self.parallel, self.failfast = 1, False

        def build_suite(self, *args: Any, **kwargs: Any) -> Any:
            suite = super().build_suite(*args, **kwargs)
            tests = teller.sifted(suite, only)
            seen.extend(tests)
            teller.collected(tests)
            return getattr(self, "test_suite", type(suite))(tests)

        def get_test_runner_kwargs(self) -> dict[str, Any]:
            given = dict(super().get_test_runner_kwargs())
            base_result = given.get("resultclass") or getattr(self.test_runner, "resultclass", None)
            return {**given, "resultclass": telling(base_result or unittest.TextTestResult, teller), "failfast": False}

        def run_tests(self, *args: Any, **kwargs: Any) -> int:
            failures: int = super().run_tests(*args, **kwargs) or 0
            # a module that does not load was told and left out: it is red all the same
            return failures + int(teller.broken)

    ReportingResult.__name__ = base.__name__
    return ReportingResult


def main(argv: list[str]) -> None:
    only = []
    while argv[:1] == ["--only"]:
        only.append(argv[1])
        argv = argv[2:]
    teller = Reporter(Pipe())
    sys.path.insert(0, str(Path(argv[0]).resolve().parent))
    sys.argv = argv
    seen: list[Any] = []
    measuring = Measuring()
    try:
        from django.test import runner, utils  # type: ignore[import-not-found]  # the project's
    except ImportError as error:
        sys.exit(f"Django can't be imported: {error}")
    original = utils.get_runner

    def get_runner(*args: Any, **kwargs: Any) -> Any:
        return over(original(*args, **kwargs), teller, only, seen)

    utils.get_runner = get_runner
    runner.DiscoverRunner = over(runner.DiscoverRunner, teller, only, seen)
    teller.begin("django")
    code: Any = 0
    try:
        runpy.run_path(argv[0], run_name="__main__")
    except SystemExit as ended:
        code = ended.code
    except BaseException as error:
        teller.pipe.send("internal_error", message=cut(f"{type(error).__name__}: {error}", MESSAGE_BYTES))
        raise
    if code is not None and not isinstance(code, int):
        sys.stderr.write(f"{code}\n")
        code = 1
    measuring.tell(teller.pipe)
    teller.witness.tell(teller.pipe)
    sentinels(teller, seen)
    teller.pipe.send("session", exit=int(code or 0))
    sys.exit(int(code or 0))


if __name__ == "__main__":
    main(sys.argv[1:])
