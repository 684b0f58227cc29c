"""The survey of a repository at its base commit, before a model is asked: settings, toolchain, contract, image,
baseline.

`open_workspace` surveys for a task, `aurora doctor --baseline` for a person.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from aurora import bounded, progress
from aurora.domain.findings import TestCounts
from aurora.domain.task import Draft, Task
from aurora.domain.value import Value
from aurora.domain.workspace import (
    CONVENTIONS,
    Baseline,
    Contract,
    DependencyImage,
    GraphQLSchema,
    Toolchain,
    Workspace,
)
from aurora.errors import Reason, Refusal, ToolRefusal
from aurora.ports import Box, Sandbox, TaskArtifacts
from aurora.settings import repository_file
from aurora.settings.effective import effective_settings
from aurora.settings.policy import Policy
from aurora.settings.repository import BackendSettings
from aurora.survey import (
    base_run,
    contract_choice,
    graphql_choice,
    manifest_text,
    named_documents,
    reading,
    repository_map,
)
from aurora.survey.kept_baselines import KeptBaselines
from aurora.toolchains.stated import Stated
from aurora.tools import listing
from aurora.tools.path_policy import PathPolicy

MOST_TEXTS = 64_000_000
"""Bytes of files that are read at once."""
MOST_FAULTS = 20
"""The most faults of a contract document, for the model."""


class NoToolchain(Refusal):
    """Detection refuses the repository, or an answer set what can't be: another setting of `project` or `commands` may
    help, another try does not."""

    def __init__(self, refusal: Refusal, settings: BackendSettings) -> None:
        super().__init__(refusal.what, refusal.hint, code=refusal.code, reason=refusal.reason)
        self.settings = settings


class Found(Value):
    """The facts that the files alone give."""

    settings: BackendSettings
    toolchain: Toolchain
    contract: Contract | None
    graphql: GraphQLSchema | None = None
    paths: tuple[str, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Survey:
    """One task's. `draft` is at its base: none of its references but those of the base are read."""

    task: Task
    draft: Draft
    artifacts: TaskArtifacts
    sandbox: Sandbox
    policy: Policy
    kept: KeptBaselines | None = None
    """Base runs of earlier tasks; without them the tests are run."""

    async def look(self) -> Found:
        """Raises `Refusal` for a repository, settings or a contract that can't be worked with; `NoToolchain`, which
        knows who may answer, where settings might help."""
        progress.stage("opens the repository in a sandbox")
        async with self.sandbox.look(self.draft, BackendSettings().sandbox, None, self.task.submitted_at) as box:
            settings, warnings = await self._settings(box)
            toolchain = await self.detected(box, settings)
            try:
                contract, doubts = await self._contract(box, settings, toolchain.root)
                graphql, wrong = await self._graphql(box, settings, toolchain)
            except Refusal as refusal:
                if not self.task.overrides:
                    raise
                raise NoToolchain(refusal, settings) from refusal
            entries = await box.files()
        paths = tuple([entry.path for entry in entries if entry.kind != "other"])
        empty = [entry.path for entry in entries if entry.kind == "other"]
        said = (f"Submodules are not fetched, their folders are empty: {', '.join(empty[:5])}.",) if empty else ()
        warnings = (*warnings, *said, *doubts, *wrong)
        return Found(
            settings=settings, toolchain=toolchain, contract=contract, graphql=graphql, paths=paths, warnings=warnings
        )

    async def build(self, found: Found) -> DependencyImage:
        """Raises `ImageBuildFailed`, and what `Sandbox.build` raises."""
        chain, services = found.toolchain, found.settings.sandbox.services
        progress.stage("builds the image of what the project depends on")
        return await self.sandbox.build(self.task.ref, chain.dependencies, chain.project, services)

    async def measure(self, found: Found, image: DependencyImage) -> Workspace:
        """The workspace, the project's own tests and lint run once for its baseline."""
        workspace = Workspace(
            task=self.task,
            base=self.draft.base,
            settings=found.settings,
            toolchain=found.toolchain,
            image=image,
            baseline=Baseline(counts=TestCounts(), red=(), lint=()),
            contract=found.contract,
            graphql=found.graphql,
            files=len(found.paths),
            listing=self.draft.base_pack,
            conventions=tuple(path for path in CONVENTIONS if path in found.paths),
            warnings=(*found.warnings, *image.notes),
        )
        policy, about = PathPolicy.of(workspace), "what context_window of aurora.yaml names"
        seen = await bounded.call(listing.matching, policy, found.paths, "**", about=about)
        async with self.sandbox.open(self.draft, workspace) as box:
            taken = await base_run.found_or_taken(workspace, box, self.kept)
            progress.stage("draws the map of the repository for the task")
            shown = await repository_map.taken(self.task.text, seen.paths, seen.hidden, box)
            named = [path for path in named_documents.find(self.task.text, found.paths) if policy.may_read(path)]
            drawn = found.contract.files if found.contract is not None else ()
            wanted = [path for path in named if path not in drawn]
            documents = await named_documents.read(wanted, _Tree(box).plain, self.artifacts.put)
        update = {
            "listing": await self.artifacts.put(shown.encode("utf-8", "replace")),
            "baseline": taken,
            "documents": documents.documents,
            "warnings": (*workspace.warnings, *base_run.said(taken), *documents.warnings),
        }
        return workspace.model_copy(update=update)

    async def detected(self, box: Box, settings: BackendSettings) -> Toolchain:
        """Detect from the tree that the box holds. Raises `NoToolchain`."""
        try:
            stated = Stated(project=settings.project, folder=self.task.folder)
            return await reading.toolchain(_Tree(box), settings.commands, settings.tests, stated)
        except Refusal as refusal:
            if refusal.reason is Reason.BASE and not self.task.overrides:
                raise  # no setting makes a project of this commit
            raise NoToolchain(refusal, settings) from refusal

    async def documents(
        self, box: Box, settings: BackendSettings, chain: Toolchain
    ) -> tuple[Contract | None, GraphQLSchema | None]:
        """Detect from the tree that the box holds. Raises `Refusal` for a named one that can't be read."""
        contract, _ = await self._contract(box, settings, chain.root)
        graphql, _ = await self._graphql(box, settings, chain)
        return contract, graphql

    async def _settings(self, box: Box) -> tuple[BackendSettings, tuple[str, ...]]:
        text = await _Tree(box).plain(repository_file.FILE_NAME)
        if text is None and repository_file.FILE_NAME in await _Tree(box).paths():
            raise repository_file.unreadable()  # its bounds, and what it hides, must not be dropped in silence
        loaded = repository_file.defaults() if text is None else await reading.settings(text, repository_file.FILE_NAME)
        blocks = [(await self.artifacts.get(one.block)).decode() for one in self.task.overrides]
        today = datetime.now(UTC).date()
        try:
            loaded = await reading.overridden(loaded, blocks)
        except Refusal as refusal:
            committed = effective_settings(loaded, self.policy, today, self.task.submitted_by)
            raise NoToolchain(refusal, committed.settings) from refusal
        settings, warnings = effective_settings(loaded, self.policy, today, self.task.submitted_by)
        if settings.temperature is not None:
            said = (
                f"temperature {settings.temperature} is kept, and sent only to a provider that takes it; "
                "the Messages API's own service refuses it"
            )
            warnings = (*warnings, said)
        return settings, (*map(str, self.task.overrides), *warnings)

    async def _contract(
        self, box: Box, settings: BackendSettings, root: str
    ) -> tuple[Contract | None, tuple[str, ...]]:
        """(the contract document, where there is one; what is wrong in it). Raises `Refusal` for a named one that can't
        be read."""
        tree = _Tree(box)
        named = self.task.spec_path or settings.contract.path
        hidden = settings.context_window.exclude
        chosen = await contract_choice.choose(await tree.paths(), tree.plain, tree.many, named, root, hidden)
        if not chosen.path:
            return None, chosen.warnings
        digest = await self.artifacts.put(chosen.text.encode())
        contract = Contract(
            path=chosen.path,
            digest=digest,
            operations=chosen.operations,
            faults=chosen.warnings[:MOST_FAULTS],
            files=chosen.files,
            bundle=None if chosen.bundle is None else await self.artifacts.put(chosen.bundle.encode()),
            disagreements=chosen.disagreements,
        )
        return contract, chosen.warnings

    async def _graphql(
        self, box: Box, settings: BackendSettings, chain: Toolchain
    ) -> tuple[GraphQLSchema | None, tuple[str, ...]]:
        """The same as `_contract`, of the schema of a GraphQL service."""
        tree = _Tree(box)
        named, packages = settings.contract.graphql, chain.dependencies.requirements
        chosen = await graphql_choice.choose(await tree.paths(), tree.plain, named, packages, chain.root)
        if not chosen.path:
            return None, chosen.warnings
        schema = GraphQLSchema(
            path=chosen.path,
            digest=await self.artifacts.put(chosen.text.encode()),
            files=chosen.files,
            fields=chosen.fields,
            faults=chosen.faults[:MOST_FAULTS],
            source=chosen.source,
        )
        return schema, chosen.warnings


class _Tree:
    """A box's tree as the toolchains' detection reads it."""

    def __init__(self, box: Box) -> None:
        self.box = box
        self.links: frozenset[str] | None = None

    async def paths(self) -> Sequence[str]:
        entries = await self.box.files()
        self.links = frozenset(entry.path for entry in entries if entry.kind == "link")
        return [entry.path for entry in entries if entry.kind != "other"]

    async def text(self, path: str) -> str | None:
        if self.links is None:
            await self.paths()
        there = await manifest_text.resolved(path, self._target)
        try:
            return None if there is None else manifest_text.decoded(await self.box.read(there))
        except ToolRefusal:
            return None

    async def plain(self, path: str) -> str | None:
        """The text of a regular file in UTF-8; none for anything else."""
        try:
            return _utf8(await self.box.read(path))
        except ToolRefusal:
            return None

    async def many(self, paths: Sequence[str]) -> Mapping[str, str | None]:
        """The same as `plain`, of many files."""
        found = await self.box.contents(paths, limit=MOST_TEXTS)
        return {path: _utf8(found[path]) if path in found else None for path in paths}

    async def _target(self, path: str) -> str | None:
        """The target of a link; none for what is none."""
        if path not in (self.links or ()):
            return None
        said = await self.box.execute(("readlink", "-n", "--", path))
        return said.stdout if said.exit_code == 0 else None


def _utf8(content: bytes) -> str | None:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return None
