"""What `aurora run` looks at before anything starts: a permanent error is refused here, at once, in words."""

import asyncio
import difflib
import hashlib
import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from aurora.bootstrap import engine
from aurora.bootstrap.commit_probe import CommitProbe
from aurora.bootstrap.opening import Installation
from aurora.domain.task import MAX_TASK_CHARS, Task, TaskRef, Uploaded
from aurora.domain.workspace import Toolchain
from aurora.drivers.git.local_repository import Import, LocalRepository
from aurora.errors import CredentialsRefused, ModelGone, QuotaExhausted, Refusal, Transient
from aurora.gates import choice
from aurora.ports import ArtifactStore
from aurora.settings import models, repository_file
from aurora.settings.policy import cap
from aurora.settings.repository import BackendSettings
from aurora.survey import reading
from aurora.text import clip

NEEDED_BYTES = 1_000_000_000
MOST_SETTINGS = 2_000_000
"""Bytes, as the worker reads."""
DOCUMENTS = (".yaml", ".yml", ".json")


@dataclass(frozen=True)
class TaskRequest:
    """What the user typed."""

    text: str
    repo: str = "."
    base: str | None = None
    spec: str | None = None
    key: str | None = None
    by: str = ""


@dataclass(frozen=True)
class ValidatedRequest:
    """A wish that nothing stands against."""

    request: TaskRequest
    imported: Import
    notes: tuple[str, ...]

    def task_id(self) -> str:
        """Sortable by day and readable; with a key, a function of the key and the repository."""
        if self.request.key is None:
            return f"{datetime.now(UTC):%Y%m%d}-{secrets.token_hex(3)}"
        named = hashlib.sha256(f"{self.imported.label}\0{self.request.key}".encode()).hexdigest()
        return f"key-{named[:12]}"

    async def task(self, artifacts: ArtifactStore) -> Task:
        """The task, its base imported into its artifacts."""
        task_id = self.task_id()
        pack = await artifacts.of(TaskRef(id=task_id)).put(self.imported.pack)
        return Task(
            id=task_id,
            text=self.request.text,
            source=Uploaded(
                base=self.imported.base, pack=pack, label=clip(self.imported.label), path=self.imported.path
            ),
            spec_path=self.request.spec,
            submitted_at=int(time.time()),
            submitted_by=clip(self.request.by),
        )


async def clear(request: TaskRequest, installation: Installation) -> ValidatedRequest:
    """Raises `Refusal`: who, where, what to do. Cheap checks first; an unreachable model endpoint is only a note."""
    if not request.text.strip() or len(request.text) > MAX_TASK_CHARS:
        raise Refusal(
            f"a task has 1 to {MAX_TASK_CHARS} characters; this one has {len(request.text.strip())}",
            "say what the backend should do; put long material into the repository and name it",
        )
    if not writable(request.text):
        raise Refusal(
            "the task holds bytes that are not UTF-8 text, or NUL characters",
            "save it as UTF-8 and hand it in again, for example: aurora run - < task.md",
        )
    repository = await LocalRepository.open(request.repo)
    commit = await repository.resolve(request.base)
    await repository.examine(commit)
    loaded = await settings_at(repository, commit)
    settings, capped = cap(loaded.settings, installation.settings.policy, clip(request.by))
    settings, kept_on = choice.permitted(settings, installation.settings.policy.mandatory_gates)
    settings, replaced = models.settle(settings, datetime.now(UTC).date())
    await toolchain_at(repository, commit, settings)
    if request.spec is not None:
        await _check_spec(repository, commit, request.spec)
    notes = [*loaded.warnings, *capped, *kept_on, *replaced]
    if installation.embedded:
        _check_disk(installation)
        _check_key(settings, installation)
        await asyncio.to_thread(engine.check)
        notes += await _check_models(settings, installation)
    imported = await repository.import_base(request.base)
    return ValidatedRequest(request, imported, (*imported.warnings, *notes))


def writable(text: str) -> bool:
    """Whether it can be kept and told as text: what a shell passed on as undecodable bytes, or a NUL, can't."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text


async def settings_at(repository: LocalRepository, commit: str) -> repository_file.Loaded:
    content = await repository.read(commit, repository_file.FILE_NAME)
    if content is None:
        return repository_file.defaults()
    listed = await repository.git.text("ls-tree", commit, "--", repository_file.FILE_NAME)
    try:
        text = content.decode()
    except UnicodeDecodeError:
        raise repository_file.unreadable() from None
    if not listed.startswith("100") or len(content) > MOST_SETTINGS:
        raise repository_file.unreadable()
    return await reading.settings(text, repository_file.FILE_NAME)


async def toolchain_at(repository: LocalRepository, commit: str, settings: BackendSettings) -> Toolchain:
    """What the worker will detect. Raises `Refusal` for a repository Aurora can't work on."""
    return await reading.toolchain(CommitProbe(repository, commit), settings.commands, settings.tests)


async def _check_spec(repository: LocalRepository, commit: str, path: str) -> None:
    from aurora.contract import document  # slow to load, and most commands never check a document

    content = await repository.read(commit, path)
    if content is None:
        listed = (await repository.git.text("ls-tree", "-r", "--name-only", commit)).splitlines()
        documents = document.find(listed) or [name for name in listed if name.endswith(DOCUMENTS)]
        near = difflib.get_close_matches(path, documents, n=1, cutoff=0.4)
        raise Refusal(
            f"--spec {path!r} does not exist at commit {commit[:12]} of {repository.path}",
            f"the nearest there is {near[0]!r}" if near else "name a path inside the repository; only commits count",
        )
    await reading.contract(content.decode("utf-8", errors="replace"), path)


def _check_disk(installation: Installation) -> None:
    free = installation.folder.prepared().free_bytes()
    if free < NEEDED_BYTES:
        raise Refusal(
            f"only {free // 10**6} MB are free in {str(installation.folder.home)!r}; "
            f"a task needs {NEEDED_BYTES // 10**6}",
            "free some space, or set AURORA_HOME to a folder on another disk",
        )


def _check_key(settings: BackendSettings, installation: Installation) -> None:
    provider = installation.settings.provider(settings.provider)
    if provider.key() is None:
        variable = provider.api_key_env or f"AURORA_PROVIDERS__{settings.provider.upper()}__API_KEY"
        raise Refusal(
            "there is no key for the model's service, so nothing was started",
            f"set {variable}, for example: export {variable}=...  (ANTHROPIC_BASE_URL names another endpoint)",
        )


async def _check_models(settings: BackendSettings, installation: Installation) -> list[str]:
    from aurora.drivers.model.anthropic_model import (
        AnthropicModel,
    )  # loads for a second: only what calls a model may wait

    model = AnthropicModel(installation.settings.providers)
    try:
        for name in sorted({settings.model, *settings.models.values()}):
            try:
                await asyncio.wait_for(model.describe(name, provider=settings.provider), 10)
            except CredentialsRefused as refused:
                raise Refusal(str(refused), "set ANTHROPIC_API_KEY to a key the service takes") from refused
            except ModelGone as gone:
                raise Refusal(str(gone), "name another `model` in aurora.yaml, and commit it") from gone
            except (Transient, QuotaExhausted, TimeoutError) as error:
                why = str(error) or "no answer within 10 s"
                return [f"the model's service could not be asked ({clip(why, 200)}); the task waits for it by itself"]
    finally:
        await model.aclose()
    return []
