"""The acceptance check of a draft: for the gates, where the model can still mend it, and for the commit."""

from dataclasses import dataclass

from activities.checks.changes import changes
from activities.checks.project_tools import ProjectTools, policy_for
from aurora import bounded
from aurora.domain.evidence import Allowed
from aurora.domain.findings import Finding
from aurora.domain.frozen_tests import FrozenTests
from aurora.domain.plan import Plan
from aurora.domain.steps import Step
from aurora.domain.task import Draft
from aurora.errors import OutOfBounds, ToolRefusal
from aurora.gates.acceptance import CHECK, Rules, altered_tests, judged
from aurora.ports import Box
from aurora.stored_values import answers_of, fetch
from aurora.tools.grants import Grants

BOUNDS = bounded.Bounds(seconds=30, megabytes=1_500)
"""Manifests, locks and every changed file, once more."""


@dataclass(frozen=True)
class Accepted:
    """What the acceptance check says of a draft."""

    refused: tuple[Finding, ...]
    """What must not be committed."""
    allowed: tuple[Allowed, ...] = ()
    """Protected files that were asked for."""
    altered_tests: tuple[str, ...] = ()
    """Files of the tests that the base has otherwise."""


async def accepted(tools: ProjectTools, box: Box, draft: Draft) -> Accepted:
    """The check of the box's commit.

    `draft` says what was planned, frozen and answered; what can't be judged is refused."""
    artifacts, workspace = tools.artifacts, tools.workspace
    plan = await fetch(artifacts, draft.plan, Plan) if draft.plan else None
    frozen = await fetch(artifacts, draft.frozen, FrozenTests) if draft.frozen else None
    grants = Grants.of(workspace.task, await answers_of(artifacts, draft))
    rules = Rules(
        code=policy_for(workspace, plan, None, Step.WRITE_CODE, grants=grants),
        tests=policy_for(workspace, plan, None, Step.WRITE_TESTS, grants=grants),
        frozen=frozen.protected if frozen else {},
        is_test=tools.chain.is_test,
        grants=grants,
        files=frozenset([entry.path for entry in await box.files()]),
    )
    try:
        made = tuple(await changes(box, draft.base))
        refused, allowed = await bounded.call(judged, made, rules, about="what the draft changes", bounds=BOUNDS)
    except (OutOfBounds, ToolRefusal) as refusal:
        return Accepted((Finding(check=CHECK, message=str(refusal)[:1_500], hint="Change less."),))
    return Accepted(refused, allowed, altered_tests(made, rules))
