"""Artifacts over object storage: a local folder, or S3, GCS and Azure by URL.

    <tenant>/tasks/<id>/blobs/<hex>     what `put` stored, raw; the name is the content's sha256
    <tenant>/tasks/<id>/<name>          named contents, sealed with a digest line (`sealed_content`)
    <tenant>/shared/<name>              named contents of all tasks of a tenant, sealed alike
    <tenant>/tasks/<id>/.staging/...    local only: content on its way to its name; never read

On a local folder content is written to staging, flushed, linked to its name and the folders flushed, before anything is
acknowledged. So a power loss leaves a name with its whole content or no name. A torn name can still come from a disk
that lies about flushing: it is detected by its digest line and treated as absent, `create` replaces it. A remote store
writes objects whole or not at all; a torn one there is `ArtifactCorrupt`.
"""

import asyncio
import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname
from uuid import uuid4

from obstore.exceptions import AlreadyExistsError
from obstore.store import LocalStore, ObjectStore, from_url

from aurora.domain.task import TaskRef
from aurora.drivers.artifacts.durable_folder import DurableFolder
from aurora.drivers.artifacts.object_errors import as_artifact_errors
from aurora.drivers.artifacts.sealed_content import digest_of, is_torn, seal, unseal
from aurora.errors import ArtifactCorrupt, ArtifactMissing, PersistentError, Refusal

WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
NAME_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._:=@+-]{0,199}")
DIGEST = re.compile(r"sha256:([0-9a-f]{64})")
BLOBS, STAGING = "blobs", ".staging"


class ObjectArtifacts:
    """An `ArtifactStore`. `where` is a folder or a URL: `/srv/aurora`, `file:///srv/aurora`, `s3://bucket/prefix`."""

    def __init__(self, where: str | Path) -> None:
        self.where = str(where)
        self.folder: DurableFolder | None = None
        scheme = urlsplit(self.where).scheme if "://" in self.where else ""
        with as_artifact_errors(self.where, local=scheme in ("", "file")):
            if scheme in ("", "file"):
                root = Path(url2pathname(urlsplit(self.where).path)) if scheme else Path(where)
                self.folder = DurableFolder(root.expanduser().absolute())
                self.store: ObjectStore = LocalStore(self.folder.root)
            else:
                self.store = from_url(self.where)

    def of(self, task: TaskRef) -> "ObjectTaskArtifacts":
        """Raises `Refusal` for a tenant or task id that can't be one."""
        return ObjectTaskArtifacts(self, f"{tasks_prefix(task.tenant)}/{checked('task id', task.id)}")

    def shared(self, tenant: str) -> "ObjectSharedArtifacts":
        """Raises `Refusal` for a tenant that can't be one."""
        return ObjectSharedArtifacts(self, f"{checked('tenant', tenant)}/shared")

    async def tasks(self, tenant: str) -> Sequence[str]:
        """Newest first, by each task's first object. Lists every object of the tenant once."""
        prefix = tasks_prefix(tenant)
        born: dict[str, datetime] = {}
        with as_artifact_errors(self.where, local=self.folder is not None):
            async for batch in self.store.list(prefix):
                for meta in batch:
                    task = meta["path"].removeprefix(f"{prefix}/").partition("/")[0]
                    born[task] = min(meta["last_modified"], born.get(task, meta["last_modified"]))
        return sorted(born, key=lambda task: (born[task], task), reverse=True)

    async def delete(self, task: TaskRef) -> None:
        prefix = self.of(task).prefix
        with as_artifact_errors(self.where, local=self.folder is not None):
            if self.folder is not None:
                await asyncio.to_thread(self.folder.remove_tree, prefix)
                return
            async for batch in self.store.list(prefix):
                await self.store.delete_async([meta["path"] for meta in batch])


class ObjectTaskArtifacts:
    """One task's `TaskArtifacts`."""

    def __init__(self, artifacts: ObjectArtifacts, prefix: str) -> None:
        self.store = artifacts.store
        self.folder = artifacts.folder
        self.where = artifacts.where
        self.prefix = prefix

    async def put(self, content: bytes) -> str:
        digest = digest_of(content)
        key = self._blob(digest)
        if not await self._write(key, content, create=True) and await self._stored(key) != content:
            await self._write(key, content, create=False)  # same name, same content: whoever writes it is right
        return digest

    async def get(self, digest: str) -> bytes:
        content = await self._stored(self._blob(digest))
        if content is None:
            raise ArtifactMissing(f"{self.prefix} has no artifact {digest!r} in {self.where}.")
        if digest_of(content) != digest:
            raise ArtifactCorrupt(f"Artifact {digest!r} of {self.prefix} in {self.where} has changed since it was put.")
        return content

    async def create(self, name: str, content: bytes) -> bool:
        key, sealed = self._named(name), seal(content)
        while not await self._write(key, sealed, create=True):
            stored = await self._stored(key)
            if stored is not None and not is_torn(stored):
                return False
            if self.folder is None and stored is not None:
                raise ArtifactCorrupt(f"{key!r} in {self.where} is damaged; remove the object to go on.")
            if self.folder is not None:
                with as_artifact_errors(self.where, local=True):
                    await asyncio.to_thread(self.folder.remove_if, key, is_torn)
        return True

    async def read(self, name: str) -> bytes | None:
        stored = await self._stored(self._named(name))
        if stored is None:
            return None
        content = unseal(stored)
        if content is None and self.folder is None:
            raise ArtifactCorrupt(f"{name!r} of {self.prefix} in {self.where} is damaged.")
        return content

    async def replace(self, name: str, content: bytes) -> None:
        await self._write(self._named(name), seal(content), create=False)

    async def names(self, prefix: str = "") -> Sequence[str]:
        """Names below the folder `prefix` (whole segments: `calls`, not `ca`), sorted; the empty one means all."""
        below = f"{self.prefix}/{self._checked_name(prefix)}" if prefix.strip("/") else self.prefix
        found = []
        with as_artifact_errors(self.where, local=self.folder is not None):
            async for batch in self.store.list(below):
                found += [meta["path"].removeprefix(f"{self.prefix}/") for meta in batch]
        return sorted(name for name in found if name.partition("/")[0] not in (BLOBS, STAGING))

    async def _stored(self, key: str) -> bytes | None:
        with as_artifact_errors(self.where, local=self.folder is not None):
            try:
                return bytes(await (await self.store.get_async(key)).bytes_async())
            except FileNotFoundError:
                return None

    async def _write(self, key: str, content: bytes, *, create: bool) -> bool:
        """False when `create` found the name taken. On disk, as far as the store can promise, when it returns."""
        with as_artifact_errors(self.where, local=self.folder is not None):
            try:
                if self.folder is None:
                    await self.store.put_async(key, content, mode="create" if create else "overwrite")
                else:
                    await self._write_through(self.folder, key, content, create=create)
            except AlreadyExistsError:
                return False
            except FileNotFoundError as gone:
                raise PersistentError(
                    f"The artifact store {self.where} is not there: its folder or bucket is gone."
                ) from gone
        return True

    async def _write_through(self, folder: DurableFolder, key: str, content: bytes, *, create: bool) -> None:
        staging = f"{self.prefix}/{STAGING}/{uuid4().hex}"
        try:
            await self.store.put_async(staging, content, use_multipart=False)
            await asyncio.to_thread(folder.flush_content, staging)
            await self.store.rename_async(staging, key, overwrite=not create)
        except BaseException:
            (folder.root / staging).unlink(missing_ok=True)
            raise
        finally:
            # also for the loser of a race: who is told "it is there" must be able to rely on it
            if (folder.root / key).exists():
                await asyncio.to_thread(folder.flush_name, key)

    def _blob(self, digest: str) -> str:
        match = DIGEST.fullmatch(digest)
        if match is None:
            raise ValueError(f"{digest!r} is no digest of an artifact: sha256:<64 hex digits>")
        return f"{self.prefix}/{BLOBS}/{match[1]}"

    def _named(self, name: str) -> str:
        return f"{self.prefix}/{self._checked_name(name)}"

    def _checked_name(self, name: str) -> str:
        parts = name.rstrip("/").split("/")
        if parts[0] == BLOBS or not all(NAME_PART.fullmatch(part) for part in parts):
            raise ValueError(f"{name!r} is no name for an artifact: relative, of letters, digits and . _ : = @ + -")
        return "/".join(parts)


class ObjectSharedArtifacts(ObjectTaskArtifacts):
    """A tenant's `SharedArtifacts`: kept as a task's are, beside all tasks."""

    async def remove_older(self, folder: str, seconds: float) -> int:
        below = f"{self.prefix}/{self._checked_name(folder)}"
        before = datetime.now(UTC) - timedelta(seconds=seconds)
        with as_artifact_errors(self.where, local=self.folder is not None):
            old = [
                meta["path"]
                async for batch in self.store.list(below)
                for meta in batch
                if meta["last_modified"] < before
            ]
            if old:
                with suppress(FileNotFoundError):  # another worker was faster; the next look takes what is left
                    await self.store.delete_async(old)
        return len(old)


def tasks_prefix(tenant: str) -> str:
    return f"{checked('tenant', tenant)}/tasks"


def checked(what: str, word: str) -> str:
    """Ids come from a command line and end up in paths."""
    if not WORD.fullmatch(word) or ".." in word:
        raise Refusal(
            f"{word!r} is no {what}.", "Use letters, digits, '.', '_' and '-', beginning with a letter or digit."
        )
    return word
