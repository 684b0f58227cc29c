"""review: a last look at the whole change by a model that has written none of it."""

from dataclasses import dataclass, replace

from temporalio import activity

from activities.checks.project_tools import ProjectTools
from activities.messages import TurnInput, TurnReply
from activities.turns.brief import DIFF_CHARS, Brief, opening, section
from activities.turns.sources import sources
from activities.turns.step_spec import StepSpec
from activities.turns.turn import Turns
from aurora.domain import review
from aurora.domain.findings import Report, ReportStatus, weighed
from aurora.domain.frozen_tests import FrozenTests
from aurora.domain.review import Review
from aurora.domain.steps import Step
from aurora.ports import ArtifactStore
from aurora.stored_values import fetch, workspace_of
from aurora.text import counted, fit
from aurora.toolchains.runs.ids import folded
from aurora.tools.shown_diff import fitted, split

TESTS_NAMED = 200


def _opening(brief: Brief) -> str:
    """Names of the tests, and not their texts: those are read where a name leaves something open."""
    tests = brief.frozen
    diff = fitted(brief.diff, DIFF_CHARS, elsewhere=tuple(tests.files) if tests else ())
    plain = replace(brief, frozen=None, diff=diff, reflections=(), advice="", last="", attempt=None)
    return opening(
        plain,
        section("The tests of this change, each red before the code unless it guards what was there", _named(tests)),
        "Review. Answer with the JSON result when you are sure.",
    )


def _named(tests: FrozenTests | None) -> str:
    if tests is None:
        return "There are none."
    return "\n".join(folded(tests.test_ids, TESTS_NAMED))


SPEC = StepSpec(step=Step.REVIEW, opening=_opening, output=Review, effort="high", max_tokens=8_000)


@dataclass(frozen=True)
class ReviewActivity:
    turns: Turns
    artifacts: ArtifactStore

    @activity.defn
    async def review(self, order: TurnInput) -> TurnReply:
        """A turn of the review. Its result carries a report, which fails where a finding quotes what stands there."""
        reply = await self.turns.reply(order, SPEC)
        if reply.result is None:
            return reply
        artifacts = self.artifacts.of(order.draft.task)
        workspace = await workspace_of(artifacts, order.draft)
        said = await fetch(artifacts, reply.result, Review)
        diff = (await artifacts.get(order.draft.diff)).decode() if order.draft.diff else ""
        changed = [file.path for file in split(diff)[1]]
        found, unfounded = review.grounded(said, diff, await sources(artifacts, order.draft, workspace), changed)
        findings, notes = weighed(found)
        summary = counted(len(findings), "finding")
        if notes:
            summary += f", {counted(len(notes), 'rule')} without a test"
        if unfounded:
            summary += f", {unfounded} dropped: their quotes do not occur in the file"
        status = ReportStatus.FAILED if findings else ReportStatus.PASSED
        report = await ProjectTools(artifacts, workspace, Step.REVIEW).keep(
            Report(
                checker=review.CHECK,
                status=status,
                summary=summary,
                findings=findings,
                notes=notes,
                total=len(findings),
            )
        )
        return reply.model_copy(update={"report": report, "summary": fit(f"{summary}: {said.summary}", 300)})
