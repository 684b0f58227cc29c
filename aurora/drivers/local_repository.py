"""The client's side: a repository on the user's disk, whose base commit is imported as an artifact."""

import difflib
from dataclasses import dataclass
from pathlib import Path

from aurora.domain import Delivery, Frozen
from aurora.drivers.git_base import MAX_PACK, examined, pack_base, whole
from aurora.drivers.git_process import Git, GitFailed
from aurora.drivers.local_delivery import deliver_locally
from aurora.errors import Refusal


class Import(Frozen):
    """What `Uploaded` is made from, once `pack` has been put among the artifacts."""

    base: str
    pack: bytes
    """The base commit at depth 1."""
    label: str
    path: str
    """Where a worker on this machine delivers."""
    warnings: tuple[str, ...] = ()
    files: int = 0
    """Tracked files at the base commit."""


@dataclass(frozen=True)
class LocalRepository:
    path: Path
    """The top level of the work tree, or the bare repository."""
    bare: bool
    git: Git

    @classmethod
    async def open(cls, path: str | Path) -> "LocalRepository":
        """The repository that `path` lies in. Raises `Refusal` when there is none or git may not read it."""
        folder = Path(path).expanduser().absolute()  # noqa: ASYNC240 - one stat of a local folder, in a client
        if not folder.exists():
            raise Refusal(f"There is no folder {str(path)!r}.", "Name a git repository with --repo PATH.")
        if not folder.is_dir():
            raise Refusal(f"{str(path)!r} is a file, not a folder.", "Name a git repository with --repo PATH.")
        git = Git(folder)
        try:
            bare, inside, _ = (
                await git.text("rev-parse", "--is-bare-repository", "--is-inside-git-dir", "--absolute-git-dir")
            ).splitlines()
            top = folder if bare == "true" or inside == "true" else Path(await git.text("rev-parse", "--show-toplevel"))
            object_format = await git.text("rev-parse", "--show-object-format")
        except GitFailed as failed:
            raise unusable(folder, failed) from failed
        if inside == "true" and bare != "true":
            raise Refusal(f"{str(path)!r} lies inside a .git folder.", "Name the work tree above it.")
        if object_format != "sha1":
            raise Refusal(
                f"{top} names its objects by {object_format}; Aurora works with SHA-1 repositories only.",
                "Convert a clone: git clone into a repository made by `git init --object-format=sha1`.",
            )
        return cls(top, bare == "true", Git(top))

    @property
    def label(self) -> str:
        return self.path.name.removesuffix(".git") or "repository"

    async def resolve(self, ref: str | None) -> str:
        """The commit a branch, tag or id names; HEAD's when None. Raises `Refusal`."""
        name = "HEAD" if ref is None else ref
        found = await self.git.says("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        if found:
            return found
        refs = await self._refs()
        if not refs:
            raise Refusal(f"{self.path} has no commit yet.", "Commit something first: a task starts from a commit.")
        if ref is None:
            raise Refusal(
                f"HEAD of {self.path} names no commit: its branch is empty.",
                f"Check out a branch that has commits, or name one with --base: {', '.join(refs[:5])}.",
            )
        near = difflib.get_close_matches(ref, refs, n=3, cutoff=0.5)
        raise Refusal(
            f"{self.path} has no branch, tag or commit {ref!r}.",
            f"Did you mean {' or '.join(map(repr, near))}?" if near else f"It has: {', '.join(refs[:10])}.",
        )

    async def examine(self, commit: str) -> None:
        """Raises `Refusal` for missing objects, submodules and Git LFS, before anything is concluded from its files."""
        await whole(self.git, commit, self.label)
        await examined(self.git, commit, label=self.label)

    async def import_base(self, ref: str | None = None, *, max_pack: int = MAX_PACK) -> Import:
        """Raises `Refusal` for an unknown base, submodules, Git LFS, missing objects, and too large a commit."""
        base = await self.resolve(ref)
        packed = await pack_base(self.git, base, label=self.label, max_pack=max_pack)
        return Import(
            base=base, pack=packed.pack, label=self.label, path=str(self.path),
            warnings=await self._uncommitted(), files=packed.files,
        )  # fmt: skip

    async def read(self, commit: str, path: str) -> bytes | None:
        """A file's content at a commit; None when there is no such file."""
        try:
            return await self.git.run("cat-file", "blob", f"{commit}:{path}")
        except GitFailed:
            return None

    async def apply_held(self, bundle: bytes, *, base: str, commit: str, branch: str) -> Delivery:
        """Create the branch of a delivery that is `held` in the artifacts; see `deliver_locally`."""
        return await deliver_locally(str(self.path), bundle, base=base, commit=commit, branch=branch)

    async def _refs(self) -> list[str]:
        listed = await self.git.text(
            "for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/tags", "refs/remotes"
        )
        return listed.splitlines()

    async def _uncommitted(self) -> tuple[str, ...]:
        if self.bare:
            return ()
        plain = Git(self.path, config=await self._without_filters())
        listed = await plain.run("status", "--porcelain", "-z", "--no-renames", "--ignore-submodules=all", seconds=120)
        count = listed.count(b"\0")
        if not count:
            return ()
        said = "1 file has" if count == 1 else f"{count} files have"
        return (f"{said} uncommitted changes; only committed work counts.",)

    async def _without_filters(self) -> tuple[str, ...]:
        """`git status` would run the clean filters of changed files; a filter is a program."""
        named = await self.git.says("config", "--name-only", "--get-regexp", r"^filter\..*\.(clean|process|required)$")
        keys = (named or "").splitlines()
        return tuple(f"{key}={'false' if key.endswith('.required') else ''}" for key in keys)


def unusable(folder: Path, failed: GitFailed) -> Refusal:
    if "dubious ownership" in failed.said:
        return Refusal(
            f"git does not trust {folder}: the repository belongs to another user.",
            f"If it is yours: git config --global --add safe.directory {folder}",
        )
    if "not a git repository" in failed.said:
        return Refusal(
            f"{folder} is not a git repository.",
            "Name one with --repo PATH, or make one here: git init && git add -A && git commit.",
        )
    return Refusal(f"git can't read {folder}: {failed.said}", "Look at it with `git status` there.")
