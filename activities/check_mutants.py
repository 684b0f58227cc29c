"""check_mutants: small changes of the code that a task changed, one at a time, each of which a test should notice.

It runs once everything else has passed. Survivors are told and stop nothing, but for one kind: a function that the task
added and that may as well return a constant is tested by nothing.

In the mode `survivors` it judges tests that were written for survivors: green on the code, and red against one at
least, which is their evidence in place of a red run before the code. They are frozen then like the others.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from temporalio import activity

from activities.checks import flaky_tests
from activities.checks.code_mutants import MutantRunner, Mutants, PreparedMutant, mutants_of
from activities.checks.project_tools import ProjectTools, changed_paths
from activities.messages import CheckInput, CheckResult
from aurora.domain.findings import Finding, Report, ReportStatus, Weight
from aurora.domain.frozen_tests import FrozenTests
from aurora.domain.mutants import CHECKER, CodeMutant, MutantOutcome, MutationResult
from aurora.domain.runs import TestOutcome
from aurora.domain.steps import Step
from aurora.domain.value import Value
from aurora.domain.workspace import Workspace
from aurora.ports import ArtifactStore, Box, Sandbox, TaskArtifacts
from aurora.stored_values import fetch, keep, workspace_of
from aurora.text import clip, counted, fit
from aurora.toolchains.runs.ids import path_of

SHOWN = 3
WRITE_A_TEST = (
    "Write a test that is red with this change, in a new test file, named by the rule of the task that the change "
    "breaks. Where the change alters nothing that anybody could see, say so in finish."
)
NEEDED = (
    "No test would notice if this function did nothing. Remove it where nothing needs it, or make the tested code use "
    "it."
)


class KeptMutants(Value):
    """The knowledge of one state of the code, for the next check of it."""

    tests: dict[str, str]
    """Path -> sha256 of every test module of the task when it was judged."""
    result: MutationResult


@dataclass(frozen=True)
class CheckMutantsActivity:
    artifacts: ArtifactStore
    sandbox: Sandbox

    @activity.defn
    async def check_mutants(self, order: CheckInput) -> CheckResult:
        artifacts = self.artifacts.of(order.draft.task)
        workspace = await workspace_of(artifacts, order.draft)
        frozen = await fetch(artifacts, order.draft.frozen, FrozenTests) if order.draft.frozen else None
        tools = ProjectTools(artifacts, workspace, Step.CHECK_MUTANTS, frozen)
        if why := _why_not(workspace, tools):
            report = Report(checker=CHECKER, status=ReportStatus.PASSED, summary=why)
            return CheckResult(draft=order.draft, report=report, summary=why)
        async with self.sandbox.open(order.draft, workspace) as box:
            check = _Check(artifacts, tools, box, order)
            return await (check.new_tests() if order.mode == "survivors" else check.code())


def _why_not(workspace: Workspace, tools: ProjectTools) -> str:
    if not workspace.settings.mutation.enabled:
        return "off: `mutation.enabled` of aurora.yaml is false"
    if tools.language.code_mutants is None:
        return f"no mutants are made of code in {tools.language.title}"
    return ""


@dataclass(frozen=True)
class _Check:
    artifacts: TaskArtifacts
    tools: ProjectTools
    box: Box
    order: CheckInput

    async def _begin(self) -> tuple[MutantRunner, list[str], dict[str, str], str]:
        """(runs to come, test modules of the task, their digests, the name of what is kept for this code)."""
        maker = self.tools.language.code_mutants
        assert maker is not None
        mutants = await mutants_of(self.tools, self.box, maker)
        changed = await changed_paths(self.box, self.tools.workspace.base)
        modules = [path for path in changed if self.tools.is_test_module(path)]
        digests = dict(await self.box.digests(modules)) if modules else {}
        trying = MutantRunner(self.tools, self.box, mutants, self.tools.workspace.settings.mutation.seconds)
        return trying, modules, digests, _name(self.tools, mutants)

    async def code(self) -> CheckResult:
        trying, modules, digests, name = await self._begin()
        made, said = list(trying.mutants.made), _left_out(trying.mutants)
        made = _known(made, await self._kept(name), digests)
        if made and not modules:
            said = "the task has no test of its own"
        elif made:
            made, why = await trying.judged(made, modules)
            said = "; ".join(filter(None, (said, why)))
        result = MutationResult(
            commit=self.order.draft.commit,
            mutants=tuple(one.mutant for one in made),
            runs=trying.runs,
            seconds=round(trying.spent, 1),
            said=said,
        )
        await self._keep(name, digests, result)
        report = await self.tools.keep(await self._report(result))
        return CheckResult(
            draft=self.order.draft, report=report, summary=fit(f"{report.status.value}: {report.summary}", 300)
        )

    async def _report(self, result: MutationResult) -> Report:
        survivors = result.of(MutantOutcome.SURVIVED)
        needed = [mutant for mutant in survivors if mutant.must_die]
        findings = tuple(_finding(mutant, NEEDED) for mutant in needed)
        advice = tuple(
            _finding(mutant, WRITE_A_TEST).model_copy(update={"weight": Weight.ADVICE}) for mutant in survivors
        )
        report = await keep(self.artifacts, _survivor_report(survivors)) if survivors else None
        counts = result.counts.model_copy(update={"result": await keep(self.artifacts, result), "survivors": report})
        said = (
            f"{counts}, {counted(result.runs, 'run')} in {result.seconds:.0f} s" if result.mutants else "no mutants: "
        )
        said += "" if result.mutants or result.said else "no changed code that could be altered"
        said += f"; {result.said}" if result.mutants and result.said else result.said
        if survivors:
            said += "; no test notices: " + ", ".join(str(mutant) for mutant in survivors[:SHOWN])
        return Report(
            checker=CHECKER,
            status=ReportStatus.FAILED if findings else ReportStatus.PASSED,
            summary=fit(said, 400),
            findings=findings,
            notes=advice,
            total=len(findings),
            mutants=counts,
        )

    async def new_tests(self) -> CheckResult:
        """The new tests among those that were written for survivors."""
        draft, frozen = self.order.draft, self.tools.frozen
        trying, modules, digests, name = await self._begin()
        before = set(frozen.files) if frozen else set()
        new = [path for path in modules if path not in before]
        if frozen is None or not new:
            return self._refused("no new test file was written")
        run = await trying.without(new)
        if not run.valid or run.red or not any(case.outcome is TestOutcome.PASSED for case in run.cases):
            return self._refused(f"the new tests are not green on the code: {run.why_invalid or run.counts}")
        passed = Report(checker=CHECKER, status=ReportStatus.PASSED, summary=f"{run.counts}", counts=run.counts)
        steady = await flaky_tests.steady(self.tools, self.box, run, new, passed)
        if not steady.passed:
            return self._refused("the new tests give different results in two runs")
        kept = await self._kept(name)
        if kept is None or any(digests.get(path) != digest for path, digest in kept.tests.items()):
            return self._refused("the code or its tests are not those whose mutants survived")
        made = _known(list(trying.mutants.made), kept, kept.tests)
        each = trying.spent / max(1, trying.runs)
        red_against: dict[str, str] = {}
        for at, one in enumerate(made):
            if one.mutant.outcome is MutantOutcome.SURVIVED and trying.left >= each:
                seen = await trying.noticed(one, new, run, each)
                red_against |= {test_id: str(one.mutant) for test_id in seen if test_id}
                if seen:
                    made[at] = one.with_outcome(MutantOutcome.KILLED)
        idle = [path for path in new if path not in {path_of(test_id) for test_id in red_against}]
        if idle:
            return self._refused(f"no test of {idle[0]} notices one of the changes")
        result = kept.result.model_copy(update={"mutants": tuple(one.mutant for one in made)})
        await self._keep(name, digests, result)
        ids = tuple(sorted({*frozen.test_ids, *(case.test_id for case in run.cases)}))
        texts = {path: (await self.box.read(path)).decode("utf-8", "replace") for path in new}
        more = frozen.model_copy(
            update={
                "files": {**frozen.files, **{path: digests[path] for path in new}},
                "test_ids": ids,
                "texts": {**frozen.texts, **texts},
                "red_against": {**frozen.red_against, **red_against},
            }
        )
        said = f"{counted(len(red_against), 'new test')} red against a change that went unnoticed; frozen"
        report = await self.tools.keep(passed.model_copy(update={"summary": said}))
        return CheckResult(draft=draft.frozen_as(await keep(self.artifacts, more)), report=report, summary=said)

    def _refused(self, why: str) -> CheckResult:
        report = Report(checker=CHECKER, status=ReportStatus.FAILED, summary=clip(why, 400))
        return CheckResult(draft=self.order.draft, report=report, no_tests="no new" in why, summary=fit(why, 300))

    async def _kept(self, name: str) -> KeptMutants | None:
        content = await self.artifacts.read(name)
        return KeptMutants.model_validate_json(content) if content else None

    async def _keep(self, name: str, tests: dict[str, str], result: MutationResult) -> None:
        await self.artifacts.replace(name, KeptMutants(tests=tests, result=result).model_dump_json().encode())


def _name(tools: ProjectTools, mutants: Mutants) -> str:
    """A name made of everything that the mutants depend on: the changed code, and how many a group has."""
    said = hashlib.sha256(f"{tools.workspace.settings.mutation.per_group}\0".encode())
    for path, text in sorted(mutants.texts.items()):
        said.update(f"{path}\0{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()}\0".encode())
    return f"mutants/{said.hexdigest()}.json"


def _known(made: Sequence[PreparedMutant], kept: KeptMutants | None, tests: dict[str, str]) -> list[PreparedMutant]:
    """The outcomes that still hold: what was killed by tests that are all still there, and what survived the very same
    tests, or those and others that are judged next."""
    if kept is None or len(kept.result.mutants) != len(made):
        return list(made)
    if any(tests.get(path) != digest for path, digest in kept.tests.items()):
        return list(made)
    same = set(tests) == set(kept.tests)
    result = []
    for one, before in zip(made, kept.result.mutants, strict=True):
        holds = before.outcome is MutantOutcome.KILLED or same
        alike = (one.mutant.path, one.mutant.line, one.mutant.after) == (before.path, before.line, before.after)
        result.append(one.with_outcome(before.outcome) if holds and alike else one)
    return result


def _left_out(mutants: Mutants) -> str:
    if not mutants.skipped:
        return ""
    return f"{counted(len(mutants.skipped), 'file')} could not be altered, first {mutants.skipped[0]}"


def _finding(mutant: CodeMutant, hint: str) -> Finding:
    where = f" in {mutant.function}" if mutant.function else ""
    return Finding(
        check=CHECKER,
        path=mutant.path,
        line=mutant.line,
        message=clip(
            f"No test notices this change{where} ({mutant.operator}): `{mutant.before}` -> `{mutant.after}`", 1_000
        ),
        hint=hint,
    )


def _survivor_report(survivors: Sequence[CodeMutant]) -> Report:
    """A report for whoever writes tests."""
    findings = tuple(_finding(mutant, WRITE_A_TEST) for mutant in survivors)
    summary = f"{counted(len(survivors), 'change')} of the code would go unnoticed"
    return Report(checker=CHECKER, status=ReportStatus.FAILED, summary=summary, findings=findings, total=len(findings))
