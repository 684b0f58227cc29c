"""The acceptance check: the gates over all that differs from the base. In each round, where the model can still fix
it, and before the commit. `docs/using/acceptance.md` says what is refused."""

from dataclasses import dataclass

from activities.checks.changes import changes
from activities.checks.project_tools import ProjectTools, policy_for
from aurora import bounded
from aurora.domain.evidence import Allowed
from aurora.domain.findings import Finding, weighed
from aurora.domain.frozen_tests import FrozenTests
from aurora.domain.plan import Plan
from aurora.domain.steps import Step
from aurora.domain.task import Draft
from aurora.errors import OutOfBounds, ToolRefusal
from aurora.gates import gate_runner
from aurora.gates.context import NOTHING, DraftContext
from aurora.gates.gate import When
from aurora.ports import Box
from aurora.stored_values import answers_of, fetch
from aurora.tools.grants import Grants, asked_for
from aurora.tools.path_policy import contracts_of

CHECK = "changes"
"""Of a draft that the gates can't be asked about."""


@dataclass(frozen=True)
class AcceptanceResult:
    """The gates' judgement of a draft."""

    findings: tuple[Finding, ...]
    """Those that block."""
    notes: tuple[Finding, ...] = ()
    """Advice, and what was there before."""
    allowed: tuple[Allowed, ...] = ()
    """Protected files that were asked for."""
    altered_tests: tuple[str, ...] = ()
    """Files of the tests that the base has otherwise: honest where a rule changes, and to be said in any case."""


async def judged(tools: ProjectTools, box: Box, draft: Draft, when: When) -> AcceptanceResult:
    """The gates on the box's commit: all that differs from the base. What can't be judged is refused.

    `draft` says what was planned, frozen and answered."""
    artifacts, workspace = tools.artifacts, tools.workspace
    plan = await fetch(artifacts, draft.plan, Plan) if draft.plan else None
    frozen = await fetch(artifacts, draft.frozen, FrozenTests) if draft.frozen else None
    grants = Grants.of(workspace.task, await answers_of(artifacts, draft))
    try:
        files = await changes(box, draft.base)
        facts = (await tools.facts(box)).of_draft(
            plan=plan,
            frozen=frozen,
            grants=grants,
            code=policy_for(workspace, plan, None, Step.WRITE_CODE, grants=grants),
            tests=policy_for(workspace, plan, None, Step.WRITE_TESTS, grants=grants),
        )
        findings = await gate_runner.judged(DraftContext(files, facts, box), when)
        paths = tuple(file.path for file in files)
        allowed = await bounded.call(asked_for, grants, paths, contracts_of(workspace), about="what the draft changes")
    except (OutOfBounds, ToolRefusal) as refusal:
        return AcceptanceResult((Finding(check=CHECK, message=str(refusal)[:1_500], hint="Change less."),))
    altered = tuple(file.path for file in files if file.before_mode != NOTHING and tools.is_test(file.path))
    blocking, notes = weighed(findings)
    return AcceptanceResult(blocking, notes, allowed, altered)
