"""The client's side: a repository on the user's disk, whose base commit is imported as an artifact."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from aurora.domain.outcome import Delivery
from aurora.drivers.git.base_commit import MAX_PACK, examined, pack_base, whole
from aurora.drivers.git.local_delivery import deliver_locally
from aurora.drivers.git.place import Place
from aurora.drivers.git.process import Git, GitFailed, GitOutputTooLarge, first_line
from aurora.drivers.git.uncommitted import changed_files
from aurora.drivers.git.user_repository import open_repository, unusable
from aurora.errors import Reason, Refusal, TransientError
from aurora.ports import ImportedBase
from aurora.survey import near_refs

MOST_READ = 64_000_000
"""Bytes of one file."""


@dataclass(frozen=True)
class LocalRepository:
    """A `UserRepository`."""

    place: Place
    git: Git
    folder: str = ""
    """The folder of the work tree that it was named by, from its top."""

    @classmethod
    async def open(cls, path: str | Path) -> "LocalRepository":
        """The repository that `path` lies in. Raises `Refusal` when there is none or git may not read it."""
        folder = Path(path).expanduser().resolve()  # noqa: ASYNC240 - one stat of a local folder, in a client
        if not folder.exists():
            raise Refusal(f"There is no folder {str(path)!r}.", "Name a git repository.", reason=Reason.REPOSITORY)
        if not folder.is_dir():
            raise Refusal(f"{str(path)!r} is a file, not a folder.", "Name a git repository.", reason=Reason.REPOSITORY)
        try:
            str(folder).encode()
        except UnicodeEncodeError:
            raise Refusal(
                f"{str(folder)!r} has a name that is not UTF-8: no task can say where it is.",
                "Rename the folder, or name a clone of it.",
            ) from None
        git = await open_repository(folder)
        assert git.view is not None
        place = git.view.place
        top = place.top.resolve()
        inside = folder.is_relative_to(top) and ".git" not in folder.relative_to(top).parts
        return cls(place, git, "" if not inside or folder == top else folder.relative_to(top).as_posix())

    @property
    def path(self) -> Path:
        """The top level of the work tree, or the bare repository."""
        return self.place.top

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
                f"Check out a branch that has commits, or name one of these: {', '.join(refs[:5])}.",
                reason=Reason.BASE,
            )
        raise Refusal(f"{self.path} has no branch, tag or commit {ref!r}.", await near_refs.hint(ref, refs))

    async def examine(self, commit: str) -> Sequence[str]:
        """Notes of submodules and LFS files that nothing needs. Raises `Refusal` for those that code needs and for
        missing objects, before anything is concluded from its files."""
        await whole(self.git, commit, self.label)
        return (await examined(self.git, commit, label=self.label)).notes

    async def import_base(
        self, ref: str | None = None, *, parent: bool = False, max_pack: int = MAX_PACK
    ) -> ImportedBase:
        """Raises `Refusal` for an unknown base, one without a parent, too large a commit, and as `examine` does."""
        base = await self.resolve(ref)
        before = await self._before(base) if parent else None
        packed = await pack_base(self.git, base, label=self.label, parent=before, max_pack=max_pack)
        return ImportedBase(
            base=base, pack=packed.pack, label=self.label, path=str(self.path), folder=self.folder,
            warnings=(*packed.notes, *await self._warnings()), files=packed.files, parent=before,
        )  # fmt: skip

    async def _before(self, commit: str) -> str:
        found = await self.git.says("rev-parse", "--verify", "--quiet", f"{commit}^1^{{commit}}")
        if not found:
            raise Refusal(
                f"{self.path}: the commit before {commit[:12]} is not here, so it can't be amended.",
                "Fetch it (`git fetch --unshallow`), or let the change be a commit of its own.",
            )
        return found

    async def paths(self, commit: str) -> Sequence[str]:
        """The paths of all files at a commit, sorted; submodules are none."""
        listed = await self.git.run("ls-tree", "-r", "-z", commit)
        entries = [entry.partition(b"\t") for entry in listed.split(b"\0") if entry]
        return sorted(path.decode(errors="replace") for facts, _, path in entries if not facts.startswith(b"160000"))

    async def links(self, commit: str) -> Sequence[str]:
        """Paths of the symbolic links at a commit; their content is what they say."""
        listed = await self.git.run("ls-tree", "-r", "-z", commit)
        found = [entry.partition(b"\t")[2] for entry in listed.split(b"\0") if entry.startswith(b"120000 ")]
        return [path.decode(errors="replace") for path in found]

    async def is_file(self, commit: str, path: str) -> bool:
        """Return whether it is a file at a commit, and no link."""
        return (await self.git.text("ls-tree", commit, "--", path)).startswith("100")

    async def read(self, commit: str, path: str) -> bytes | None:
        """A file's content at a commit; None when there is no such file. Raises `Refusal` for one that is too large."""
        try:
            return await self.git.run("cat-file", "blob", f"{commit}:{path}", limit=MOST_READ)
        except GitFailed:
            return None
        except GitOutputTooLarge:
            raise Refusal(
                f"{path} at {commit[:12]} is larger than {MOST_READ // 10**6} MB: it can't be read.",
                "Make it smaller, or keep it under another name: this one is read before a task begins.",
            ) from None

    async def contents(self, commit: str, paths: Sequence[str], *, limit: int) -> Mapping[str, bytes]:
        """The contents of many files at once; what is not there is left out. Raises `Refusal` for more than `limit`
        bytes in all."""
        # a name of two lines would be two names
        wanted = [path for path in paths if "\n" not in path]
        asked = "".join(f"{commit}:{path}\n" for path in wanted).encode("utf-8", "surrogateescape")
        try:
            said = await self.git.run(
                "cat-file",
                "--batch",
                stdin=asked,
                limit=limit + len(asked) + 100 * len(wanted),
            )
        except GitOutputTooLarge:
            raise Refusal(
                f"{len(wanted)} files at {commit[:12]} have more than {limit:,} bytes.", "Read less."
            ) from None
        found, at = {}, 0
        for path in wanted:
            head = said[at : said.index(b"\n", at)]
            at += len(head) + 1
            kind, size = head.rsplit(b" ", 2)[-2:]
            if not size.isdigit():
                continue  # missing
            if kind == b"blob":
                found[path] = said[at : at + int(size)]
            at += int(size) + 1
        return found

    async def apply_held(self, bundle: bytes, *, base: str, commit: str, branch: str) -> Delivery:
        """Create the branch of a delivery that is `held` in the artifacts; see `deliver_locally`."""
        return await deliver_locally(str(self.path), bundle, base=base, commit=commit, branch=branch)

    async def _refs(self) -> list[str]:
        try:
            listed = await self.git.text(
                "for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/tags", "refs/remotes"
            )
        except GitFailed as failed:
            raise unusable(self.path, first_line(failed.said)) from failed
        return listed.splitlines()

    async def _warnings(self) -> tuple[str, ...]:
        return (*self._elsewhere(), *await self._uncommitted())

    def _elsewhere(self) -> tuple[str, ...]:
        if not self.place.astray:
            return ()
        return (f"{self.path}/.git names a repository elsewhere, {self.place.common.resolve()}: its commits are used.",)

    async def _uncommitted(self) -> tuple[str, ...]:
        if self.place.bare:
            return ()
        try:
            count = await changed_files(self.git, self.place)
        except (GitFailed, GitOutputTooLarge, TransientError) as error:
            said = first_line(error.said) if isinstance(error, GitFailed) else str(error)
            return (f"uncommitted changes could not be looked for ({said}); only committed work counts.",)
        if not count:
            return ()
        said = "1 file has" if count == 1 else f"{count} files have"
        return (f"{said} uncommitted changes; only committed work counts.",)
