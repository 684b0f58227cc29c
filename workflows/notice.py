"""TaskNotice: an outcome on its way to people. The task has ended; this lasts as long as their webhook is away."""

from temporalio import workflow

from aurora import names
from aurora.domain.notices import Notice, Notified
from aurora.domain.steps import Auxiliary
from workflows import activity_calls


@workflow.defn(name=names.NOTICE_WORKFLOW, failure_exception_types=[Exception])
class TaskNotice:
    @workflow.run
    async def run(self, notice: Notice) -> Notified:
        summary = f"tells {notice.to or 'people'} of the outcome"
        return await activity_calls.execute(Auxiliary.NOTIFY, notice, Notified, summary)
