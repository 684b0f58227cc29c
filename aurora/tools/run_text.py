"""A run of the tests as the model reads it: counts, then one cause after another with the names of all its tests."""

from collections.abc import Callable, Collection, Sequence

from aurora.domain.runs import TestCase, TestOutcome, TestRun
from aurora.output import cut
from aurora.text import clip, counted
from aurora.toolchains.runs import causes
from aurora.toolchains.runs.ids import path_of

CAUSES = 12
"""That are shown with their tracebacks."""
TEXT_CHARS = 7_500
"""Characters of all tracebacks together."""
MOST_OF_ONE, LEAST_OF_ONE = 3_000, 500
OUTPUT_CHARS = 1_000
SAME_OUTPUT = "[… captured output as of a test above …]"
NAMES_CHARS = 3_000
"""Characters of the names of failing tests."""
GREEN_CHARS = 1_500
"""Characters of the names of new tests that pass."""
NEW, BASE, FROZEN, REGRESSION, FLAKY = "new", "base", "frozen", "regression", "flaky"
LABELS = (
    f"Labels: [{FROZEN}] a frozen test of this task; [{NEW}] not at the base commit; [{REGRESSION}] passed at the base "
    f"commit; [{BASE}] red there already, do not fix it; [{FLAKY}] red by chance there."
)


def render_run(run: TestRun, origin: Callable[[str], str] = lambda _: "") -> str:
    """`origin`: the label of a test, or nothing."""
    lines = [f"{run.counts}" + ("" if run.valid else f" (not to be trusted: {run.why_invalid})")]
    if run.end.value != "exited":
        lines.append(f"The run ended: {run.end.value.replace('_', ' ')}. {run.end.hint}")
    found = causes.grouped(run.red)
    if len(run.red) > 1:
        lines.append(f"{counted(len(run.red), 'red test')} by {counted(len(found), 'cause')}; one traceback for each:")
    shares = max(LEAST_OF_ONE, min(MOST_OF_ONE, TEXT_CHARS // max(1, min(len(found), CAUSES))))
    names = NAMES_CHARS
    outputs: set[str] = set()
    for cause in found[:CAUSES]:
        reported = _names(cause.cases, origin, names // 2 if len(found) > 1 else names)
        names -= min(names, sum(map(len, reported)))
        lines += ["", *_rendered(cause, reported, shares, outputs)]
        outputs.add(cause.example.output)
    if rest := found[CAUSES:]:
        lines += ["", f"{counted(len(rest), 'more cause')}:"]
        for cause in rest[:20]:
            first, *others = cause.cases
            more = f" and {len(others)} more" if others else ""
            lines.append(f"{first.test_id}{more}: {clip(cause.headline, 120)}")
        if len(rest) > 20:
            lines.append(f"[… {len(rest) - 20} more causes …]")
    # before the tests are frozen each such must be known by name: it is a guard, or it tests nothing
    if green := [case for case in run.cases if case.outcome is TestOutcome.PASSED and origin(case.test_id) == NEW]:
        lines += ["", f"{counted(len(green), 'new test')} passed:", *_names(green, lambda _: "", GREEN_CHARS)]
    if not run.cases and run.output:
        lines += ["", cut(run.output, 3_000)]
    return "\n".join(lines)


def _rendered(cause: causes.Cause, names: Sequence[str], chars: int, outputs: Collection[str]) -> list[str]:
    """The names, the repository's last frame, and what one of the tests says. `outputs`: shown before, as the log of a
    fixture that each test begins with: it is not shown again."""
    case = cause.example
    kind = case.kind.value if case.kind else "?"
    several = f"{len(cause.cases)} tests, " if len(cause.cases) > 1 else ""
    head = (
        [f"{case.outcome.value.upper()} ({several}{kind})", *names]
        if several
        else [f"{case.outcome.value.upper()} {names[0]} ({kind})"]
    )
    output = cut(case.output, min(OUTPUT_CHARS, chars))
    if case.output in outputs and len(output) > len(SAME_OUTPUT):
        output = SAME_OUTPUT
    shown = [case.frame, cut(case.message, chars), output]
    if several and case.frame:
        shown[0] = f"of the first: {case.frame}"
    return [*head, *(part for part in shown if part)]


def _names(cases: Sequence[TestCase], origin: Callable[[str], str], chars: int) -> list[str]:
    """One a line, as many as fit; the others are counted by their file."""
    reported: list[str] = []
    for case in cases:
        label = origin(case.test_id)
        line = f"{case.test_id} [{label}]" if label else case.test_id
        if reported and chars < len(line):
            break
        reported.append(line)
        chars -= len(line) + 1
    left: dict[str, int] = {}
    for case in cases[len(reported) :]:
        left[path_of(case.test_id)] = left.get(path_of(case.test_id), 0) + 1
    if left:
        files = ", ".join(f"{path} ({count})" for path, count in list(left.items())[:10])
        more = f" and {len(left) - 10} more files" if len(left) > 10 else ""
        reported.append(f"[… and {sum(left.values())} more: {files}{more} …]")
    return reported
