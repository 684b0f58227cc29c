"""The artifact store's port in memory, for tests of other drivers."""

import hashlib
from collections.abc import Sequence

from aurora.domain.task import TaskRef
from aurora.errors import ArtifactMissing


class MemoryTaskArtifacts:
    def __init__(self) -> None:
        self.blobs: dict[str, bytes] = {}
        self.named: dict[str, bytes] = {}

    async def put(self, content: bytes) -> str:
        digest = "sha256:" + hashlib.sha256(content).hexdigest()
        self.blobs[digest] = content
        return digest

    async def get(self, digest: str) -> bytes:
        if digest not in self.blobs:
            raise ArtifactMissing(digest)
        return self.blobs[digest]

    async def create(self, name: str, content: bytes) -> bool:
        if name in self.named:
            return False
        self.named[name] = content
        return True

    async def read(self, name: str) -> bytes | None:
        return self.named.get(name)

    async def replace(self, name: str, content: bytes) -> None:
        self.named[name] = content

    async def names(self, prefix: str) -> Sequence[str]:
        return sorted(name for name in self.named if name.startswith(prefix))


class MemorySharedArtifacts(MemoryTaskArtifacts):
    async def remove_older(self, folder: str, seconds: float) -> int:
        return 0


class MemoryArtifacts:
    def __init__(self) -> None:
        self._tasks: dict[TaskRef, MemoryTaskArtifacts] = {}
        self._shared: dict[str, MemorySharedArtifacts] = {}

    def shared(self, tenant: str) -> MemorySharedArtifacts:
        return self._shared.setdefault(tenant, MemorySharedArtifacts())

    def of(self, task: TaskRef) -> MemoryTaskArtifacts:
        return self._tasks.setdefault(task, MemoryTaskArtifacts())

    async def tasks(self, tenant: str) -> Sequence[str]:
        return [task.id for task in reversed(self._tasks) if task.tenant == tenant]

    async def delete(self, task: TaskRef) -> None:
        self._tasks.pop(task, None)
