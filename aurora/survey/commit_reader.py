"""A commit of a repository on the submitter's disk, read as the worker will read it: settings, toolchain, contract."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from aurora.domain.workspace import Toolchain
from aurora.errors import Refusal
from aurora.ports import UserRepository
from aurora.settings import repository_file
from aurora.settings.repository import BackendSettings
from aurora.settings.repository_file import Loaded
from aurora.survey import reading

MOST_SETTINGS = 2_000_000
"""Bytes, as the worker reads."""
DOCUMENTS = (".yaml", ".yml", ".json")


@dataclass(frozen=True)
class CommitReader:
    """A `ToolchainProbe`, and what is read by it. All of it raises `Refusal` for what no task can start from."""

    repository: UserRepository
    commit: str

    async def paths(self) -> Sequence[str]:
        return await self.repository.paths(self.commit)

    async def text(self, path: str) -> str | None:
        content = await self.repository.read(self.commit, path)
        try:
            return None if content is None else content.decode()
        except UnicodeDecodeError:
            return None

    async def settings(self) -> Loaded:
        """aurora.yaml, or the defaults where there is none."""
        content = await self.repository.read(self.commit, repository_file.FILE_NAME)
        if content is None:
            return repository_file.defaults()
        try:
            text = content.decode()
        except UnicodeDecodeError:
            raise repository_file.unreadable() from None
        plain = await self.repository.is_file(self.commit, repository_file.FILE_NAME)
        if not plain or len(content) > MOST_SETTINGS:
            raise repository_file.unreadable()
        return await reading.settings(text, repository_file.FILE_NAME)

    async def toolchain(self, settings: BackendSettings) -> Toolchain:
        """The toolchain that the worker will detect."""
        return await reading.toolchain(self, settings.commands, settings.tests)

    async def check_contract(self, path: str) -> None:
        """Raises `Refusal` for a document that is not there, naming the nearest, or that is no contract."""
        from aurora.contract import document  # slow to load, and most commands never check a document

        content = await self.repository.read(self.commit, path)
        if content is None:
            listed = await self.paths()
            documents = document.find(listed) or [name for name in listed if name.endswith(DOCUMENTS)]
            near = difflib.get_close_matches(path, documents, n=1, cutoff=0.4)
            raise Refusal(
                f"the contract document {path!r} does not exist at commit {self.commit[:12]} of {self.repository.path}",
                f"the nearest there is {near[0]!r}" if near else "name another path; only commits count",
            )
        await reading.contract(content.decode("utf-8", errors="replace"), path)
