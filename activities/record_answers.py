"""record_answers: what the Architect said joins the draft, where every later step reads it."""

from dataclasses import dataclass

from temporalio import activity

from activities.messages import RecordAnswersInput
from aurora.domain.task import Draft
from aurora.ports import ArtifactStore
from aurora.stored_values import tell


@dataclass(frozen=True)
class RecordAnswersActivity:
    artifacts: ArtifactStore

    @activity.defn
    async def record_answers(self, order: RecordAnswersInput) -> Draft:
        return await tell(self.artifacts.of(order.draft.task), order.draft, order.exchanges)
