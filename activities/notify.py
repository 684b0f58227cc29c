"""notify: one notice to every webhook set up for it, told again until each has said its last word.

Who has said it is kept create-if-absent under `notices/<message id>/<webhook>`, so a retry for one that was out asks no
other again. Told and not yet kept (a kill between the two) is told twice: receivers know the message by its id.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from temporalio import activity

from aurora.domain.notices import Notice, Notified, Reception
from aurora.domain.task import TaskRef
from aurora.errors import ArtifactError, ExternalError, NoticeError
from aurora.ports import ArtifactStore, Notifier, TaskArtifacts
from aurora.text import clip

BESIDE_OTHERS_TRIED = 12
"""Tries, about an hour, after which a message that one webhook took is no longer held up by another that is out: the
next rung of a question's ladder waits for it."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class NotifyActivity:
    artifacts: ArtifactStore
    notifier: Notifier

    @activity.defn
    async def notify(self, notice: Notice) -> Notified:
        """Raises `NoticeError` while one webhook may yet take it, after all of them were tried."""
        kept = self.artifacts.of(TaskRef(id=notice.task_id, tenant=notice.tenant))
        attempt = activity.info().attempt
        names = self.notifier.webhooks(notice)
        met = await asyncio.gather(*(self._deliver_to(kept, name, notice, attempt) for name in names))
        errors = [one for one in met if isinstance(one, NoticeError)]
        receptions = [one for one in met if isinstance(one, Reception)]
        somebody_knows = any(one.taken for one in receptions)
        if errors and not (somebody_knows and attempt >= BESIDE_OTHERS_TRIED):
            raise _joined(errors)
        return _notified(receptions, errors)

    async def _deliver_to(
        self, kept: TaskArtifacts, webhook: str, notice: Notice, attempt: int
    ) -> Reception | NoticeError:
        name = f"notices/{notice.message_id}/{webhook}"
        known = await _read(kept, name)
        if known is not None:
            return known
        try:
            reception = await self.notifier.tell(webhook, notice, attempt=attempt)
        except NoticeError as failure:
            return failure
        facts = {"webhook": webhook, "key": notice.key, "notice": notice.event, "said": reception.said}
        if reception.taken:
            log.info("notice_taken", **facts)
        else:
            log.error("notice_refused", **facts)
        await _keep(kept, name, reception)
        return reception


async def _read(kept: TaskArtifacts, name: str) -> Reception | None:
    try:
        content = await kept.read(name)
    except (ExternalError, ArtifactError):
        return None  # told twice is better than told never
    return None if content is None else Reception.model_validate_json(content)


async def _keep(kept: TaskArtifacts, name: str, reception: Reception) -> None:
    try:
        await kept.create(name, reception.model_dump_json().encode())
    except (ExternalError, ArtifactError) as error:
        # the person was told: a full disk must not make that a failure
        log.warning("reception_not_kept", name=name, error=str(error))


def _joined(errors: Sequence[NoticeError]) -> NoticeError:
    """The longest delay, so that no receiver is asked before the time it named."""
    delays = [error.retry_after for error in errors if error.retry_after is not None]
    return NoticeError("; ".join(str(one) for one in errors), retry_after=max(delays, default=None))


def _notified(met: Sequence[Reception], errors: Sequence[NoticeError] = ()) -> Notified:
    refused = [f"{one.webhook} refused it: {one.said}" for one in met if not one.taken]
    accepted = tuple(one.webhook for one in met if one.taken)
    refused += [f"given up: {error}" for error in errors]
    said = [f"told {', '.join(accepted)}"] if accepted else []
    return Notified(
        accepted=accepted,
        refused=tuple(one.webhook for one in met if not one.taken),
        summary=clip("; ".join([*said, *refused]) or "no webhook is set up for this"),
    )
