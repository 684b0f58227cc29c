"""Fakes of the ports, for tests of what stands above them."""

from collections.abc import Collection, Sequence

from aurora.domain.findings import Finding, Report
from aurora.domain.notices import Notice, Reception
from aurora.domain.outcome import Delivery
from aurora.domain.runs import TestRun
from aurora.domain.task import Draft, Task
from aurora.errors import NoticeError
from aurora.ports import Box
from tests.support.workspaces import SHA


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
            raise NoticeError(f"webhook {webhook!r} is out", retry_after=1.0)
        if webhook in self.gone:
            return Reception(webhook=webhook, taken=False, said="410")
        self.taken.append((webhook, notice))
        return Reception(webhook=webhook, taken=True, said="200")


class NoChecks:
    """Port `Checks` of the tool executor: a call that comes as far as to a check fails the test."""

    async def edit(self, box: Box, path: str, before: str | None, after: str) -> Sequence[Finding]:
        raise AssertionError("no check may be asked for")

    async def in_base(self, box: Box, path: str) -> bool:
        raise AssertionError("no check may be asked for")

    async def tests(self, box: Box, selection: Sequence[str]) -> TestRun:
        raise AssertionError("no check may be asked for")

    def origin(self, test_id: str) -> str:
        raise AssertionError("no check may be asked for")

    async def lint(self, box: Box, paths: Sequence[str]) -> Report:
        raise AssertionError("no check may be asked for")


class SayingRepositories:
    """Port `Repositories`: refuses every delivery, and says `said` of it."""

    def __init__(self, said: str) -> None:
        self.said = said

    async def fetch_base(self, url: str, ref: str) -> tuple[str, bytes]:
        return SHA, b"pack"

    async def deliver(self, task: Task, draft: Draft, bundle: bytes) -> Delivery:
        return Delivery(state="refused", branch=task.branch, commit=draft.commit, why=self.said, where=self.said)

    async def keep(self, task: Task, draft: Draft, bundle: bytes) -> str:
        return "refs/aurora/t1"
