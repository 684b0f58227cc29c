"""A commit of a repository on the submitter's disk, read as the worker will read it: settings, toolchain, contract."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from aurora.contract import guess
from aurora.domain.workspace import Toolchain
from aurora.errors import Refusal
from aurora.ports import UserRepository
from aurora.settings import repository_file
from aurora.settings.repository import BackendSettings
from aurora.settings.repository_file import Loaded
from aurora.survey import manifest_text, reading
from aurora.survey.contract_choice import Choice, choose, is_none
from aurora.toolchains.stated import Stated

MOST_SETTINGS = 2_000_000
"""Bytes, as the worker reads."""
MOST_TEXTS = 64_000_000
"""Bytes of files that are read at once."""
DOCUMENTS = (".yaml", ".yml", ".json")


@dataclass(frozen=True)
class CommitReader:
    """A `ToolchainProbe`, and what is read by it. All of it raises `Refusal` for what no task can start from."""

    repository: UserRepository
    commit: str
    _links: list[frozenset[str]] = field(default_factory=list)
    """Links of the commit, once they were asked for."""

    async def paths(self) -> Sequence[str]:
        return await self.repository.paths(self.commit)

    async def text(self, path: str) -> str | None:
        there = await manifest_text.resolved(path, self._target)
        content = None if there is None else await self.repository.read(self.commit, there)
        return None if content is None else manifest_text.decoded(content)

    async def _target(self, path: str) -> str | None:
        """The target of a link; none for what is none."""
        if not self._links:
            self._links.append(frozenset(await self.repository.links(self.commit)))
        content = await self.repository.read(self.commit, path) if path in self._links[0] else None
        return None if content is None else content.decode(errors="replace")

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
        stated = Stated(project=settings.project, folder=self.repository.folder)
        return await reading.toolchain(self, settings.commands, settings.tests, stated)

    async def contract(self, named: str | None, root: str, hidden: Sequence[str] = ()) -> Choice:
        """The document that the worker will take for the contract. `named`: in the request or aurora.yaml; `root`:
        folder of the project; `hidden`: globs of `context_window.exclude`. Raises `Refusal` for a named one that is
        missing, with the nearest, or unreadable."""
        if named and not is_none(named):
            await self._check_there(named)
        links = frozenset(await self.repository.links(self.commit))

        async def text(path: str) -> str | None:
            content = None if path in links else await self.repository.read(self.commit, path)
            return None if content is None else content.decode("utf-8", errors="replace")

        async def texts(paths: Sequence[str]) -> Mapping[str, str | None]:
            plain = [path for path in paths if path not in links]
            found = await self.repository.contents(self.commit, plain, limit=MOST_TEXTS)
            return {path: content.decode("utf-8", errors="replace") for path, content in found.items()}

        return await choose(await self.paths(), text, texts, named, root, hidden)

    async def _check_there(self, path: str) -> None:
        if await self.repository.read(self.commit, path) is None:
            listed = await self.paths()
            documents = guess.find(listed) or [name for name in listed if name.endswith(DOCUMENTS)]
            near = difflib.get_close_matches(path, documents, n=1, cutoff=0.4)
            raise Refusal(
                f"the contract document {path!r} does not exist at commit {self.commit[:12]} of {self.repository.path}",
                f"the nearest there is {near[0]!r}" if near else "name another path; only commits count",
            )
