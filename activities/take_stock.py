"""take_stock: what the artifacts say was paid. The truth after a call that did not finish: cancelled, timed out, or
its worker killed between the stored reply and the activity's completion."""

from dataclasses import dataclass

from temporalio import activity

from activities.messages import Stock
from activities.turns.calls import stock_of
from aurora.domain.task import TaskRef
from aurora.ports import ArtifactStore


@dataclass(frozen=True)
class TakeStockActivity:
    artifacts: ArtifactStore

    @activity.defn
    async def take_stock(self, task: TaskRef) -> Stock:
        """settled <= billed <= settled + open, whatever happened to the activities that called. Needs no key."""
        return await stock_of(self.artifacts.of(task))
