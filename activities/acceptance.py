"""The acceptance check of a draft: for the gates, where the model can still mend it, and for the commit."""

from activities.changes import changes
from activities.keeping import answers_of, fetch
from activities.project_tools import ProjectTools, policy_for
from aurora import bounded
from aurora.domain import Draft, Finding, Plan, Step
from aurora.errors import OutOfBounds, ToolRefusal
from aurora.evidence import Allowed
from aurora.frozen_tests import FrozenTests
from aurora.gates.acceptance import CHECK, Rules, judged
from aurora.ports import Box
from aurora.tools.grants import Grants

BOUNDS = bounded.Bounds(seconds=30, megabytes=1_500)
"""Manifests, locks and every changed file, once more."""


async def accepted(tools: ProjectTools, box: Box, draft: Draft) -> tuple[tuple[Finding, ...], tuple[Allowed, ...]]:
    """What of the box's commit must not be committed, and which protected files were asked for.

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
        return await bounded.call(judged, made, rules, about="what the draft changes", bounds=BOUNDS)
    except (OutOfBounds, ToolRefusal) as refusal:
        return (Finding(check=CHECK, message=str(refusal)[:1_500], mend="Change less."),), ()
