"""Continue-as-new: what is put in order before a run hands its state to the next one."""

import asyncio

from temporalio import workflow
from temporalio.exceptions import ActivityError

from activities.messages import KeepTextsInput, KeepTextsResult, RecordTaskInput, RecordTaskResult
from aurora.domain.steps import Auxiliary
from aurora.text import clip
from workflows import activity_calls
from workflows.state import State
from workflows.task_context import TaskContext

UNWRITTEN = "the record could not be written: "


async def prepare_state(context: TaskContext) -> State:
    """The state from which the next run starts: the record is written, long answers lie in artifacts, the state fits.

    While disk or engine are away this waits; a cancel ends the waiting, and the next run ends the task."""
    context.reminders.stop()
    work = asyncio.create_task(_write_record(context))
    try:
        await workflow.wait_condition(lambda: work.done() or context.state.cancelled)
    except asyncio.CancelledError:
        context.state.cancelled = True  # asked of Temporal itself; the next run must know
    if work.done():
        work.result()
    else:
        work.cancel()
        await workflow.wait_condition(work.done)
    await workflow.wait_condition(workflow.all_handlers_finished)
    state = context.state
    state.run += 1
    context.architect.forget_exchanges(context.awaited_answers)
    if state.draft is not None:
        state.task = state.task.model_copy(update={"text": clip(state.task.text)})
    return state.fitted()


async def _write_record(context: TaskContext) -> None:
    architect = context.architect
    entries = architect.audit
    order = RecordTaskInput(view=context.view().model_copy(update={"audit": entries}), audit_from=architect.audit_kept)
    try:
        recorded = await activity_calls.execute(Auxiliary.RECORD_TASK, order, RecordTaskResult)
        architect.recorded(recorded.audit)
        while oversized := architect.oversized():
            keep = KeepTextsInput(task=context.task.ref, exchanges=oversized)
            kept = await activity_calls.execute(Auxiliary.KEEP_TEXTS, keep, KeepTextsResult)
            architect.shorten(kept.exchanges)
    except ActivityError as bug:
        context.warn([f"{UNWRITTEN}{bug.cause or bug}"])
    else:
        context.state.withdraw_warnings(UNWRITTEN)
