"""Submodules and files in Git LFS of a base commit: refused where its code needs them, told where nothing does."""

import asyncio
from collections.abc import Sequence

from aurora import bounded
from aurora.drivers.git.process import Git, GitFailed, GitOutputTooLarge
from aurora.errors import Refusal
from aurora.survey import left_out

MOST_PARTS = 200
"""Parts whose needs are looked for; the rest is reported like one that nothing needs."""
MOST_READ = 400
"""Files that contain a part's name."""
MOST_BYTES = 16_000_000


async def left_out_notes(
    git: Git, commit: str, submodules: Sequence[str], pointers: Sequence[str], label: str
) -> tuple[str, ...]:
    """One note a kind. Raises `Refusal` where code, tests or manifests of the commit name such a part."""
    if not submodules and not pointers:
        return ()
    looked = (*submodules[:MOST_PARTS], *pointers[:MOST_PARTS])
    paths = await _paths(git, commit)
    files = await _containing(git, commit, {word for part in looked for word in left_out.words(part)}, label)
    about = "what names the submodules and LFS files"
    needed = await bounded.call(left_out.submodules_needed, submodules[:MOST_PARTS], files, paths, about=about)
    if needed:
        raise Refusal(
            f"{label} uses git submodules: {_by(needed)}.",
            "Aurora does not fetch submodules. Use a repository, or a branch, that holds these files itself.",
        )
    needed = await bounded.call(left_out.pointers_needed, pointers[:MOST_PARTS], files, about=about)
    if needed:
        raise Refusal(
            f"{label} keeps files in Git LFS: {_by(needed)}.",
            "Aurora would see pointers instead of the files. Use a repository, or a branch, without LFS.",
        )
    notes = []
    if submodules:
        notes.append(f"no code names its git submodules, which are not fetched: {some(submodules)}")
    if pointers:
        notes.append(f"no code names its files in Git LFS, which are pointers here: {some(pointers)}")
    return tuple(notes)


async def _paths(git: Git, commit: str) -> list[str]:
    listed = await git.run("ls-tree", "-r", "-z", "--name-only", "--full-tree", commit)
    return [path.decode("utf-8", "replace") for path in listed.split(b"\0") if path]


async def _containing(git: Git, commit: str, words: set[str], label: str) -> dict[str, str]:
    """Texts of the code and manifests that contain one of the words, by path."""
    asked = [part for word in sorted(words) for part in ("-e", word)]
    try:
        listed = await git.run(
            "grep", "-I", "-l", "-z", "-F", "--no-textconv", "--full-name", *asked, commit, ok=(0, 1), seconds=120
        )
    except (GitFailed, GitOutputTooLarge) as failed:
        raise Refusal(f"{label}: its submodules or LFS files can't be looked for in its code: {failed}") from failed
    found = [path.decode("utf-8", "replace").removeprefix(f"{commit}:") for path in listed.split(b"\0") if path]
    texts: dict[str, str] = {}
    room = MOST_BYTES
    for path in [path for path in found if left_out.may_need(path)][:MOST_READ]:
        try:
            content = await git.run("cat-file", "blob", f"{commit}:{path}", limit=min(room, 2_000_000))
        except (GitFailed, GitOutputTooLarge):
            continue  # its name is not UTF-8, or it is generated
        room -= len(content)
        texts[path] = await asyncio.to_thread(content.decode, "utf-8", "replace")
    return texts


def _by(needed: Sequence[left_out.Need], shown: int = 3) -> str:
    said = ", ".join(f"{need.part!r}, needed by {need.by}" for need in needed[:shown])
    return said + (f" and {len(needed) - shown} more" if len(needed) > shown else "")


def some(names: Sequence[str], shown: int = 3) -> str:
    rest = len(names) - shown
    return ", ".join(repr(name) for name in names[:shown]) + (f" and {rest} more" if rest > 0 else "")
