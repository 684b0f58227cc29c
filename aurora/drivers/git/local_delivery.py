"""A draft brought into a repository on this disk: by the worker (one machine), or by a client that fetches a held one.

Objects are added and one branch is created; work tree, index, HEAD and configuration are not touched, and no hook of
the repository runs. A branch that exists is never moved.
"""

from pathlib import Path
from typing import Literal

from aurora.domain.outcome import Delivery
from aurora.drivers.git.place import real
from aurora.drivers.git.process import Git, GitFailed, first_line
from aurora.drivers.git.scratch import accept_bundle, borrow_objects, scratch_repository, unbundle
from aurora.drivers.git.user_repository import open_repository
from aurora.errors import Refusal

ABSENT = "0" * 40


async def deliver_locally(path: str, bundle: bytes, *, base: str, commit: str, branch: str) -> Delivery:
    """Create `branch` at `commit`; a second call changes nothing. What the repository does not allow is `refused`.

    Raises `ArtifactCorrupt` for a bundle that does not pass, before the repository is touched."""
    try:
        git = await open_repository(Path(path))
    except Refusal as refusal:
        why = f"{path} can't be used: {refusal.what}"
        return Delivery(state="refused", branch=branch, commit=commit, where=path, why=why)
    repository = Repository(git, path, base=base, commit=commit, branch=branch)
    return await repository.look() or await repository.bring(bundle)


async def keep_locally(path: str, bundle: bytes, *, base: str, commit: str, ref: str) -> None:
    """Let `ref`, which is no branch and only ours, name `commit`, wherever it stood before.

    Raises `ArtifactCorrupt` as above, and `Refusal` for what the repository does not allow."""
    git = await open_repository(Path(path))
    try:
        if await git.says("check-ref-format", ref) is None:
            raise Refusal(f"{ref!r} is no valid name of a ref.")
        if await git.says("rev-parse", "--verify", "--quiet", ref) == commit:
            return
        if await git.says("cat-file", "-e", f"{base}^{{tree}}") is None:
            raise Refusal(f"{path} no longer has the base commit {base[:12]}.")
        stay_inside(git, ref)
        await bring_objects(git, bundle, base=base, commit=commit)
        await git.run("update-ref", "--no-deref", "-m", "aurora: keep unfinished work", ref, commit)
    except GitFailed as failed:
        raise Refusal(f"{path} does not take the work: {first_line(failed.said)}") from failed


async def bring_objects(git: Git, bundle: bytes, *, base: str, commit: str) -> None:
    """Into a repository only what passed elsewhere: a bundle that fails leaves no object behind."""
    assert git.view is not None
    async with scratch_repository() as scratch:
        borrow_objects(scratch, git.view.place.objects)
        await accept_bundle(scratch, bundle, base=base, commit=commit)
        await unbundle(git, bundle)


def stay_inside(git: Git, ref: str) -> None:
    """Raises `Refusal` where a link among the refs, or among their logs, leads whoever writes one elsewhere."""
    assert git.view is not None
    for kept in (git.view.place.common, git.view.place.common / "logs"):
        root, target = real(kept / "refs"), real(kept / ref)
        if not target.is_relative_to(root):
            raise Refusal(
                f"{git.folder}: a link below {kept / 'refs'} leads to {target}, where {ref} would be written.",
                "Remove the link: a repository keeps its refs in its own folder.",
            )


class Repository:
    def __init__(self, git: Git, path: str, *, base: str, commit: str, branch: str) -> None:
        self.git = git
        self.path, self.base, self.commit, self.branch = path, base, commit, branch
        self.ref = f"refs/heads/{branch}"

    async def look(self) -> Delivery | None:
        """A decided delivery, or None when the branch can be created."""
        if await self.git.says("check-ref-format", self.ref) != "":
            return await self._delivery("refused", f"{self.branch!r} is no valid branch name")
        there = await self.git.says("rev-parse", "--verify", "--quiet", self.ref)
        if there == self.commit or (there and await self._stands_on(self.commit, self.ref)):
            return await self._delivery("already_delivered")
        if there:
            return await self._delivery("refused", f"branch {self.branch} is someone else's: it exists at {there[:12]}")
        if await self.git.says("cat-file", "-e", f"{self.base}^{{tree}}") is None:
            return await self._delivery("refused", f"{self.path} no longer has the base commit {self.base[:12]}")
        return None

    async def bring(self, bundle: bytes) -> Delivery:
        try:
            stay_inside(self.git, self.ref)
            await bring_objects(self.git, bundle, base=self.base, commit=self.commit)
            note = f"aurora: deliver {self.branch}"
            await self.git.run("update-ref", "--no-deref", "-m", note, self.ref, self.commit, ABSENT)
        except Refusal as refusal:
            return await self._delivery("refused", refusal.what)
        except GitFailed as failed:
            return await self._lost(failed)
        return await self._delivery("delivered")

    async def _lost(self, failed: GitFailed) -> Delivery:
        """Somebody may have created the branch since we looked: then what is there decides."""
        return await self.look() or await self._delivery("refused", first_line(failed.said))

    async def _stands_on(self, ancestor: str, tip: str) -> bool:
        return await self.git.says("merge-base", "--is-ancestor", ancestor, tip) is not None

    async def _behind_by(self) -> int | None:
        if not await self._stands_on(self.base, "HEAD"):
            return None
        count = await self.git.says("rev-list", "--count", f"{self.base}..HEAD")
        return int(count) if count else None

    async def _delivery(self, state: Literal["delivered", "already_delivered", "refused"], why: str = "") -> Delivery:
        behind = None if state == "refused" else await self._behind_by()
        return Delivery(state=state, branch=self.branch, commit=self.commit, where=self.path, behind_by=behind, why=why)
