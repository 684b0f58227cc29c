"""Runs that are observed: what the plugins see of blocked event loops and of SQL, by way of which lines."""

from aurora.domain.findings import Weight
from aurora.settings.repository import BackendSettings
from aurora.toolchains.python import pytest_runs
from aurora.toolchains.runs import observation
from tests.support.observed import PLAIN, TESTS, WAITING
from tests.support.projects import detected, execute, written

PATH = "app/waiting.py"
WHOLE = set(range(1, WAITING.count("\n") + 1))


def lines(name):
    """Those of a function."""
    rows = WAITING.splitlines()
    first = next(n for n, row in enumerate(rows, 1) if row.removeprefix("async ").startswith(f"def {name}("))
    last = next((n for n, row in enumerate(rows, 1) if n > first and row and not row.startswith(" ")), len(rows) + 1)
    return set(range(first, last))


async def observed(folder, changed, files=PLAIN, repeated=3):
    written(folder, files)
    chain = await detected(files)
    touched = {PATH: changed}
    command = observation.watching(pytest_runs.command(chain, BackendSettings()), touched, repeated, 60)
    run = pytest_runs.parse(execute(folder, command), chain)
    return run, observation.findings(run, touched)


def named(findings):
    return sorted((f.check, f.message.split("`")[1]) for f in findings if f.weight is Weight.BLOCKS)


async def test_what_blocks_a_loop_and_what_repeats_itself_is_seen_by_way_of_helpers_and_nothing_else(tmp_path):
    run, findings = await observed(tmp_path, WHOLE)
    assert run.valid and not run.red, run
    assert named(findings) == [
        ("blocking_calls", "pause"), ("blocking_calls", "reads_a_file"), ("blocking_calls", "starts_a_program"),
        ("n_plus_one", "<listcomp>"), ("sql", "every_column"),
    ]  # fmt: skip
    (pause,) = [one for one in findings if "`pause`" in one.message]
    assert "in helper" in pause.message and "in by_a_helpers_helper" in pause.message
    assert run.watched is not None and run.watched.libraries == ("sqlite3",)


async def test_an_old_helper_that_a_changed_line_calls_counts_for_that_line(tmp_path):
    _, findings = await observed(tmp_path, lines("by_a_helpers_helper"))
    assert named(findings) == [("blocking_calls", "by_a_helpers_helper")]


async def test_what_unchanged_lines_do_is_not_told(tmp_path):
    _, findings = await observed(tmp_path, lines("at_once") | lines("in_a_thread"))
    assert findings == ()


async def test_another_changed_line_of_a_function_makes_its_old_fault_advice(tmp_path):
    _, findings = await observed(tmp_path, {min(lines("one_by_one"))})
    assert [(one.check, one.weight) for one in findings] == [("n_plus_one", Weight.ADVICE)]


async def test_statements_are_not_counted_where_the_settings_say_so(tmp_path):
    _, findings = await observed(tmp_path, WHOLE, repeated=0)
    assert not [one for one in findings if one.check == "n_plus_one"]


async def test_a_test_that_is_red_witnesses_nothing(tmp_path):
    broken = {
        **PLAIN,
        "tests/test_waiting.py": TESTS.replace("asyncio.run(work())", "asyncio.run(work())\n    assert 0"),
    }
    run, findings = await observed(tmp_path, WHOLE, broken)
    assert run.red and {one.check for one in findings} == {"n_plus_one", "sql"}


async def test_a_run_that_nobody_asked_to_observe_tells_nothing(tmp_path):
    written(tmp_path, PLAIN)
    chain = await detected(PLAIN)
    run = pytest_runs.parse(execute(tmp_path, pytest_runs.command(chain, BackendSettings())), chain)
    assert run.valid and run.watched is None and not run.witnesses and not run.unwatched
