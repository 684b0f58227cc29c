"""TaskNotice: an outcome on its way to people. The task has ended; this lasts as long as their webhook is away."""

from temporalio import workflow

from aurora import names
from aurora.domain.notices import Notice, Notified
from workflows.policies import TELLING


@workflow.defn(name=names.NOTICE_WORKFLOW, failure_exception_types=[Exception])
class TaskNotice:
    @workflow.run
    async def run(self, notice: Notice) -> Notified:
        notified: Notified = await workflow.execute_activity(
            "notify",
            notice,
            result_type=Notified,
            task_queue=names.MODEL_QUEUE,
            summary=f"tells {notice.to or 'people'} of the outcome",
            **TELLING,
        )
        return notified
