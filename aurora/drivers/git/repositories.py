"""The worker's git: fetches a base, delivers a commit. Never checks out anything."""

from collections.abc import Sequence
from typing import Literal

from aurora.domain.outcome import Delivery
from aurora.domain.task import Draft, Remote, Task
from aurora.drivers.git.base_commit import MAX_PACK, pack_base
from aurora.drivers.git.file_remote import reached
from aurora.drivers.git.local_delivery import deliver_locally, keep_locally
from aurora.drivers.git.process import Git, GitFailed, GitOutputTooLarge, first_line
from aurora.drivers.git.remote_errors import meant, shown
from aurora.drivers.git.scratch import accept_bundle, scratch_repository
from aurora.errors import Refusal
from aurora.ports import ArtifactStore
from aurora.survey import near_refs
from aurora.survey.remote_address import check_address

TRANSFER_SECONDS = 900


class GitRepositories:
    """A `Repositories`. Credentials for remotes are those of the worker's own git: ssh agent, credential helpers.

    `protocols` are the transports a task's URL may name; a worker that serves several tenants should leave out `file`,
    which reads the worker's own disk."""

    def __init__(
        self,
        artifacts: ArtifactStore,
        *,
        protocols: Sequence[str] = ("https", "http", "ssh", "file"),
        max_pack: int = MAX_PACK,
    ) -> None:
        self.artifacts = artifacts
        self.protocols = tuple(protocols)
        self.max_pack = max_pack

    async def fetch_base(self, url: str, ref: str) -> tuple[str, bytes]:
        """(commit, pack) at depth 1.

        Raises `Refusal` (unknown ref, no repository, submodules or LFS files that code needs, too large, broken
        objects), `TransientError`, `CredentialsRefused`, `DiskFull`."""
        check_address(url, ref)
        async with scratch_repository() as scratch, reached(url, self.protocols) as address:
            remote = self._remote(scratch)
            try:
                await remote.run(
                    "fetch", "--quiet", "--depth=1", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance",
                    "--no-recurse-submodules", "--", address, f"{ref}:refs/aurora/base", seconds=TRANSFER_SECONDS,
                )  # fmt: skip
            except GitFailed as failed:
                if "find remote ref" in failed.said or "not our ref" in failed.said:
                    raise await self._unknown_ref(remote, url, address, ref) from failed
                raise meant(failed, url) from failed
            commit = await scratch.says("rev-parse", "--verify", "--quiet", "refs/aurora/base^{commit}")
            if commit is None:
                raise Refusal(f"{ref!r} of {shown(url)} is not a commit.", "Name a branch, a tag or a commit.")
            packed = await pack_base(scratch, commit, label=shown(url), max_pack=self.max_pack)
            return commit, packed.pack

    async def deliver(self, task: Task, draft: Draft, bundle: bytes) -> Delivery:
        """Raises `TransientError`, `CredentialsRefused`, `DiskFull`, and `ArtifactCorrupt` for a bundle that does not
        pass git's check; what the repository itself does not allow is `refused`, with why."""
        source = task.source
        if isinstance(source, Remote):
            return await self._push(source, task, draft, bundle)
        if source.path is None:
            return Delivery(state="held", branch=task.branch, commit=draft.commit, where="artifacts")
        return await deliver_locally(source.path, bundle, base=draft.stands_on, commit=draft.commit, branch=task.branch)

    async def keep(self, task: Task, draft: Draft, bundle: bytes) -> str:
        """The ref's name; empty where the source is no place that takes one. Raises as `deliver`, and `Refusal`."""
        source, ref = task.source, kept_ref(task.id)
        if isinstance(source, Remote):
            await self._push_kept(source, ref, draft, bundle)
            return ref
        if source.path is None:
            return ""
        await keep_locally(source.path, bundle, base=draft.stands_on, commit=draft.commit, ref=ref)
        return ref

    async def _push_kept(self, source: Remote, ref: str, draft: Draft, bundle: bytes) -> None:
        check_address(source.url, source.ref)
        async with scratch_repository() as scratch, reached(source.url, self.protocols, pushes=True) as address:
            await self._load(scratch, draft, bundle)
            try:
                # with force: the ref is ours alone, and an earlier closing may have left an earlier draft there
                await self._remote(scratch).run(
                    "push", "--porcelain", "--quiet", "--no-verify", "--force",
                    "--", address, f"{draft.commit}:{ref}", seconds=TRANSFER_SECONDS,
                )  # fmt: skip
            except GitFailed as failed:
                if "rejected]" in failed.out:
                    raise Refusal(f"{shown(source.url)} does not take {ref}: {rejection(failed)}") from failed
                raise meant(failed, source.url) from failed

    async def _load(self, scratch: Git, draft: Draft, bundle: bytes) -> None:
        """The base and the draft on it, both checked."""
        pack = await self.artifacts.of(draft.task).get(draft.base_pack)
        await scratch.run("index-pack", "--stdin", stdin=pack, seconds=300)
        await accept_bundle(scratch, bundle, base=draft.base, commit=draft.commit)

    async def _push(self, source: Remote, task: Task, draft: Draft, bundle: bytes) -> Delivery:
        check_address(source.url, source.ref)
        async with scratch_repository() as scratch, reached(source.url, self.protocols) as address:
            remote = RemoteBranch(self._remote(scratch), source, address, task.branch, draft)
            try:
                decided = await remote.look()
                if decided is not None:
                    return decided
            except GitFailed as failed:
                raise meant(failed, source.url) from failed
            await self._load(scratch, draft, bundle)
            try:
                async with reached(source.url, self.protocols, pushes=True):
                    return await remote.push()
            except Refusal as refusal:
                return remote.refused(refusal.what)

    async def _unknown_ref(self, remote: Git, url: str, address: str, ref: str) -> Refusal:
        try:
            listed = await remote.says("ls-remote", "--heads", "--tags", "--refs", "--", address) or ""
        except GitOutputTooLarge:
            return Refusal(f"{shown(url)} has no branch, tag or commit {ref!r}.", "It has more than can be listed.")
        refs = [
            line.split("\t")[1].removeprefix("refs/heads/").removeprefix("refs/tags/") for line in listed.splitlines()
        ]
        if not refs:
            return Refusal(f"{shown(url)} has no commit yet.", "Push something first: a task starts from a commit.")
        return Refusal(f"{shown(url)} has no branch, tag or commit {ref!r}.", await near_refs.hint(ref, refs))

    def _remote(self, scratch: Git) -> Git:
        """The scratch repository, speaking to the outside: with the worker's configuration, where credentials are."""
        return Git(scratch.folder, protocols=":".join(self.protocols))


class RemoteBranch:
    """The branch of a task at a remote."""

    def __init__(self, git: Git, source: Remote, address: str, branch: str, draft: Draft) -> None:
        self.git, self.source, self.branch, self.draft = git, source, branch, draft
        self.address = address
        self.ref = f"refs/heads/{branch}"
        self.behind_by: int | None = None

    async def look(self) -> Delivery | None:
        """A decided delivery, or None while the branch is absent. Raises `GitFailed`."""
        base = self.source.ref
        named = (base, f"refs/heads/{base}", f"refs/tags/{base}", f"refs/tags/{base}^{{}}")
        # by name: a large forge has a ref for each of its pull requests
        listed = await self.git.text("ls-remote", "--", self.address, self.ref, *named, seconds=120)
        refs = {name: sha for sha, _, name in (line.partition("\t") for line in listed.splitlines())}
        tips = {refs.get(name) for name in named}
        # how far it went on can't be counted at depth 1; that it did not can be seen
        self.behind_by = 0 if self.draft.base in tips else None
        there = refs.get(self.ref)
        if there == self.draft.commit:
            return self._delivery("already_delivered")
        if there:
            return self._delivery("refused", f"branch {self.branch} is someone else's: it exists at {there[:12]}")
        return None

    async def push(self) -> Delivery:
        """Push with a lease on absence: the remote itself refuses if somebody was faster."""
        try:
            await self.git.run(
                "push", "--porcelain", "--quiet", "--no-verify", f"--force-with-lease={self.ref}:",
                "--", self.address, f"{self.draft.commit}:{self.ref}", seconds=TRANSFER_SECONDS,
            )  # fmt: skip
            return self._delivery("delivered")
        except GitFailed as failed:
            return await self._judge(failed)

    def refused(self, why: str) -> Delivery:
        return self._delivery("refused", why)

    async def _judge(self, failed: GitFailed) -> Delivery:
        error = meant(failed, self.source.url)
        try:
            decided = await self.look()
        except GitFailed:
            raise error from failed
        if decided is not None:
            return decided
        if "[remote rejected]" in failed.out or "shallow update not allowed" in failed.said:
            return self._delivery("refused", rejection(failed))
        if isinstance(error, Refusal):
            return self._delivery("refused", error.what)
        raise error from failed

    def _delivery(self, state: Literal["delivered", "already_delivered", "refused"], why: str = "") -> Delivery:
        return Delivery(
            state=state, branch=self.branch, commit=self.draft.commit, where=shown(self.source.url),
            behind_by=self.behind_by, why=why,
        )  # fmt: skip


def kept_ref(task_id: str) -> str:
    """Outside refs/heads: no branch list shows it, `git fetch <repository> <ref>` gets it."""
    return f"refs/aurora/{task_id}"


def rejection(failed: GitFailed) -> str:
    """The remote's reason: its hook's words, and git's own in brackets."""
    lines = [line for line in failed.out.splitlines() if "rejected]" in line]
    said = [line.removeprefix("remote: ").strip() for line in failed.said.splitlines() if line.startswith("remote: ")]
    reason = lines[0].rsplit("\t", 1)[-1] if lines else first_line(failed.said)
    return shown("; ".join([reason, *said[:3]]))
