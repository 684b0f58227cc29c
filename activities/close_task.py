"""close_task: the container goes, the record and the work stay, the ledger has its last word."""

import asyncio
from dataclasses import dataclass

from temporalio import activity

from activities.messages import CloseTaskInput, CloseTaskResult
from activities.record_task import record
from activities.turns.calls import stock_of
from aurora.domain.outcome import Outcome, OutcomeKind, Usage
from aurora.domain.task import Task, TaskRef
from aurora.errors import ArtifactError, AuroraError, ExternalError
from aurora.ports import ArtifactStore, Notifier, Repositories, Sandbox, TaskArtifacts
from aurora.text import fit

SUMMARY_BYTES = 400
KEEP_SECONDS = 60
"""A remote that is silent must not keep a task from ending."""


@dataclass(frozen=True)
class CloseTaskActivity:
    artifacts: ArtifactStore
    sandbox: Sandbox
    repositories: Repositories
    notifier: Notifier

    @activity.defn
    async def close_task(self, order: CloseTaskInput) -> CloseTaskResult:
        """The same order again changes nothing. Raises what releasing the sandbox raises, with all else done."""
        task = TaskRef(id=order.view.task_id, tenant=order.view.tenant)
        artifacts = self.artifacts.of(task)
        error = await self._release(task)
        outcome = await self._kept(artifacts, order.task, await _settled(artifacts, order.outcome))
        view = order.view.model_copy(
            update={
                "phase": "ended",
                "outcome": outcome,
                "usage": outcome.usage,
                "open_microdollars": outcome.open_microdollars,
                "reserved_microdollars": 0,
            }
        )
        await record(artifacts, view, order.audit_from)
        if error is not None:
            raise error
        return CloseTaskResult(outcome=outcome, tell=self.notifier.tells("on_outcome"))

    async def _release(self, task: TaskRef) -> ExternalError | None:
        """An engine that is away must not keep the record from being written."""
        try:
            await self.sandbox.release(task)
        except ExternalError as error:
            return error
        return None

    async def _kept(self, artifacts: TaskArtifacts, task: Task, outcome: Outcome) -> Outcome:
        """Work that ended without a commit gets a ref to be fetched by; without one it is still among the artifacts."""
        draft = outcome.draft
        if outcome.kind is OutcomeKind.COMMITTED or draft is None or draft.bundle is None:
            return outcome
        try:
            async with asyncio.timeout(KEEP_SECONDS):
                ref = await self.repositories.keep(task, draft, await artifacts.get(draft.bundle))
        except (AuroraError, OSError) as error:  # a timeout is an OSError
            why = str(error) or "it took too long"
            note = f"{fit(outcome.summary, SUMMARY_BYTES // 2)}; the work is in the artifacts, no ref was made: {why}"
            return outcome.model_copy(update={"summary": fit(note, SUMMARY_BYTES)})
        return outcome.model_copy(update={"kept": ref})


async def _settled(artifacts: TaskArtifacts, outcome: Outcome) -> Outcome:
    """The outcome with the sums that the artifacts say were paid: calls that did not finish are in no workflow's
    ledger."""
    try:
        stock = await stock_of(artifacts)
    except ArtifactError:
        return outcome
    return outcome.model_copy(
        update={"usage": _larger(stock.usage, outcome.usage), "open_microdollars": stock.open_microdollars}
    )


def _larger(one: Usage, other: Usage) -> Usage:
    return Usage(**{name: max(getattr(one, name), getattr(other, name)) for name in Usage.model_fields})
