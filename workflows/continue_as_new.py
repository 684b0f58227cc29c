"""Continue-as-new: what is put in order before a run hands its state to the next one."""

import asyncio

from temporalio import workflow
from temporalio.exceptions import ActivityError

from activities.messages import KeepTextsInput, KeepTextsResult, RecordTaskInput, RecordTaskResult
from aurora import names
from aurora.text import clip
from workflows.policies import FOREVER
from workflows.state import State
from workflows.task_context import TaskContext


async def prepared(context: TaskContext) -> State:
    """What the next run starts from: the record is written, long answers lie in artifacts, the state fits.

    While disk or engine are away this waits; a cancel ends the waiting, and the next run ends the task."""
    context.reminders.stop()
    context.rest()
    work = asyncio.create_task(_in_order(context))
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
    context.architect.forget(state.model_dump_json(include={"journal", "outage"}))
    if state.draft is not None:
        state.task = state.task.model_copy(update={"text": clip(state.task.text)})
    return state.fitted()


async def _in_order(context: TaskContext) -> None:
    architect = context.architect
    entries = architect.audit
    order = RecordTaskInput(view=context.view().model_copy(update={"audit": entries}), audit_from=architect.audit_kept)
    try:
        recorded = await workflow.execute_activity(
            "record_task", order, result_type=RecordTaskResult, task_queue=names.SANDBOX_QUEUE, **FOREVER
        )
        architect.recorded(recorded.audit)
        while heavy := architect.heavy():
            keep = KeepTextsInput(task=context.task.ref, exchanges=heavy)
            kept = await workflow.execute_activity(
                "keep_texts", keep, result_type=KeepTextsResult, task_queue=names.SANDBOX_QUEUE, **FOREVER
            )
            architect.lighten(kept.exchanges)
    except ActivityError as bug:
        context.warn([f"the record could not be written: {bug.cause or bug}"])
