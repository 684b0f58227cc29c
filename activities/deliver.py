"""deliver: the commit's branch, created where the source is; a second delivery changes nothing."""

from dataclasses import dataclass

from temporalio import activity

from activities.messages import DeliverInput, DeliverResult
from aurora.domain.outcome import Delivery
from aurora.ports import ArtifactStore, Repositories
from aurora.text import counted, fit

SAID_BYTES = 600
"""Bytes of what a repository or its hook says, and of its address."""


@dataclass(frozen=True)
class DeliverActivity:
    artifacts: ArtifactStore
    repositories: Repositories

    @activity.defn
    async def deliver(self, order: DeliverInput) -> DeliverResult:
        """Never moves a branch that is not ours: that comes back as `refused`."""
        draft = order.draft
        if draft.bundle is None:
            delivery = Delivery(state="held", branch=order.task.branch, commit=draft.commit, why="nothing was changed")
        else:
            bundle = await self.artifacts.of(draft.task).get(draft.bundle)
            delivery = await self.repositories.deliver(order.task, draft, bundle)
        delivery = delivery.model_copy(
            update={"why": fit(delivery.why, SAID_BYTES), "where": fit(delivery.where, SAID_BYTES)}
        )
        where = f" in {delivery.where}" if delivery.where else ""
        behind = f", {counted(delivery.behind_by, 'commit')} behind" if delivery.behind_by else ""
        return DeliverResult(delivery=delivery, summary=fit(f"{delivery.state}: {delivery.branch}{where}{behind}", 400))
