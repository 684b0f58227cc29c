"""A base commit at depth 1: examined for what Aurora can't work with, and packed.

Used by the client on a local repository and by the worker on what it fetched.
"""

import asyncio
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from aurora.domain.value import Value
from aurora.drivers.git.left_out import left_out_notes
from aurora.drivers.git.process import Git, GitFailed, GitOutputTooLarge
from aurora.errors import Refusal

MAX_PACK = 512_000_000
"""Bytes. A pack is held in memory once, and stored once per task."""

MOST_FILES = 250_000
"""A tree may name the same few objects a million times: what is small as a pack is not small as a list."""
MOST_LISTED = 64_000_000
"""Bytes of that list: paths may be long instead."""
READ_AT_ONCE = 16_000_000

LFS_POINTER = re.compile(rb"version https://git-lfs\.github\.com/spec/v1\n(?:.+\n)*oid sha256:[0-9a-f]{64}\n")
POINTER_SIZES = range(100, 500)
"""A pointer is about 130 bytes; reading every small file of a large repository would be slow."""


class Blob(NamedTuple):
    oid: str
    size: int
    path: str


@dataclass(frozen=True)
class Tree:
    """A commit's files, as far as anybody here asks."""

    files: int
    submodules: tuple[str, ...]
    links: tuple[str, ...]
    """Symbolic links."""
    small: tuple[Blob, ...]
    """Files of the size of a pointer."""


class BasePack(Value):
    pack: bytes
    """A packfile: one commit, its trees, its files; no parent."""
    files: int
    notes: tuple[str, ...] = ()


class Examined(NamedTuple):
    files: int
    notes: tuple[str, ...]
    """Submodules and files in LFS that nothing needs."""


async def pack_base(
    git: Git, commit: str, *, label: str, parent: str | None = None, max_pack: int = MAX_PACK
) -> BasePack:
    """`parent`: packed with it. Raises `Refusal` as `whole` and `examined` do, and for a pack over `max_pack` bytes."""
    objects = await whole(git, commit, label)
    if parent is not None:
        objects = list(dict.fromkeys([*objects, *await whole(git, parent, label)]))
    found = await examined(git, commit, label=label)
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
    return BasePack(pack=pack, files=found.files, notes=found.notes)


async def examined(git: Git, commit: str, *, label: str) -> Examined:
    """Raises `Refusal` for too many files, for submodules and files in Git LFS that code needs, and for a `.gitmodules`
    that git checks out nowhere."""
    found = await tree(git, commit, label)
    refuse_links(found.links, label)
    return Examined(found.files, await left_out_notes(git, commit, found.submodules, await pointers(git, found), label))


async def whole(git: Git, commit: str, label: str) -> list[bytes]:
    """Ids of the commit's objects. `--missing=print` looks without fetching what a partial clone left out."""
    try:
        listed = await git.run("rev-list", "--objects", "--no-object-names", "--no-walk", "--missing=print", commit)
    except GitOutputTooLarge:
        raise too_many(label) from None
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


async def tree(git: Git, commit: str, label: str) -> Tree:
    """Raises `Refusal` for more files than can be worked with."""
    try:
        listed = await git.run("ls-tree", "-r", "-l", "-z", "--full-tree", commit, limit=MOST_LISTED)
    except GitOutputTooLarge:
        raise too_many(label) from None
    if listed.count(b"\0") > MOST_FILES:
        raise too_many(label)
    # in a thread: a list of many megabytes must not keep a worker from its heartbeats
    return await asyncio.to_thread(read_tree, listed)


def read_tree(listed: bytes) -> Tree:
    """The entries that `ls-tree -r -l -z` printed."""
    lines = listed.split(b"\0")[:-1]
    submodules: list[str] = []
    links: list[str] = []
    small: list[Blob] = []
    for line in lines:
        meta, _, name = line.partition(b"\t")
        mode, _, oid, size_text = meta.decode().split()
        path = name.decode("utf-8", "replace")
        if mode == "160000":
            submodules.append(path)
        elif mode == "120000":
            links.append(path)
        elif size_text.isdigit() and int(size_text) in POINTER_SIZES:
            small.append(Blob(oid, int(size_text), path))
    return Tree(len(lines), tuple(submodules), tuple(links), tuple(small))


def refuse_links(links: Sequence[str], label: str) -> None:
    found = [path for path in links if path.lower() == ".gitmodules"]
    if found:
        raise Refusal(
            f"{label}: {found[0]!r} is a symbolic link, which git itself does not check out.",
            "Make it a regular file, or remove it.",
        )


async def pointers(git: Git, found: Tree) -> tuple[str, ...]:
    """Paths of the files that are pointers of Git LFS, whatever `.gitattributes` declares."""
    unique = {blob.oid: blob for blob in found.small}
    held: set[str] = set()
    for portion in portions(unique.values()):
        limit = sum(blob.size + 100 for blob in portion)
        stdin = "".join(f"{blob.oid}\n" for blob in portion).encode()
        contents = await git.run("cat-file", "--batch", stdin=stdin, limit=limit)
        # in a thread, as above
        held |= set(await asyncio.to_thread(_in_lfs, portion, contents))
    return tuple(blob.path for blob in found.small if blob.oid in held)


def portions(wanted: Iterable[Blob]) -> Iterator[list[Blob]]:
    """Portions of about `READ_AT_ONCE` bytes each."""
    portion: list[Blob] = []
    size = 0
    for blob in wanted:
        if portion and size + blob.size > READ_AT_ONCE:
            yield portion
            portion, size = [], 0
        portion.append(blob)
        size += blob.size
    if portion:
        yield portion


def _in_lfs(portion: list[Blob], contents: bytes) -> list[str]:
    """Ids of the pointers."""
    pairs = zip(portion, blobs(contents), strict=True)
    return [blob.oid for blob, content in pairs if LFS_POINTER.match(content)]


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


def too_many(label: str) -> Refusal:
    return Refusal(
        f"{label}: one commit holds over {MOST_FILES:,} files, or their paths take over {MOST_LISTED // 10**6} MB.",
        "Aurora works with a tree whole: use a smaller repository.",
    )
