"""A run of the tests as the model reads it: every name, each cause once, the repository's last frame first."""

from aurora.domain import findings, runs
from aurora.toolchains.runs.causes import grouped, headline
from aurora.tools.run_text import LABELS, render_run
from aurora.tools.schemas import CATALOGUE
from tests.support.tools_on import AllowingChecks, tools_on, used

TRACE = 'Traceback (most recent call last):\n  File "app/db.py", line 9, in connect\n    raise NoTable(name)\n'


def red(
    name: str, message: str, frame: str = "", kind: runs.FailureKind = runs.FailureKind.APPLICATION
) -> runs.TestCase:
    return runs.TestCase(test_id=name, outcome=runs.TestOutcome.FAILED, kind=kind, message=message, frame=frame)


def run(*cases: runs.TestCase) -> runs.TestRun:
    counts = findings.TestCounts(passed=3, failed=len(cases))
    return runs.TestRun(cases=cases, counts=counts, end=runs.ExecEnd.EXITED, exit_code=1, output="")


def test_tests_that_fail_alike_are_one_cause_with_one_traceback() -> None:
    frame = "app/db.py:9 in connect\n    raise NoTable(name)"
    cases = [red(f"tests/test_a.py::test_{n}", f"{TRACE}app.db.TableError: no table users", frame) for n in range(30)]
    other = red(
        "tests/test_b.py::test_x", "E   assert 404 == 201", "tests/test_b.py:4 in test_x", runs.FailureKind.ASSERTION
    )
    shown = render_run(run(other, *cases))
    assert "31 red tests by 2 causes" in shown
    assert shown.count("no table users") == 1 and shown.count("Traceback") == 1
    assert all(case.test_id in shown for case in (*cases, other))
    assert shown.index("app/db.py:9 in connect") < shown.index("Traceback")
    assert shown.index("FAILED (30 tests, application)") < shown.index("FAILED tests/test_b.py::test_x (assertion)")


def test_new_tests_that_pass_already_are_named_and_old_ones_are_not() -> None:
    green = [runs.TestCase(test_id=f"tests/t.py::test_{n}", outcome=runs.TestOutcome.PASSED) for n in ("old", "new")]
    shown = render_run(
        run(*green, red("tests/t.py::test_x", "E   assert 1 == 2")),
        lambda one: "new" if one == green[1].test_id else "",
    )
    assert "1 new test passed:\ntests/t.py::test_new" in shown and "test_old" not in shown


def test_the_place_in_a_test_makes_no_cause_of_its_own_and_one_in_the_code_does() -> None:
    in_tests = [red(f"tests/t.py::test_{n}", "E   assert 404 == 201", f"tests/t.py:{n} in test_{n}") for n in range(3)]
    in_code = [red(f"tests/t.py::test_{n}", "KeyError: 'id'", f"app/{n}.py:1 in f") for n in range(3)]
    assert [len(cause.cases) for cause in grouped([*in_code, *in_tests])] == [3, 1, 1, 1]


def test_what_differs_from_run_to_run_makes_no_cause() -> None:
    messages = ("TypeError: <A object at 0x7f0012ab> is odd", "TypeError: <A object at 0x7f00ffff> is odd")
    assert len(grouped([red(f"tests/t.py::test_{n}", text) for n, text in enumerate(messages)])) == 1


def test_a_headline_is_the_error_of_each_runner() -> None:
    assert (
        headline(red("a", "    def test():\n>       assert 1 == 2\nE       assert 1 == 2\n\na.py:3: AssertionError"))
        == "assert 1 == 2"
    )
    assert headline(red("a", f"{TRACE}django.db.utils.OperationalError: no such table: x\n")).startswith("django.db")
    assert headline(red("a", "AssertionError: expected 404 to be 201 // Object.is equality\n    at a.ts:3")).startswith(
        "AssertionError: expected"
    )
    assert headline(red("a", "\n  \n")) == ""


def test_names_are_bounded_and_the_others_counted_by_file() -> None:
    cases = [
        red(f"tests/test_{n % 3}.py::test_{'long_' * 20}{n}", "E   assert 0", "app/a.py:1 in f") for n in range(500)
    ]
    shown = render_run(run(*cases))
    assert len(shown) < 8_000
    assert "[… and " in shown and "tests/test_2.py (" in shown


def test_many_causes_are_told_shorter_and_their_number_is_said() -> None:
    cases = [
        red(f"tests/t.py::test_{n}", f"{'x' * 3_000}\nValueError: number {n}", f"app/{n}.py:1 in f") for n in range(60)
    ]
    shown = render_run(run(*cases))
    assert len(shown) < 14_000
    assert "48 more causes:" in shown and "[… 28 more causes …]" in shown
    assert "tests/t.py::test_11 (application)" in shown


async def test_labels_are_told_with_the_tool_and_stand_beside_the_names() -> None:
    on, _ = tools_on({}, checks=AllowingChecks(run=run(red("tests/t.py::test_a", "E   assert 0"))))
    assert "FAILED tests/t.py::test_a [new] (application)" in await used(on, "run_pytest", selection=[])
    for tool in ("run_pytest", "run_tests"):
        assert LABELS in CATALOGUE[tool]["description"]


def test_output_that_several_tests_captured_alike_is_shown_once() -> None:
    log = "--- Captured stderr setup\n" + "INFO  running upgrade\n" * 20
    cases = [
        red(f"tests/t.py::test_{n}", f"KeyError: {n!r}", f"app/{n}.py:1 in f").model_copy(update={"output": log})
        for n in ("a", "b", "c")
    ]
    own = red("tests/t.py::test_d", "KeyError: 'd'", "app/d.py:1 in f").model_copy(update={"output": "its own words"})
    shown = render_run(run(*cases, own))
    assert shown.count("Captured stderr setup") == 1
    assert shown.count("captured output as of a test above") == 2 and "its own words" in shown
