"""The problems of a project's environment, as its survey found them: each in the words that a question needs."""

from collections.abc import Sequence

from aurora.domain.environment_problem import EnvironmentProblem
from aurora.domain.workspace import Baseline
from aurora.errors import ImageBuildFailed, Refusal
from aurora.text import fit

LOG_CHARS = 2_200


def of_files(refusal: Refusal) -> EnvironmentProblem:
    """Detection, or a setting of this task, that the files speak against."""
    what = f"How this project is installed and tested can't be determined: {refusal.what}"
    return EnvironmentProblem(what=fit(what, 1_000), words=fit(refusal.hint, LOG_CHARS))


def of_build(failure: ImageBuildFailed) -> EnvironmentProblem:
    log = failure.log_tail[-LOG_CHARS:]
    return EnvironmentProblem(what=fit(str(failure), 1_000), words=f"[… the log ends …]\n{log}" if log.strip() else "")


def of_packages(packages: Sequence[str], why: str, log: str = "") -> EnvironmentProblem:
    """The packages that were allowed and could not be added."""
    return EnvironmentProblem(
        what=fit(f"{', '.join(packages)} could not be added: {why}", 1_000),
        words=log[-LOG_CHARS:],
        without="the step goes on without it, and is told so",
    )


def of_baseline(baseline: Baseline) -> EnvironmentProblem | None:
    """The problem of a baseline, which silence may decide where most of the suite works."""
    if not baseline.error:
        return None
    works = bool(baseline.green) and not baseline.why_invalid
    if baseline.why_invalid:
        without = "the new tests alone judge the work, the project's others are left out"
    elif works:
        without = "what does not load stays listed as red at the base commit, the rest judges the work"
    else:
        without = "the new tests judge the work, with whatever of the others runs"
    what = f"The tests of the base commit are {'only part of a' if works else 'no'} baseline: {baseline.error}"
    return EnvironmentProblem(
        what=fit(what, 1_000), words=baseline.words, proposals=baseline.proposals, without=without, partial=works
    )
