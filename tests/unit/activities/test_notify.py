import dataclasses
from typing import Any

import pytest
from pydantic import SecretStr
from starlette.responses import Response
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.interceptors.heartbeats import LONGEST_DELAY, translated
from activities.notify import NotifyActivity
from aurora.domain.notices import Notice, Notified
from aurora.domain.outcome import OutcomeKind
from aurora.domain.task import TaskRef
from aurora.drivers.webhooks.notifier import WebhookNotifier
from aurora.errors import ArtifactCorrupt, DiskFull, NoticeError
from aurora.settings.webhooks import Webhook
from tests.support.fakes import RecordingNotifier
from tests.support.memory_artifacts import MemoryArtifacts, MemoryTaskArtifacts
from tests.support.webhook_receiver import SECRET, receiving

NOTICE = Notice(key="end", event="on_outcome", task_id="t1", at=1, outcome=OutcomeKind.COMMITTED)


async def notify(activity: NotifyActivity, *, attempt: int = 1, notice: Notice = NOTICE) -> Notified:
    environment = ActivityEnvironment()
    environment.info = dataclasses.replace(environment.info, attempt=attempt)
    return await environment.run(activity.notify, notice)


async def test_every_webhook_that_fits_is_told() -> None:
    people = RecordingNotifier("team", "chat")
    assert await notify(NotifyActivity(MemoryArtifacts(), people)) == Notified(
        accepted=("team", "chat"), summary="told team, chat"
    )
    assert people.taken == [("team", NOTICE), ("chat", NOTICE)]


async def test_nothing_set_up_is_said_and_no_failure() -> None:
    nobody = RecordingNotifier()
    nobody.names = ()
    assert (await notify(NotifyActivity(MemoryArtifacts(), nobody))).summary == "no webhook is set up for this"


async def test_a_retry_for_one_tells_no_other_again() -> None:
    artifacts, people = MemoryArtifacts(), RecordingNotifier("team", "chat", "old", down=["chat"], gone=["old"])
    with pytest.raises(NoticeError, match="'chat' is out"):
        await notify(NotifyActivity(artifacts, people))
    people.down.clear()
    # another worker takes it over
    done = await notify(NotifyActivity(artifacts, people), attempt=2)
    assert (done.accepted, done.refused) == (("team", "chat"), ("old",))
    assert "old refused it: 410" in done.summary
    assert people.asked == [("team", "end", 1), ("chat", "end", 1), ("old", "end", 1), ("chat", "end", 2)]


async def test_another_notice_of_the_task_is_told_anew() -> None:
    activity = NotifyActivity(MemoryArtifacts(), people := RecordingNotifier())
    for notice in (
        NOTICE,
        NOTICE.model_copy(update={"key": "q1/Žofie\n"}),
        NOTICE.model_copy(update={"task_id": "t2"}),
    ):
        await notify(activity, notice=notice)
        await notify(activity, notice=notice, attempt=2)
    assert len(people.taken) == 3


async def test_the_longest_delay_is_waited_for() -> None:
    class Busy(RecordingNotifier):
        async def tell(self, webhook: str, notice: Notice, *, attempt: int) -> Any:
            raise NoticeError(webhook, retry_after={"a": 5.0, "b": 60.0, "c": None}[webhook])

    with pytest.raises(NoticeError, match="a; b; c") as caught:
        await notify(NotifyActivity(MemoryArtifacts(), Busy("a", "b", "c")))
    assert caught.value.retry_after == 60.0


async def test_temporal_is_told_to_wait_for_what_the_receiver_asked_and_never_cuts_the_jitter() -> None:
    async with receiving(*[Response(status_code=503, headers={"retry-after": "86400"})] * 20) as receiver:
        webhook = Webhook(name="team", url=SecretStr(receiver.url), secret=SecretStr(SECRET))
        activity, delays = NotifyActivity(MemoryArtifacts(), WebhookNotifier([webhook])), set()
        for attempt in range(1, 21):
            with pytest.raises(ApplicationError) as caught, translated():
                await notify(activity, attempt=attempt)
            assert not caught.value.non_retryable
            assert caught.value.next_retry_delay is not None
            delays.add(caught.value.next_retry_delay)
    assert len(delays) == 20
    assert LONGEST_DELAY not in delays


async def test_artifacts_out_of_order_keep_nobody_from_being_told() -> None:
    class Broken(MemoryTaskArtifacts):
        async def read(self, name: str) -> bytes | None:
            raise ArtifactCorrupt(name)

        async def create(self, name: str, content: bytes) -> bool:
            raise DiskFull(name)

    artifacts = MemoryArtifacts()
    artifacts._tasks[TaskRef(id="t1")] = Broken()
    assert (await notify(NotifyActivity(artifacts, RecordingNotifier()))).accepted == ("everyone",)
