"""A commit of a local repository, as toolchain detection looks at it."""

from collections.abc import Sequence
from dataclasses import dataclass

from aurora.drivers.git.local_repository import LocalRepository


@dataclass(frozen=True)
class CommitProbe:
    """A `ToolchainProbe`."""

    repository: LocalRepository
    commit: str

    async def paths(self) -> Sequence[str]:
        listed = await self.repository.git.run("ls-tree", "-r", "-z", "--name-only", self.commit)
        return sorted(path.decode(errors="replace") for path in listed.split(b"\0") if path)

    async def text(self, path: str) -> str | None:
        content = await self.repository.read(self.commit, path)
        try:
            return None if content is None else content.decode()
        except UnicodeDecodeError:
            return None
