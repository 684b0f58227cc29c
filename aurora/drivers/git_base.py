"""A base commit at depth 1: examined for what Aurora can't work with, and packed.

Used by the client on a local repository and by the worker on what it fetched.
"""

import asyncio
import re
from collections.abc import Iterator

from aurora.domain import Frozen
from aurora.drivers.git_process import Git, GitFailed, GitOutputTooLarge
from aurora.errors import Refusal

MAX_PACK = 512_000_000
"""Bytes. A pack is held in memory once, and stored once per task."""

LFS_POINTER = re.compile(rb"version https://git-lfs\.github\.com/spec/v1\n(?:.+\n)*oid sha256:[0-9a-f]{64}\n")
POINTER_SIZES = range(100, 500)
"""A pointer is about 130 bytes; reading every small file of a large repository would be slow."""


class TreeEntry(Frozen):
    mode: str
    oid: str
    size: int
    """Bytes; 0 for a submodule."""
    path: str


class BasePack(Frozen):
    pack: bytes
    """A packfile: one commit, its trees, its files; no parent."""
    files: int


async def pack_base(git: Git, commit: str, *, label: str, max_pack: int = MAX_PACK) -> BasePack:
    """Raises `Refusal` for missing objects, submodules, Git LFS and a pack over `max_pack` bytes."""
    objects = await whole(git, commit, label)
    entries = await examined(git, commit, label=label)
    sizes = await git.run("cat-file", "--batch-check=%(objectsize:disk)", stdin=b"\n".join(objects) + b"\n")
    size = sum(int(line) for line in sizes.split())
    if size > max_pack:
        raise too_large(label, size, max_pack)
    try:
        pack = await git.run(
            "pack-objects", "--stdout", "-q", stdin=b"\n".join(objects) + b"\n", seconds=600, limit=max_pack
        )
    except GitOutputTooLarge:
        raise too_large(label, size, max_pack) from None
    return BasePack(pack=pack, files=len(entries))


async def examined(git: Git, commit: str, *, label: str) -> list[TreeEntry]:
    """The commit's files. Raises `Refusal` for submodules and Git LFS: a tree with either is not what it seems."""
    entries = await tree(git, commit)
    refuse_submodules(entries, label)
    await refuse_lfs(git, entries, label)
    return entries


async def whole(git: Git, commit: str, label: str) -> list[bytes]:
    """Ids of the commit's objects. `--missing=print` looks without fetching what a partial clone left out."""
    try:
        listed = await git.run("rev-list", "--objects", "--no-object-names", "--no-walk", "--missing=print", commit)
    except GitFailed as failed:
        raise Refusal(
            f"{label}: objects of commit {commit[:12]} can't be read: {failed.said}",
            "Check the repository with `git fsck`; a partial clone needs `git fetch --refetch --filter=blob:limit=1t`.",
        ) from failed
    ids = listed.split()
    missing = sum(id.startswith(b"?") for id in ids)
    if missing:
        raise Refusal(
            f"{label}: {missing} objects of commit {commit[:12]} are not here: this is a partial clone, or damaged.",
            "Fetch them first (`git fetch --refetch --no-filter`), or clone again without --filter.",
        )
    return ids


async def tree(git: Git, commit: str) -> list[TreeEntry]:
    listed = await git.run("ls-tree", "-r", "-l", "-z", "--full-tree", commit, limit=256_000_000)
    entries = []
    for line in listed.split(b"\0")[:-1]:
        meta, _, path = line.partition(b"\t")
        mode, _, oid, size = meta.decode().split()
        bytes_ = int(size) if size.isdigit() else 0
        entries.append(TreeEntry(mode=mode, oid=oid, size=bytes_, path=path.decode("utf-8", "replace")))
    return entries


def refuse_submodules(entries: list[TreeEntry], label: str) -> None:
    links = [entry.path for entry in entries if entry.mode == "160000"]
    if links:
        raise Refusal(
            f"{label} uses git submodules: {some(links)}.",
            "Aurora does not follow submodules. Use a repository, or a branch, without them.",
        )


async def refuse_lfs(git: Git, entries: list[TreeEntry], label: str) -> None:
    """By `.gitattributes` (filter=lfs), and by pointer files that nothing declares."""
    attributes = [e for e in entries if e.path.rpartition("/")[2] == ".gitattributes" and e.mode != "120000"]
    small = [e for e in entries if e.size in POINTER_SIZES and e.mode.startswith("100")]
    wanted = attributes + small
    contents = await git.run("cat-file", "--batch", stdin="".join(f"{e.oid}\n" for e in wanted).encode())
    # in a thread: attributes of many megabytes must not keep a worker from its heartbeats
    found = await asyncio.to_thread(_in_lfs, wanted, len(attributes), contents)
    if found:
        raise Refusal(
            f"{label} keeps files in Git LFS: see {some(found)}.",
            "Aurora would see pointers instead of the files. Use a repository, or a branch, without LFS.",
        )


def _in_lfs(entries: list[TreeEntry], attributes: int, contents: bytes) -> list[str]:
    """Paths; the first so many `entries` are files of attributes."""
    return [
        entry.path
        for number, (entry, content) in enumerate(zip(entries, blobs(contents), strict=True))
        if (declares_lfs(content) if number < attributes else LFS_POINTER.match(content))
    ]


def declares_lfs(attributes: bytes) -> bool:
    if b"filter=lfs" not in attributes:
        return False
    lines = (line for line in attributes.splitlines() if b"filter=lfs" in line and not line.lstrip().startswith(b"#"))
    return any(b"filter=lfs" in line.split()[1:] for line in lines)


def blobs(batch: bytes) -> Iterator[bytes]:
    """The contents in the output of `cat-file --batch`."""
    at = 0
    while at < len(batch):
        end = batch.index(b"\n", at)
        size = int(batch[at:end].split()[2])
        yield batch[end + 1 : end + 1 + size]
        at = end + size + 2


def too_large(label: str, size: int, max_pack: int) -> Refusal:
    return Refusal(
        f"{label}: one commit packs to {size / 1e6:,.1f} MB, over the {max_pack / 1e6:,.1f} MB that a task may carry.",
        "Large files do not belong to a backend's source: keep them outside, or use a smaller repository.",
    )


def some(names: list[str], shown: int = 3) -> str:
    rest = len(names) - shown
    return ", ".join(repr(name) for name in names[:shown]) + (f" and {rest} more" if rest > 0 else "")
