"""Tests that gave no evidence at the base commit, in files to which a task's new tests were written."""

from activities.checks.old_tests import with_new_tests, without_old_failures
from aurora.domain import runs
from aurora.domain.findings import TestCounts
from aurora.domain.plan import CoveredBehaviour, CoveredBehaviours
from aurora.domain.workspace import Baseline
from aurora.toolchains.runs import counts

OLD = "tests/test_old.py"
NONE_COVERED = CoveredBehaviours(behaviours=())


def run_of(**outcomes: str) -> runs.TestRun:
    cases = tuple(runs.TestCase(test_id=f"{OLD}::{n}", outcome=runs.TestOutcome(o)) for n, o in outcomes.items())
    numbers = counts.of_cases(cases, collected=len(cases))
    return runs.TestRun(cases=cases, counts=numbers, end=runs.ExecEnd.EXITED, exit_code=1, output="")


def base(**ids: tuple[str, ...]) -> Baseline:
    named = {kind: tuple(f"{OLD}::{name}" for name in names) for kind, names in ids.items()}
    return Baseline.model_validate({"counts": TestCounts(), "red": (), "lint": (), **named})


def covering(*tests: str) -> CoveredBehaviours:
    return CoveredBehaviours(
        behaviours=(CoveredBehaviour(planned=1, path=OLD, behaviour="It works.", tests=tests, left_out=""),)
    )


def left(run: runs.TestRun, known: Baseline, covers: CoveredBehaviours | None) -> list[str]:
    return [case.test_id.removeprefix(f"{OLD}::") for case in without_old_failures(run, known, covers).cases]


def test_a_test_that_was_skipped_at_the_base_commit_is_not_judged_as_a_new_one():
    run, known = (
        run_of(test_new="failed", test_off="skipped", test_bug="xfailed"),
        base(skipped=("test_off", "test_bug")),
    )
    assert left(run, known, NONE_COVERED) == ["test_new"]
    assert left(run, known, None) == ["test_new"]
    assert without_old_failures(run, known, None).counts == run.counts, "the counts are those of the whole run"


def test_a_test_that_is_skipped_only_now_is_judged():
    assert left(run_of(test_new="failed", test_off="skipped"), base(green=("test_off",)), NONE_COVERED) == [
        "test_new",
        "test_off",
    ]


def test_a_test_that_was_red_or_flaky_is_left_out_however_it_comes_out_now():
    known = base(red=("test_mail",), flaky=("test_clock",))
    for outcome in ("passed", "failed", "error"):
        assert left(run_of(test_new="failed", test_mail=outcome, test_clock=outcome), known, NONE_COVERED) == [
            "test_new"
        ]


def test_an_old_test_that_covers_a_planned_one_is_the_tasks():
    run = run_of(test_new="failed", test_mail="failed", test_off="failed")
    known = base(red=("test_mail",), skipped=("test_off",))
    assert left(run, known, covering(f"{OLD}::test_mail", f"{OLD}::test_off")) == ["test_new", "test_mail", "test_off"]


def test_without_covers_a_red_test_stays_as_it_may_be_what_the_task_is_about():
    assert left(run_of(test_mail="failed"), base(red=("test_mail",)), None) == ["test_mail"]


def test_a_file_of_which_only_old_tests_ran_is_none_of_new_tests():
    run = run_of(test_off="skipped")
    bare = without_old_failures(run, base(skipped=("test_off",)), None)
    assert with_new_tests([OLD, "tests/test_empty.py"], run, bare) == ["tests/test_empty.py"]
