"""The draft's keeper inside the sandbox: runs as the tool user, answers one frame at a time, ends with its stream."""

import contextlib
import errno
import functools
import os
import stat
import sys
from collections.abc import Callable
from typing import Any, BinaryIO

from . import (
    drafts,
    driving,
    frames,
    git_folder,
    installed,
    leftovers,
    limits,
    places,
    process,
    safe_paths,
    searching,
    staging,
)
from .safe_paths import Refused

Answer = tuple[dict[str, Any], bytes]


def read(h: dict[str, Any], _: bytes) -> Answer:
    return {}, safe_paths.read(places.DRAFT, h["path"])


def write(h: dict[str, Any], body: bytes) -> Answer:
    path = h["path"]
    if submodule := drafts.in_submodule("/".join(safe_paths.components(path))):
        raise Refused(f"{submodule!r} is a git submodule, whose files are not here: nothing can be written into it")
    if not safe_paths.exists(places.DRAFT, path) and drafts.ignored(path):
        raise Refused(f"{path!r} is ignored by the repository's .gitignore: it would never be committed")
    safe_paths.write(places.DRAFT, path, body)
    return {}, b""


def delete(h: dict[str, Any], _: bytes) -> Answer:
    safe_paths.delete(places.DRAFT, h["path"])
    return {}, b""


def files(_h: dict[str, Any], _: bytes) -> Answer:
    found = []
    for raw in drafts.names():
        with contextlib.suppress(OSError):
            entry = os.lstat(os.path.join(os.fsencode(places.DRAFT), raw))
            kind = "file" if stat.S_ISREG(entry.st_mode) else "link" if stat.S_ISLNK(entry.st_mode) else "other"
            found.append([raw.decode("utf-8", "backslashreplace"), entry.st_size, kind])
    return {"files": found}, b""


def digests(_h: dict[str, Any], body: bytes) -> Answer:
    """The digests of regular files' contents and of links' targets; what is neither is left out."""
    found = [(path, digest) for path in _paths(body) if (digest := safe_paths.digest(places.DRAFT, path))]
    return {"paths": [path for path, _ in found]}, "\n".join(digest for _, digest in found).encode()


def contents(h: dict[str, Any], body: bytes) -> Answer:
    """The contents of many files at once; what can't be read is left out, and what follows the one that would pass the
    limit."""
    found: list[list[Any]] = []
    whole: list[bytes] = []
    left = h["limit"]
    for path in _paths(body):
        try:
            content = safe_paths.read(places.DRAFT, path)
        except Refused:
            continue
        left -= len(content)
        if left < 0:
            break
        found.append([path, len(content)])
        whole.append(content)
    return {"files": found}, b"".join(whole)


def _paths(body: bytes) -> list[str]:
    return [os.fsdecode(path) for path in body.split(b"\0") if path]


def search(h: dict[str, Any], _: bytes) -> Answer:
    read_one = installed.read if h["installed"] else functools.partial(safe_paths.read, places.DRAFT)
    with searching.in_time():
        return searching.search(h["pattern"], h["paths"], read_one, limit=h["limit"], per_file=h["per_file"]), b""


def installed_files(h: dict[str, Any], _: bytes) -> Answer:
    return {"files": installed.files(h["path"])}, b""


def read_installed(h: dict[str, Any], _: bytes) -> Answer:
    return {}, installed.read(h["path"])


def execute(h: dict[str, Any], body: bytes) -> Answer:
    cwd = places.DRAFT
    if h["cwd"].strip("./"):
        parts = safe_paths.components(h["cwd"])
        with safe_paths.folder(places.DRAFT, parts):
            cwd = "/".join([places.DRAFT, *parts])
    before = git_folder.looks()
    try:
        ended, out, err, _ = process.run(
            h["argv"],
            cwd=cwd,
            env=drafts.environment(),
            seconds=h["seconds"],
            output_bytes=h["output_bytes"],
            stdin=body,
        )
    except FileNotFoundError as error:
        raise Refused(f"there is no program {h['argv'][0]!r} in the sandbox") from error
    git_folder.straighten()
    leftovers.clear_away()
    if _changed_git(before, h["argv"][0]):
        drafts.forget_index()
    return {**ended, "stdout": len(out)}, out + err


def _changed_git(before: git_folder.Looks, program: str) -> set[str]:
    """The files of git's folder that changed; nothing but the index may be."""
    changed = git_folder.changed(before)
    if changed - {"index"}:
        some = ", ".join(sorted(changed)[:5])
        raise drafts.GitFailed(f"{program!r} changed git's own folder ({some}): nothing in it can be trusted any more")
    return changed


def drive(h: dict[str, Any], body: bytes) -> Answer:
    """Nothing is put right here as after a tool: the application stands in its copy beside."""
    before = git_folder.looks()
    try:
        reply, result = driving.drive(h["argv"], body, port=h["port"], seconds=h["seconds"])
    except FileNotFoundError as error:
        raise Refused(f"there is no driver {h['argv'][0]!r} in the sandbox") from error
    except BlockingIOError as error:
        raise Refused("the driver can't be started: the application takes all processes") from error
    leftovers.clear_away()
    if _changed_git(before, h["argv"][0]):
        drafts.forget_index()
    return dict(reply), result


def restore(h: dict[str, Any], _: bytes) -> Answer:
    process.sweep()
    staging.unstage()
    return {"missing": drafts.restore(h["base"], h["commit"])}, b""


def import_base(h: dict[str, Any], body: bytes) -> Answer:
    drafts.import_base(h["commits"], body)
    return {}, b""


def import_bundle(h: dict[str, Any], body: bytes) -> Answer:
    drafts.import_bundle(h["commit"], body)
    return {}, b""


def seal(h: dict[str, Any], _: bytes) -> Answer:
    return drafts.seal(h["base"], h["parent"], h["message"], h["date"], h["limit"])


def diff(h: dict[str, Any], _: bytes) -> Answer:
    return {}, drafts.diff(h["base"])


def stage(h: dict[str, Any], body: bytes) -> Answer:
    protected, body = _paths(body[: h["protected"]]), body[h["protected"] :]
    staged = staging.stage(frozenset(h["reserved"]), frozenset(protected))
    for path, size in h["instead"]:
        safe_paths.write(places.COPY, path, body[:size])
        body = body[size:]
    return {"files": staged.files, "impostors": staged.impostors, "oom_kills": limits.oom_kills()}, b""


def written(_h: dict[str, Any], _: bytes) -> Answer:
    return {"written": staging.written()}, b""


def unstage(_h: dict[str, Any], _: bytes) -> Answer:
    """Says what is left of the test user, so that the other side can end the container rather than share it."""
    staging.unstage()
    left = [*map(str, process.of_user(places.TEST_UID)), *leftovers.left_by(places.TEST_UID)]
    if os.path.lexists(places.COPY):
        left.append(places.COPY)
    return {"left": left[:20], "oom_kills": limits.oom_kills()}, b""


OPERATIONS: dict[str, Callable[[dict[str, Any], bytes], Answer]] = {
    operation.__name__: operation
    for operation in (
        read, write, delete, files, digests, contents, search, installed_files, read_installed, execute,
        restore, import_base, import_bundle, seal, diff,
        stage, written, unstage, drive,
    )
}  # fmt: skip


def answer(header: dict[str, Any], body: bytes) -> Answer:
    try:
        return OPERATIONS[header["op"]](header, body)
    except Refused as refusal:
        return {"refused": str(refusal)}, b""
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            return {"refused": "the sandbox's disk is full: remove what is not needed and write less"}, b""
        if error.errno in (errno.E2BIG, errno.ENAMETOOLONG):
            return {"refused": f"{header['op']}: {error.strerror}: give less at once"}, b""
        return {"failed": f"{header['op']}: {error}"}, b""
    except drafts.GitFailed as error:
        if error.too_large:
            return {"refused": f"it takes more than the sandbox has: {error}"}, b""
        if "No space left" in str(error) or limits.disk_is_full():
            return {"refused": f"the sandbox's disk is full: {error}"}, b""
        return {"failed": str(error)}, b""
    except (ValueError, RecursionError, MemoryError) as error:  # half a surrogate pair, a NUL in an argument
        return {"refused": f"{header['op']}: {type(error).__name__}: {error}"}, b""


def take_stream() -> tuple[BinaryIO, BinaryIO]:
    """Move the stream away from descriptors 0 to 2, so that no child can read or write it by number."""
    source, target = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open("/dev/null", os.O_RDWR)
    for fd in (0, 1):
        os.dup2(nothing, fd)
    return source, target


def main() -> None:
    process.guard_self()
    source, target = take_stream()
    process.sweep()  # an earlier server of this draft whose stream broke
    drafts.prepare()
    target.write(frames.pack({"ready": True}))
    target.flush()
    while (frame := frames.read(source)) is not None:
        reply = frames.pack(*answer(*frame))
        if reply.find(b"\n", 0, frames.MAX_HEADER) < 0:
            reply = frames.pack({"refused": "the answer is too long: too many files, or names too long"})
        target.write(reply)
        target.flush()
    process.sweep()
    sys.exit(0)
