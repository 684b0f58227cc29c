"""Runs tests of `unittest` and tells the judge outside what happened: `python -m aurora_unittest_events [options]`.

Standard library and the files beside it only, Python 3.8 and later: it runs in the *project's* interpreter.
`aurora_events` says what is told, and what of the environment is read. Options are those of `python -m unittest`, and
`--only NODE` (again and again): a path or a test id, from the repository's root.

Test ids are `<path>::<class>::<method>`, as pytest has them.
"""

from __future__ import annotations

import argparse
import io
import os
import random
import re
import sys
import unittest
import unittest.runner
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from aurora_coverage import Measuring  # type: ignore[import-not-found]  # beside this file, in the box
from aurora_events import (  # type: ignore[import-not-found]  # beside this file, in the box
    BASE,
    MESSAGE_BYTES,
    Pipe,
    analyse,
    cut,
    relative,
)  # fmt: skip
from aurora_witness import Witness  # type: ignore[import-not-found]  # beside this file, in the box

SCOPE = re.compile(r"(setUp|tearDown)(Class|Module) \((?P<where>.+)\)")
"""The way unittest names what is set up around several tests."""
FRAME = re.compile(r'File "(?P<path>[^"]+)", line (?P<line>\d+)(?:, in (?P<name>\S+))?')
WEIGHT = ("passed", "skipped", "xfailed", "failed")
WORDS = ("value", "list", "user", "empty", "order", "state")


def cases(suite: Any) -> Iterator[Any]:
    """Every test of a suite, nested ones too."""
    for one in suite:
        if isinstance(one, unittest.TestSuite) or (hasattr(one, "__iter__") and not isinstance(one, unittest.TestCase)):
            yield from cases(one)
        else:
            yield one


def node(test: Any) -> str:
    """`<path>::<class>::<method>`; of a doctest or the like its own id."""
    kind = type(test)
    module = sys.modules.get(kind.__module__)
    file = getattr(module, "__file__", None)
    path = relative(file) if file else None
    method = getattr(test, "_testMethodName", "")
    if not path or not method:
        return str(test.id())
    return f"{path}::{kind.__qualname__.replace('.', '::')}::{method}"


def scope(test: Any) -> tuple[str, str]:
    """(module, class) as they stand in an error of a set-up around several tests."""
    return type(test).__module__, f"{type(test).__module__}.{type(test).__qualname__}"


def chosen(test: Any, only: Sequence[str]) -> bool:
    """Return whether a test is one of these: a folder, a file, a class or a method."""
    name = node(test)
    path = name.partition("::")[0]
    for wanted in only:
        wanted = os.path.normpath(wanted.partition("::")[0]) + "".join(wanted.partition("::")[1:])
        if wanted == "." or name == wanted or name.startswith(wanted + "::") or path.startswith(wanted + "/"):
            return True
    return False


def is_broken(test: Any) -> bool:
    """Return whether it stands for a module that the loader could not load."""
    return type(test).__name__ == "_FailedTest"


class Reporter:
    """The sender of all results of one run."""

    def __init__(self, pipe: Any) -> None:
        self.pipe = pipe
        self.nodes: dict[str, list[str]] = {}
        """Module or class -> its tests."""
        self.broken = 0
        self.judged = False
        """True if the test that runs was given a result: one without can't end well."""
        self.result_class: Any = None
        self.witness = Witness()

    def begin(self, runner: str) -> None:
        python = ".".join(map(str, sys.version_info[:3]))
        self.pipe.send("begin", base=BASE, runner=runner, python=python)

    def sifted(self, suite: Any, only: Sequence[str] = ()) -> list[Any]:
        """The tests of a suite that are to be run; modules that do not load are told and left out."""
        kept = []
        for test in cases(suite):
            if is_broken(test):
                self.tell_broken(test, only)
            elif not only or chosen(test, only):
                kept.append(test)
        return kept

    def collected(self, tests: Iterable[Any]) -> None:
        seen = set()
        for test in tests:
            name = node(test)
            for place in scope(test):
                self.nodes.setdefault(place, []).append(name)
            if name not in seen:
                seen.add(name)
                self.pipe.send("collected", node=name, path=name.partition("::")[0])

    def tell_broken(self, test: Any, only: Sequence[str]) -> None:
        text = str(getattr(test, "_exception", "") or test)
        path = _module_path(str(getattr(test, "_testMethodName", "")), text)
        if only and not any(path == one.partition("::")[0] or path.startswith(one.rstrip("/") + "/") for one in only):
            return
        self.broken += 1
        frame = _last_frame(text)
        last = text.strip().splitlines()[-1] if text.strip() else ""
        kind = "fixture"
        if re.match(r"(SyntaxError|IndentationError|TabError)\b", last):
            kind = "syntax"
        elif re.match(r"(ImportError|ModuleNotFoundError)\b", last) or "has no attribute" in last:
            kind = "import"
        elif "NotImplementedError" in last:
            kind = "not_implemented"
        self.pipe.send(
            "collect_error", node=path, kind=kind, exc=last.partition(":")[0], message=cut(text.strip(), MESSAGE_BYTES),
            frame=frame, line_text="",
        )  # fmt: skip

    def result(self, name: str, when: str, outcome: str, **facts: Any) -> None:
        self.judged = True
        self.pipe.send("result", node=name, when=when, outcome=outcome, **{"seconds": 0.0, "sub": False, **facts})

    def around(self, description: str, outcome: str, facts: dict[str, Any]) -> None:
        """A set-up or tear-down of a class or module: it is told of each of its tests."""
        found = SCOPE.search(description)
        nodes = self.nodes.get(found["where"], []) if found else []
        after = bool(found) and description.startswith("tearDown")
        for name in nodes:
            if not after:
                self.pipe.send("start", node=name)
                self.result(name, "setup", outcome, **facts)
            self.result(name, "teardown", outcome if after else "passed", **(facts if after else {}))
        if not nodes:
            self.pipe.send("collect_error", node=description, **{"kind": "fixture", "message": "", **facts})


def _module_path(dotted: str, text: str) -> str:
    """The file of a module that did not load, from the repository's root: where it would be found, else by its text."""
    for folder in sys.path:
        for name in (f"{dotted.replace('.', '/')}.py", f"{dotted.replace('.', '/')}/__init__.py"):
            whole = Path(folder or ".") / name
            if whole.is_file():
                return relative(str(whole)) or name
    return _last_frame(text).partition(":")[0] or dotted


def _last_frame(text: str) -> str:
    found = ""
    for match in FRAME.finditer(text):
        path = relative(match["path"])
        if path:
            found = f"{path}:{match['line']} in {match['name'] or '<module>'}"
    return found


def telling(base: type, teller: Reporter) -> type:
    """A result class that tells, on top of the one that the project would have."""

    class ReportingResult(base):  # type: ignore[misc]  # whatever the runner brings
        def startTest(self, test: Any) -> None:  # noqa: N802
            teller.pipe.send("start", node=node(test))
            teller.witness.begin(node(test))
            teller.judged = False
            super().startTest(test)

        def stopTest(self, test: Any) -> None:  # noqa: N802
            super().stopTest(test)
            if teller.judged:
                teller.result(node(test), "teardown", "passed")

        def _red(self, test: Any, err: Any, sub: bool = False) -> None:
            exc = err[1]
            text = f"{type(exc).__name__}: {exc}"
            when = "call"
            if not isinstance(test, unittest.TestCase):
                facts = analyse(exc, "setup", text)
                teller.around(str(test), "failed", facts)
                return
            names = list(_called(err[2]))
            if any(name in ("setUp", "asyncSetUp", "tearDown", "asyncTearDown", "_callSetUp") for name in names):
                method = getattr(test, "_testMethodName", "")
                when = "call" if method in names else "setup"
            teller.result(node(test), when, "failed", sub=sub, output="", **analyse(exc, when, text))

        def addError(self, test: Any, err: Any) -> None:  # noqa: N802
            super().addError(test, err)
            self._red(test, err)

        def addFailure(self, test: Any, err: Any) -> None:  # noqa: N802
            super().addFailure(test, err)
            self._red(test, err)

        def addSubTest(self, test: Any, subtest: Any, err: Any) -> None:  # noqa: N802
            super().addSubTest(test, subtest, err)
            if err is not None:
                self._red(test, err, sub=True)

        def addSuccess(self, test: Any) -> None:  # noqa: N802
            super().addSuccess(test)
            teller.result(node(test), "call", "passed")

        def addSkip(self, test: Any, reason: str) -> None:  # noqa: N802
            super().addSkip(test, reason)
            if isinstance(test, unittest.TestCase) and hasattr(test, "_testMethodName"):
                sub = type(test).__name__ == "_SubTest"
                whole = getattr(test, "test_case", test)
                teller.result(node(whole), "call", "skipped", message=cut(str(reason), 400), sub=sub)
            else:
                teller.around(str(test), "skipped", {"message": cut(str(reason), 400)})

        def addExpectedFailure(self, test: Any, err: Any) -> None:  # noqa: N802
            super().addExpectedFailure(test, err)
            teller.result(node(test), "call", "xfailed")

        def addUnexpectedSuccess(self, test: Any) -> None:  # noqa: N802
            super().addUnexpectedSuccess(test)
            message = "It passes although it is marked as expected to fail."
            teller.result(node(test), "call", "failed", kind="assertion", message=message, frame="", line_text="")

    teller.result_class = ReportingResult
    return ReportingResult


def _called(traceback: Any) -> Iterator[str]:
    """Names of the functions that an exception came through."""
    while traceback is not None:
        yield traceback.tb_frame.f_code.co_name
        traceback = traceback.tb_next


class RecordedPipe:
    """A stand-in for the pipe, for the sentinels: what a result tells of them is kept."""

    def __init__(self) -> None:
        self.results: list[dict[str, Any]] = []

    def send(self, event: str, /, **facts: Any) -> None:
        if event == "result":
            self.results.append(facts)

    def outcome(self) -> str:
        worst = max(
            self.results, key=lambda one: WEIGHT.index(one["outcome"]), default={"outcome": "error", "when": ""}
        )
        return "error" if worst["outcome"] == "failed" and worst["when"] != "call" else str(worst["outcome"])


def sentinels(teller: Reporter, tests: Sequence[Any]) -> None:
    """Two tests of our own at the end, one that must fail and one that must pass, named like the project's. They go
    through the very class that told of the project's tests, so that what changes how they end is seen."""
    pipe, taken = teller.pipe, teller.result_class
    if taken is None:
        pipe.send("no_sentinels", message="nothing was run")
        return
    chance = random.SystemRandom()
    sample = chance.sample(list(tests), min(20, len(tests)))
    said = "_".join(str(getattr(test, "_testMethodName", "")) for test in sample)
    words = sorted({word for word in said.split("_") if word.isidentifier() and word != "test"}) or list(WORDS)
    for must in chance.sample(("failed", "passed"), 2):
        word, name = chance.choice(words), f"test_{chance.choice(words)}_{chance.choice(words)}"
        number = chance.randrange(100, 10_000)
        other = number if must == "passed" else number + chance.randrange(1, 100)

        def body(self: Any, number: int = number, other: int = other) -> None:
            self.assertEqual(number, other)

        recorded = teller.pipe = RecordedPipe()
        case = type(word.capitalize() + "Test", (unittest.TestCase,), {name: body})
        try:
            case(name).run(taken(nowhere(), False, 0))
        except Exception as error:  # noqa: BLE001 - whatever became of unittest in this process
            pipe.send("sentinel", must=must, outcome="error", message=f"{type(error).__name__}: {error}")
        else:
            message = " ".join(str(one.get("message", "")) for one in recorded.results)[-400:]
            pipe.send("sentinel", must=must, outcome=recorded.outcome(), message=message)
    teller.pipe = pipe


def nowhere() -> Any:
    """A stream as results write to: `unittest.runner` decorates the real one, too."""
    return unittest.runner._WritelnDecorator(io.StringIO())


def options(argv: Sequence[str]) -> argparse.Namespace:
    """Those of unittest that say which tests; those that say how are taken and left."""
    parser = argparse.ArgumentParser(prog="aurora_unittest_events")
    parser.add_argument("--only", action="append", default=[])
    for flags in (("-v", "--verbose"), ("-q", "--quiet"), ("-b", "--buffer"), ("-f", "--failfast"), ("-c", "--catch")):
        parser.add_argument(*flags, action="store_true")
    if list(argv[:1]) != ["discover"]:
        parser.add_argument("names", nargs="*")
        parser.set_defaults(start_directory=".", pattern="test*.py", top_level_directory=None)
        return parser.parse_args(argv)
    parser.set_defaults(names=[])
    for name, flag, default in (
        ("start_directory", "-s", "."), ("pattern", "-p", "test*.py"), ("top_level_directory", "-t", None),
    ):  # fmt: skip
        parser.add_argument(flag, "--" + name.replace("_", "-"), dest=name, default=default)
        parser.add_argument(name, nargs="?", default=argparse.SUPPRESS)
    return parser.parse_args(argv[1:])


def main(argv: Sequence[str]) -> int:
    given = options(argv)
    teller = Reporter(Pipe())
    teller.begin("unittest")
    measuring = Measuring()
    sys.path.insert(0, str(Path.cwd()))
    try:
        loader = unittest.defaultTestLoader
        if given.names:
            convert = sys.modules["unittest.main"]._convert_names  # `unittest.main` is a class
            suite = loader.loadTestsFromNames(convert(given.names))
        else:
            suite = loader.discover(given.start_directory, given.pattern, given.top_level_directory)
    except Exception as error:  # noqa: BLE001 - of the project's own load_tests, or a folder that can't be imported
        teller.pipe.send("internal_error", message=cut(f"{type(error).__name__}: {error}", MESSAGE_BYTES))
        return 2
    tests = teller.sifted(suite, given.only)
    teller.collected(tests)
    result_class = telling(unittest.TextTestResult, teller)
    result = unittest.TextTestRunner(resultclass=result_class, verbosity=1).run(unittest.TestSuite(tests))
    measuring.tell(teller.pipe)
    teller.witness.tell(teller.pipe)
    sentinels(teller, tests)
    code = 0 if result.wasSuccessful() and not teller.broken else 1
    teller.pipe.send("session", exit=code)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
