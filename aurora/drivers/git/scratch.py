"""A bare repository of our own, thrown away afterwards, where what others made is checked before it goes on."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aurora.drivers.git.process import GITMODULES_FAULTS, Git, GitFailed
from aurora.errors import ArtifactCorrupt, DiskFull


@asynccontextmanager
async def scratch_repository() -> AsyncIterator[Git]:
    """Local work in it reads no configuration of anyone. Raises `DiskFull`."""
    try:
        folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="aurora-git-"))
    except OSError as error:
        raise DiskFull(f"No scratch folder can be made for git: {error}") from error
    try:
        git = Git(folder, scratch=True)
        await git.run("init", "--bare", "--quiet", "--template=", "--object-format=sha1")
        yield git
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


def borrow_objects(scratch: Git, objects: Path) -> None:
    """Let the scratch repository find what it lacks in another's object store."""
    quoted = str(objects).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    (scratch.folder / "objects/info").mkdir(exist_ok=True)
    (scratch.folder / "objects/info/alternates").write_text(f'"{quoted}"\n')


async def accept_bundle(scratch: Git, bundle: bytes, *, base: str, commit: str) -> None:
    """Take a bundle base..commit in, with fsck on. The base's objects must be there already.

    Raises `ArtifactCorrupt` when the bundle is damaged or malicious, does not hold `commit`, or holds a history that
    does not end at `base`."""
    await asyncio.to_thread((scratch.folder / "shallow").write_text, f"{base}\n")
    try:
        await unbundle(scratch, bundle)
        await leaves_submodules_alone(scratch, base, commit)
        roots = await scratch.text("rev-list", "--max-parents=0", commit)
    except GitFailed as failed:
        raise ArtifactCorrupt(f"The draft's bundle of {commit} does not pass git's check: {failed.said}") from failed
    if roots.split() != [base]:
        raise ArtifactCorrupt(f"The draft {commit} does not stand on its base {base} alone.")


async def leaves_submodules_alone(git: Git, base: str, commit: str) -> None:
    """Raises `ArtifactCorrupt` for a draft with a `.gitmodules` or a submodule that its base does not hold.

    What the base says of its submodules passes `unbundle` unchecked, so nothing may be added to it. Names that some
    disks take for `.gitmodules` count."""
    commits = await git.run("rev-list", commit, f"^{base}")
    compared = ("diff-tree", "--stdin", "-r", "-m", "--root", "--raw", "--no-renames", "--no-commit-id", "-z")
    changed = (await git.run(*compared, stdin=commits)).split(b"\0")
    modes = {mode for facts in changed[:-1:2] for mode in facts.lstrip(b":").split()[:2]}
    if b"160000" in modes or any(_like_gitmodules(path.decode("utf-8", "replace")) for path in changed[1::2]):
        raise ArtifactCorrupt(f"The draft {commit} changes the repository's submodules, which no task does.")


def _like_gitmodules(path: str) -> bool:
    plain = "".join(char for char in path.lower() if char.isascii())
    return any(part.startswith((".gitmod", "gitmod~", "gi7eb")) for part in plain.split("/"))


async def unbundle(git: Git, bundle: bytes) -> None:
    """Add a bundle's objects, none of its refs.

    Not by `git fetch` or `git bundle unbundle`: git 2.39 ignores fetch.fsckObjects for bundles (run: a tree holding
    `.git` went in). Behind the header's empty line a bundle is a pack, and index-pack checks it and its links."""
    header, empty_line, pack = bundle.partition(b"\n\n")
    if not header.startswith(b"# v") or not empty_line:
        raise ArtifactCorrupt("The draft's bundle is no git bundle.")
    faults = ",".join(f"{fault}=ignore" for fault in GITMODULES_FAULTS)
    await git.run("index-pack", "--stdin", "--fix-thin", f"--strict={faults}", stdin=pack, seconds=300)
