"""next_part: a part of the plan is done; the draft goes on with the next one.

What the part came to is kept for the evidence. Its tests stay frozen and are judged with all that follow; what supports
them may grow with the next part's tests, and is frozen with those.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from temporalio import activity

from activities.messages import NextPartInput
from aurora.domain.findings import TestCounts
from aurora.domain.finished_parts import FinishedPart, FinishedParts
from aurora.domain.frozen_tests import EarlierTests, FrozenTests
from aurora.domain.plan import TITLE_BYTES, CoveredBehaviours, Plan
from aurora.domain.step_notes import NOTE_BYTES
from aurora.domain.task import Draft
from aurora.ports import ArtifactStore, TaskArtifacts
from aurora.stored_values import fetch, finished_of, keep
from aurora.text import fit
from aurora.toolchains.runs.ids import path_of


@dataclass(frozen=True)
class NextPartActivity:
    artifacts: ArtifactStore

    @activity.defn
    async def next_part(self, order: NextPartInput) -> Draft:
        """The same order gives the same draft."""
        draft = order.draft
        artifacts = self.artifacts.of(draft.task)
        frozen = await fetch(artifacts, draft.frozen, FrozenTests) if draft.frozen else None
        done = await _finished(artifacts, order, frozen)
        parts = (await finished_of(artifacts, draft)).parts
        return draft.model_copy(
            update={
                "part": draft.part + 1,
                "since": draft.commit,
                "finished": await keep(artifacts, FinishedParts(parts=(*parts, done))),
                "frozen": await keep(artifacts, _of_earlier_parts(frozen, done)) if frozen is not None else None,
                "covered": None,
                "diff": None,
                "notes": None,
                "planned_texts": None,
            }
        )


async def _finished(artifacts: TaskArtifacts, order: NextPartInput, frozen: FrozenTests | None) -> FinishedPart:
    draft = order.draft
    assert draft.plan is not None
    part = (await fetch(artifacts, draft.plan, Plan)).parts[draft.part - 1]
    covered = await fetch(artifacts, draft.covered, CoveredBehaviours) if draft.covered else None
    return FinishedPart(
        number=draft.part,
        title=fit(part.title, TITLE_BYTES),
        operations=part.operations,
        behaviours=covered.behaviours if covered else (),
        red=len(frozen.of_part.red) if frozen else 0,
        green=next((report.counts for report in reversed(order.reports) if report.counts), TestCounts()),
        rounds=order.rounds,
        reports=order.reports,
        said=fit(order.said, NOTE_BYTES),
        commit=draft.commit,
        subject=order.subject,
        diff=draft.diff,
        evidence=order.evidence,
    )


def _has_tests(path: str, test_ids: Iterable[str]) -> bool:
    return any(path_of(test_id) == path for test_id in test_ids)


def _of_earlier_parts(frozen: FrozenTests, done: FinishedPart) -> FrozenTests:
    own = frozen.of_part
    earlier = EarlierTests(
        part=done.number,
        title=done.title,
        files=tuple(sorted(path for path in own.files if _has_tests(path, own.test_ids))),
        tests=len(own.test_ids),
        stubs=frozen.stubs,
        seen_red=frozen.seen_red,
    )
    kept = {path for one in (*frozen.earlier, earlier) for path in one.files}
    return frozen.model_copy(
        update={
            "files": {path: digest for path, digest in frozen.files.items() if path in kept},
            "support": {},
            "texts": {},
            "stubs": None,
            "seen_red": None,
            "reasons": {},
            "log": None,
            "earlier": (*frozen.earlier, earlier),
        }
    )
