"""exercise_contract: the application of a draft, served in the sandbox and driven against its own documents.

What it does against them blocks once it was seen again in a new data store, and only where the base commit did not do
the same: on operations that the task touches, and on others that got worse. An application that does not start any
more blocks, too. What could not be exercised is listed, and nothing says that it holds.
"""

import re
from dataclasses import dataclass

from temporalio import activity

from activities.checks.contract_check import ContractCheck, ContractCheckResult
from activities.checks.contract_judging import CHECK
from activities.checks.contract_runs import ServedRuns
from activities.checks.project_tools import ProjectTools, changed_paths
from activities.messages import CheckInput, CheckResult
from aurora.domain.exercise import ApiKind, Exercised
from aurora.domain.exercise_evidence import ContractExercise, ContractExercises
from aurora.domain.findings import Finding, Report, ReportStatus, Weight
from aurora.domain.plan import Plan
from aurora.domain.steps import Step
from aurora.domain.task import Draft
from aurora.domain.workspace import Workspace
from aurora.errors import Refusal
from aurora.ports import ArtifactStore, Sandbox, TaskArtifacts
from aurora.settings.policy import Policy
from aurora.stored_values import answers_of, fetch, keep, workspace_of
from aurora.survey import contract_choice
from aurora.survey.survey import Survey
from aurora.text import counted, fit
from aurora.toolchains.serving import serve_command
from aurora.tools.hidden_files import Hiding

STATUS = re.compile(r"(?<![\w.,-])[234]\d\d(?![\w%-]|[.,]\d)")
"""A number that may be a status of HTTP."""
DOCUMENTS = (".yaml", ".yml", ".json", ".graphql", ".graphqls", ".gql")
NOT_EXERCISED = "Nothing shows that the application meets its contract: "


@dataclass(frozen=True)
class ExerciseContractActivity:
    artifacts: ArtifactStore
    sandbox: Sandbox
    policy: Policy

    @activity.defn
    async def exercise_contract(self, order: CheckInput) -> CheckResult:
        """Raises `ServiceNotStarted` while a service that the application needs can't be started."""
        draft = order.draft
        artifacts = self.artifacts.of(draft.task)
        workspace = await workspace_of(artifacts, draft)
        tools = ProjectTools(artifacts, workspace, Step.EXERCISE_CONTRACT)
        workspace = await self._with_written(artifacts, draft, workspace)
        report = _not_needed(workspace) or await self._exercised(artifacts, draft, workspace)
        report = await tools.keep(report)
        return CheckResult(draft=draft, report=report, summary=fit(f"{report.status.value}: {report.summary}", 300))

    async def _exercised(self, artifacts: TaskArtifacts, draft: Draft, workspace: Workspace) -> Report:
        """Served as at the base commit; where nobody could tell how, or it does not start so, as the draft says."""
        if workspace.toolchain.serve is None:
            # what aurora.yaml leaves out (its migrations, where it serves its document) is read of a new service, too
            workspace = await self._detected(artifacts, draft, workspace)
        found = await self._found(artifacts, draft, workspace)
        if (isinstance(found, str) or found.unusable) and workspace.settings.contract.serve is None:
            moved = await self._detected(artifacts, draft, workspace)
            other = await self._found(artifacts, draft, moved) if moved != workspace else found
            if not (isinstance(other, str) or other.unusable):
                found = other
        if isinstance(found, str):
            found = _not_served(workspace, found)
        report = await self._masked(_report(found), draft, workspace)
        kept = ContractExercises(commit=draft.commit, exercises=found.exercises)
        return report.model_copy(update={"exercise": await keep(artifacts, kept)}) if found.exercises else report

    async def _with_written(self, artifacts: TaskArtifacts, draft: Draft, workspace: Workspace) -> Workspace:
        """The workspace with the document that the task itself wrote, where the base commit has none."""
        contract = workspace.settings.contract
        known = workspace.contract is not None or workspace.graphql is not None
        if known or contract_choice.is_none(contract.path) or not contract.exercise.enabled:
            return workspace
        survey = Survey(workspace.task, draft, artifacts, self.sandbox, self.policy)
        async with self.sandbox.open(draft, workspace) as box:
            changed = await changed_paths(box, draft.base)
            if not any(path.lower().endswith(DOCUMENTS) for path in changed):
                return workspace
            try:
                written, graphql = await survey.documents(box, workspace.settings, workspace.toolchain)
            except Refusal:
                return workspace
        mine = written if written is not None and written.path in changed else None
        schema = graphql if graphql is not None and graphql.path in changed else None
        return workspace.model_copy(update={"contract": mine, "graphql": schema})

    async def _found(self, artifacts: TaskArtifacts, draft: Draft, workspace: Workspace) -> ContractCheckResult | str:
        command = serve_command(workspace.settings, workspace.toolchain, workspace.image.distributions)
        if isinstance(command, str):
            return command
        plan = await fetch(artifacts, draft.plan, Plan) if draft.plan else None
        tools = ProjectTools(artifacts, workspace, Step.EXERCISE_CONTRACT)
        runs = ServedRuns(artifacts, workspace, command)
        planned = plan.of_part(draft.part).operations if plan else ()
        later = plan.parts[draft.part :] if plan and draft.part else ()
        pending = frozenset(operation for part in later for operation in part.operations) - set(planned)
        said = [workspace.task.text, *(one.text for one in (await answers_of(artifacts, draft)).exchanges)]
        decided = frozenset(int(status) for text in said for status in STATUS.findall(text))
        return await ContractCheck(self.sandbox, runs, tools, draft, planned, pending, decided).found()

    async def _detected(self, artifacts: TaskArtifacts, draft: Draft, workspace: Workspace) -> Workspace:
        """The workspace with the draft's own way of being served: a service that is new, or whose application was
        moved."""
        survey = Survey(workspace.task, draft, artifacts, self.sandbox, self.policy)
        async with self.sandbox.open(draft, workspace) as box:
            try:
                recipe = (await survey.detected(box, workspace.settings)).serve
            except Refusal:
                return workspace
        if recipe is None:
            return workspace
        return workspace.model_copy(update={"toolchain": workspace.toolchain.model_copy(update={"serve": recipe})})

    async def _masked(self, report: Report, draft: Draft, workspace: Workspace) -> Report:
        """The exercise without text that a response or an error quotes from hidden files."""
        if not (report.findings or report.notes):
            return report
        async with self.sandbox.open(draft, workspace) as box:
            hiding = await Hiding.of(box, workspace)
            if not hiding:
                return report
            notes = await hiding.report(box, report.model_copy(update={"findings": report.notes}))
            report = await hiding.report(box, report)
        return report.model_copy(update={"notes": notes.findings})


def _not_needed(workspace: Workspace) -> Report | None:
    if workspace.contract is None and workspace.graphql is None:
        return _passed("the repository has no document to check the application against")
    if not workspace.settings.contract.exercise.enabled:
        return _passed("off: `contract.exercise.enabled` of aurora.yaml is false")
    return None


def _not_served(workspace: Workspace, why: str) -> ContractCheckResult:
    contract, graphql = workspace.contract, workspace.graphql
    documents = [(one.path, ApiKind.OPENAPI, one.operations) for one in (contract,) if one is not None]
    documents += [(one.path, ApiKind.GRAPHQL, one.fields) for one in (graphql,) if one is not None]
    message, missed = f"{NOT_EXERCISED}{why}", "the application was not served"
    return ContractCheckResult(
        said=f"not exercised: {why}",
        notes=(Finding(check=CHECK, path=documents[0][0], message=message, weight=Weight.ADVICE),),
        exercises=tuple(
            ContractExercise(
                document=path,
                kind=kind,
                operations=tuple(Exercised(operation=name, left_out=missed) for name in names),
                why_not=why,
            )
            for path, kind, names in documents
        ),
    )


def _report(found: ContractCheckResult) -> Report:
    said = found.said
    if found.findings:
        said = f"{counted(len(found.findings), 'finding')}: {said}"
    return Report(
        checker=CHECK,
        status=ReportStatus.FAILED if found.findings else ReportStatus.PASSED,
        summary=fit(said, 400),
        findings=found.findings,
        notes=found.notes,
        total=len(found.findings),
    )


def _passed(said: str) -> Report:
    return Report(checker=CHECK, status=ReportStatus.PASSED, summary=fit(said, 400))
