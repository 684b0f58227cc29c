"""Fakes of the ports, for tests of what stands above them."""

from collections.abc import Collection, Sequence

from aurora.domain.notices import Notice, Reception
from aurora.errors import NoticeTrouble


class RecordingNotifier:
    """Port `Notifier`: keeps every notice that was taken, in order of arrival; `down` names the webhooks that are out,
    `gone` those that refuse. Both may be changed in mid-test."""

    def __init__(self, *names: str, down: Collection[str] = (), gone: Collection[str] = ()) -> None:
        self.names = names or ("everyone",)
        self.down = set(down)
        self.gone = set(gone)
        self.taken: list[tuple[str, Notice]] = []
        self.asked: list[tuple[str, str, int]] = []
        """(webhook, key, attempt) of every request, taken or not."""

    @property
    def notices(self) -> list[Notice]:
        return [notice for _, notice in self.taken]

    def webhooks(self, notice: Notice) -> Sequence[str]:
        return self.names

    def tells(self, event: str) -> bool:
        return True

    async def tell(self, webhook: str, notice: Notice, *, attempt: int) -> Reception:
        self.asked.append((webhook, notice.key, attempt))
        if webhook in self.down:
            raise NoticeTrouble(f"webhook {webhook!r} is out", retry_after=1.0)
        if webhook in self.gone:
            return Reception(webhook=webhook, taken=False, said="410")
        self.taken.append((webhook, notice))
        return Reception(webhook=webhook, taken=True, said="200")
