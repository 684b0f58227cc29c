"""Old tests in the files that a task's new tests were written to.

A test file that the project has may hold tests that were skipped, expected to fail or red before the task began. They
stand beside the new ones and are not the task's to fix: nobody asked for it, and the reason (a service, a platform, a
known bug) is often nothing that a test could do something about. So they are neither judged as new tests nor frozen as
tests that must run. One that covers a test of the plan is the task's, whatever it was before.
"""

from collections.abc import Sequence

from activities.checks.covering import among
from aurora.domain.plan import CoveredBehaviours
from aurora.domain.runs import TestRun
from aurora.domain.workspace import Baseline
from aurora.toolchains.runs.ids import path_of


def without_old_failures(run: TestRun, baseline: Baseline, covers: CoveredBehaviours | None) -> TestRun:
    """The run without the cases that gave no evidence at the base commit and that no planned test names.

    `covers`: None where it is not known what covers what; then only what was skipped is left out. The counts stay those
    of the whole run."""
    failing = set(baseline.skipped)
    if covers is not None:
        failing.update(baseline.red, baseline.flaky)
        named = [test for one in covers.behaviours for test in one.tests]
    else:
        named = []
    old = {case.test_id for case in run.cases if case.test_id in failing}
    old -= {test_id for test_id in old if any(among(test, [test_id]) for test in named)}
    if not old:
        return run
    return run.model_copy(update={"cases": tuple(case for case in run.cases if case.test_id not in old)})


def with_new_tests(modules: Sequence[str], run: TestRun, left: TestRun) -> list[str]:
    """The test files without those of which only old tests ran. `left`: the run without them."""
    there = {path_of(case.test_id) for case in left.cases}
    gone = {path_of(case.test_id) for case in run.cases} - there
    return [path for path in modules if path not in gone]
