"""A project's own tests and lint as they stand at the base commit: each once, on a box that holds it."""

import time
from collections.abc import Sequence

from aurora import progress
from aurora.domain.runs import ExecEnd, TestOutcome, TestRun
from aurora.domain.workspace import Baseline, Workspace
from aurora.ports import Box
from aurora.text import counted, fit
from aurora.toolchains.language import Language
from aurora.toolchains.runs import baseline_errors, judging, likely_tests, proposals
from aurora.toolchains.runs import reruns as running_again
from aurora.toolchains.runs.report import without_flaky
from aurora.toolchains.tools import ToolchainTools

SHOWN_FINDINGS = 20
ERROR_BYTES = 1_500
NOT_RUN = (TestOutcome.SKIPPED, TestOutcome.XFAILED)
FEW_RED, SHARE_RED = 10, 20
"""More red tests than these few, and than one of so many, are red for a reason: they are not run again."""


async def taken(
    chain: ToolchainTools,
    box: Box,
    languages: Sequence[Language],
    reruns: int = 1,
    workspace: Workspace | None = None,
    begun: bool = True,
) -> Baseline:
    """`languages`: those whose tests are looked for where the runner found none. `reruns`: how often red tests are run
    again. `workspace`: whose it is, where something is to be proposed against its trouble. `begun`: whether the project
    has code; in one that has none the runner need not even start."""
    progress.stage("runs the tests of the base commit")
    execution = await box.run_tests(chain.test_command().model_copy(update={"watched": True}))
    run = await judging.run_of(chain, execution)
    none = not run.cases and not run.collection_errors
    likely = await likely_tests.found(box, languages) if none else ()
    if none and not begun and not run.valid and run.end is ExecEnd.EXITED and not likely:
        # what the configuration names (a settings module, a plugin of the runner) is to be written, as the tests are
        run = run.model_copy(update={"valid": True, "why_invalid": ""})
    signs, proposed = await proposals.of(run, box, languages, workspace, likely if run.valid else ())
    error = baseline_errors.error(run, likely, signs)
    remark = baseline_errors.remark(run, signs)
    flaky = () if error else await _flaky(chain, box, run, execution.seconds, reruns)
    started = time.monotonic()
    sources = any(e.kind == "file" and chain.is_source(e.path) for e in await box.files())
    progress.stage("runs the linters at the base commit")
    findings = await chain.lint(box, ["."]) if sources else []
    return Baseline(
        counts=without_flaky(run, flaky),
        red=tuple(sorted({case.test_id for case in run.red} - set(flaky))),
        green=tuple(sorted(c.test_id for c in run.cases if c.outcome is TestOutcome.PASSED)),
        why_invalid=run.why_invalid,
        error=fit(error, ERROR_BYTES),
        proposals=proposed if error or remark else (),
        remark=fit(remark, ERROR_BYTES),
        words=fit(baseline_errors.words(run), ERROR_BYTES + baseline_errors.WORDS_CHARS) if error else "",
        flaky=flaky,
        skipped=tuple(sorted(c.test_id for c in run.cases if c.outcome in NOT_RUN)),
        plugins=run.plugins,
        written=execution.written,
        lint=tuple(sorted(finding.key for finding in findings)),
        lint_findings=tuple(findings[:SHOWN_FINDINGS]),
        seconds=execution.seconds,
        lint_seconds=time.monotonic() - started,
    )


async def _flaky(chain: ToolchainTools, box: Box, run: TestRun, seconds: float, times: int) -> tuple[str, ...]:
    red = running_again.red_ids(run)
    many = len(red) > max(FEW_RED, len(run.cases) // SHARE_RED)
    if not red or many or not running_again.affordable(chain.test_command(), chain.test_command(red), seconds):
        return ()

    async def again(selection: Sequence[str]) -> TestRun:
        return await judging.run_of(chain, await box.run_tests(chain.test_command(selection)))

    progress.stage(f"runs {counted(len(red), 'red test')} of the base commit again")
    return await running_again.turned_green(again, red, times)
