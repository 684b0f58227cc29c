"""The red or empty runs at the base commit that are no baseline, and their wording."""

from collections.abc import Mapping
from typing import Any

import pytest

from aurora import ports
from aurora.domain import runs as domain_runs
from aurora.domain.findings import TestCounts
from aurora.domain.runs import ExecEnd, FailureKind
from aurora.toolchains import registry
from aurora.toolchains.node import runs as node_runs
from aurora.toolchains.python import unittest_runs
from aurora.toolchains.runs.baseline_errors import error, remark, words
from aurora.toolchains.runs.likely_tests import found, named_so
from tests.support.memory_box import MemoryBox, MemorySandbox
from tests.support.workspaces import workspace


def box(files: Mapping[str, str]) -> MemoryBox:
    sandbox = MemorySandbox()
    sandbox.tree = {path: text.encode() for path, text in files.items()}
    return MemoryBox(sandbox, None)  # type: ignore[arg-type]


def run_of(*cases: domain_runs.TestCase, output: str = "") -> domain_runs.TestRun:
    return domain_runs.TestRun(cases=cases, counts=TestCounts(), end=ExecEnd.EXITED, exit_code=1, output=output)


def red(test_id: str, kind: FailureKind, message: str, *, began: bool = True) -> domain_runs.TestCase:
    outcome = domain_runs.TestOutcome.FAILED if began else domain_runs.TestOutcome.ERROR
    return domain_runs.TestCase(test_id=test_id, outcome=outcome, kind=kind, message=message)


def test_a_green_test_beside_broken_set_ups_is_a_baseline() -> None:
    green = domain_runs.TestCase(test_id="a", outcome=domain_runs.TestOutcome.PASSED)
    broken = red("b", FailureKind.FIXTURE, "OSError: no db", began=False)
    assert error(run_of(green, broken)) == "" and error(run_of(broken)) != ""


@pytest.mark.parametrize(
    "message", ["OSError: /tmp/pg.{n} refused", "TypeError: Client.__init__() takes no 'app' ({n})"]
)
def test_numbers_do_not_make_one_reason_many(message: str) -> None:
    cases = [red(f"t{n}", FailureKind.APPLICATION, message.format(n=n)) for n in range(5)]
    assert "fail for one reason" in error(run_of(*cases))


def test_fields_that_validation_misses_are_said_and_not_its_address_for_more() -> None:
    more = "        For further information visit https://errors.pydantic.dev/2.12/v/missing"
    fields = (
        f"    TOKEN\n      Field required [type=missing]\n{more}\n    ID\n      Field required [type=missing]\n{more}"
    )
    unloaded = red("t", FailureKind.FIXTURE, f"E   p.ValidationError: 2 validation errors for Settings\n{fields}")
    said = error(run_of(unloaded.model_copy(update={"outcome": domain_runs.TestOutcome.ERROR})))
    assert said.endswith("t: 2 validation errors for Settings: TOKEN (Field required), ID (Field required)")


def test_a_suite_most_of_which_can_not_begin_is_remarked_and_asks_nobody() -> None:
    green = domain_runs.TestCase(test_id="a", outcome=domain_runs.TestOutcome.PASSED)
    broken = [red(f"t{n}", FailureKind.FIXTURE, f"OSError: no db {n}", began=False) for n in range(9)]
    run = run_of(green, *broken)
    assert error(run) == "" and remark(run) == "9 of 10 tests could not begin: t0: OSError: no db 0"
    assert remark(run_of(*[green] * 9, *broken[:3])) == ""


def test_an_exercise_of_assertions_is_a_baseline() -> None:
    assert error(run_of(*(red(f"t{n}", FailureKind.ASSERTION, "assert None == 1") for n in range(4)))) == ""


def test_imports_inside_of_every_test_are_trouble_as_those_above_them() -> None:
    assert "could begin" in error(run_of(red("a", FailureKind.IMPORT, "ModuleNotFoundError: No module named 'x'")))


def test_what_the_runner_printed_is_cut_at_its_beginning_and_at_a_line() -> None:
    long = "\n".join(f"line {n}" for n in range(2_000))
    said = words(run_of(output=long))
    assert said.startswith("[… cut …]\nline ") and said.endswith("line 1999")
    assert words(run_of(red("a", FailureKind.IMPORT, "no module"))) == "a: no module"


@pytest.mark.parametrize(
    ("path", "looks"),
    [
        ("tests/a.py", True), ("app/userTest.ts", True), ("src/a.test.js", True), ("specs/a_spec.py", True),
        ("__tests__/a.mjs", True), ("src/contest.py", False), ("src/latest.ts", False), ("tests/data.json", False),
        ("node_modules/x/a.test.js", False), (".github/test.py", False), ("types/test.d.ts", False),
    ],
)  # fmt: skip
def test_a_file_looks_like_a_test_by_a_word_of_its_name(path: str, looks: bool) -> None:
    assert named_so(path, registry.languages()) is looks


@pytest.mark.parametrize(
    ("text", "looks"),
    [
        ('import {test} from "vitest"\ntest("adds", () => {})\n', True),
        ("describe('users', () => {\n", True),
        ('  it.each([1])("is", () => {})\n', False),
        ("  it.skip('is', () => {})\n", True),
        ('const test = require("node:test")\n', True),
        ("export const test = (x) => x\nif (re.test('a')) {}\n", False),
        ("class Spec:\n    pass\n", False),
    ],
)
async def test_it_looks_like_one_only_when_a_test_is_written_in_it(text: str, looks: bool) -> None:
    assert (await found(box({"tests/a.js": text}), registry.languages()) == ("tests/a.js",)) is looks


# ── a runner that ends with an error and tells no test ───────────────────────────────────────────────────────────


def empty_session(code: int) -> tuple[dict[str, Any], ...]:
    reported: tuple[dict[str, Any], ...] = ({"t": "begin"}, {"t": "no_sentinels", "message": "no test"})
    return tuple({**event, "seq": n} for n, event in enumerate((*reported, {"t": "session", "exit": code})))


@pytest.mark.parametrize(
    ("printed", "valid"),
    [
        ("No test files found, exiting with code 1", True),
        ("No tests found, exiting with code 1\nRun with `--passWithNoTests`", True),
        ("Error: No test files found: \"test\"", True),
        ("Failed to load config: no test environment", False),
        ("", False),
    ],
)  # fmt: skip
def test_an_error_with_nothing_told_is_a_clean_empty_run_only_where_the_runner_says_so(
    printed: str, valid: bool
) -> None:
    execution = ports.TestExecution(end=ExecEnd.EXITED, exit_code=1, stdout=printed, stderr="", events=empty_session(1))
    run = node_runs.parse(execution, workspace(language="node", runner="vitest").toolchain)
    assert run.valid is valid, run.why_invalid


def test_unittest_of_a_newer_python_ends_with_five_where_there_is_no_test() -> None:
    execution = ports.TestExecution(
        end=ExecEnd.EXITED, exit_code=5, stdout="", stderr="Ran 0 tests", events=empty_session(5)
    )
    assert unittest_runs.parse(execution, workspace(runner="unittest").toolchain).why_invalid == ""
