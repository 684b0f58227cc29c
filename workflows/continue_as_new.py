"""Continue-as-new: what is put in order before a run hands its state to the next one."""

import asyncio

from temporalio import workflow
from temporalio.exceptions import ActivityError

from activities.messages import KeepOrder, Kept, Recorded, RecordOrder
from aurora import names
from aurora.text import clip
from workflows.policies import FOREVER
from workflows.state import State
from workflows.task_context import Stage


async def prepared(stage: Stage) -> State:
    """What the next run starts from: the record is written, long answers lie in artifacts, the state fits.

    While disk or engine are away this waits; a cancel ends the waiting, and the next run ends the task."""
    stage.attention.stop()
    stage.rest()
    work = asyncio.create_task(_in_order(stage))
    try:
        await workflow.wait_condition(lambda: work.done() or stage.state.cancelled)
    except asyncio.CancelledError:
        stage.state.cancelled = True  # asked of Temporal itself; the next run must know
    if work.done():
        work.result()
    else:
        work.cancel()
        await workflow.wait_condition(work.done)
    await workflow.wait_condition(workflow.all_handlers_finished)
    state = stage.state
    state.run += 1
    stage.architect.forget(state.model_dump_json(include={"journal", "outage"}))
    if state.draft is not None:
        state.task = state.task.model_copy(update={"text": clip(state.task.text)})
    return state.fitted()


async def _in_order(stage: Stage) -> None:
    architect = stage.architect
    entries = architect.audit
    order = RecordOrder(view=stage.view().model_copy(update={"audit": entries}), audit_from=architect.audit_kept)
    try:
        recorded = await workflow.execute_activity(
            "record_task", order, result_type=Recorded, task_queue=names.SANDBOX_QUEUE, **FOREVER
        )
        architect.recorded(recorded.audit)
        while heavy := architect.heavy():
            keep = KeepOrder(task=stage.task.ref, exchanges=heavy)
            kept = await workflow.execute_activity(
                "keep_texts", keep, result_type=Kept, task_queue=names.SANDBOX_QUEUE, **FOREVER
            )
            architect.lighten(kept.exchanges)
    except ActivityError as bug:
        stage.warn([f"the record could not be written: {bug.cause or bug}"])
