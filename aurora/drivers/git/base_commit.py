"""A base commit at depth 1: examined for what Aurora can't work with, and packed.

Used by the client on a local repository and by the worker on what it fetched.
"""

import asyncio
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from aurora.domain.value import Value
from aurora.drivers.git.process import Git, GitFailed, GitOutputTooLarge
from aurora.errors import Refusal

MAX_PACK = 512_000_000
"""Bytes. A pack is held in memory once, and stored once per task."""

MOST_FILES = 250_000
"""A tree may name the same few objects a million times: what is small as a pack is not small as a list."""
MOST_LISTED = 64_000_000
"""Bytes of that list: paths may be long instead."""
READ_AT_ONCE = 16_000_000
MOST_ATTRIBUTES = 64_000_000
"""Bytes of all `.gitattributes` together."""

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
    attributes: tuple[Blob, ...]
    """Each blob once, by the first of its paths."""
    small: tuple[Blob, ...]
    """Of the size of a pointer, likewise."""


class BasePack(Value):
    pack: bytes
    """A packfile: one commit, its trees, its files; no parent."""
    files: int


async def pack_base(git: Git, commit: str, *, label: str, max_pack: int = MAX_PACK) -> BasePack:
    """Raises `Refusal` for missing objects, submodules, Git LFS, too many files, and a pack over `max_pack` bytes."""
    objects = await whole(git, commit, label)
    files = await examined(git, commit, label=label)
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
    return BasePack(pack=pack, files=files)


async def examined(git: Git, commit: str, *, label: str) -> int:
    """The number of the commit's files. Raises `Refusal` for too many, for submodules and Git LFS: a tree with either
    is not what it seems."""
    found = await tree(git, commit, label)
    refuse_submodules(found.submodules, label)
    await refuse_lfs(git, found, label)
    return found.files


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
    """What `ls-tree -r -l -z` printed."""
    lines = listed.split(b"\0")[:-1]
    submodules: list[str] = []
    attributes: dict[str, Blob] = {}
    small: dict[str, Blob] = {}
    for line in lines:
        meta, _, name = line.partition(b"\t")
        mode, _, oid, size_text = meta.decode().split()
        path = name.decode("utf-8", "replace")
        if mode == "160000":
            submodules.append(path)
            continue
        size = int(size_text) if size_text.isdigit() else 0
        if mode != "120000" and name.rpartition(b"/")[2] == b".gitattributes":
            attributes.setdefault(oid, Blob(oid, size, path))
        elif mode != "120000" and size in POINTER_SIZES:
            small.setdefault(oid, Blob(oid, size, path))
    return Tree(len(lines), tuple(submodules), tuple(attributes.values()), tuple(small.values()))


def refuse_submodules(links: tuple[str, ...], label: str) -> None:
    if links:
        raise Refusal(
            f"{label} uses git submodules: {some(links)}.",
            "Aurora does not follow submodules. Use a repository, or a branch, without them.",
        )


async def refuse_lfs(git: Git, found: Tree, label: str) -> None:
    """By `.gitattributes` (filter=lfs), and by pointer files that nothing declares."""
    size = sum(blob.size for blob in found.attributes)
    if size > MOST_ATTRIBUTES:
        raise Refusal(
            f"{label}: its .gitattributes take {size / 1e6:,.1f} MB, more than can be looked through.",
            "Write shorter ones: a pattern names many files.",
        )
    held: list[str] = []
    for wanted, declared in ((found.attributes, True), (found.small, False)):
        for portion in portions(wanted):
            limit = sum(blob.size + 100 for blob in portion)
            stdin = "".join(f"{blob.oid}\n" for blob in portion).encode()
            contents = await git.run("cat-file", "--batch", stdin=stdin, limit=limit)
            # in a thread, as above
            held += await asyncio.to_thread(_in_lfs, portion, contents, declared)
    if held:
        raise Refusal(
            f"{label} keeps files in Git LFS: see {some(held)}.",
            "Aurora would see pointers instead of the files. Use a repository, or a branch, without LFS.",
        )


def portions(wanted: Iterable[Blob]) -> Iterator[list[Blob]]:
    """Of about `READ_AT_ONCE` bytes each."""
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


def _in_lfs(portion: list[Blob], contents: bytes, declared: bool) -> list[str]:
    """Paths: of attributes that declare it, or of pointers."""
    return [
        blob.path
        for blob, content in zip(portion, blobs(contents), strict=True)
        if (declares_lfs(content) if declared else LFS_POINTER.match(content))
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


def too_many(label: str) -> Refusal:
    return Refusal(
        f"{label}: one commit holds over {MOST_FILES:,} files, or their paths take over {MOST_LISTED // 10**6} MB.",
        "Aurora works with a tree whole: use a smaller repository.",
    )


def some(names: Sequence[str], shown: int = 3) -> str:
    rest = len(names) - shown
    return ", ".join(repr(name) for name in names[:shown]) + (f" and {rest} more" if rest > 0 else "")
