"""Files below one root: no component may be a symlink, none may be `.git`, nothing may leave the root."""

import contextlib
import hashlib
import os
import secrets
import stat
from collections.abc import Iterator

MAX_READ = 2_000_000
FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
IGNORED_BY_FILESYSTEMS = dict.fromkeys(
    (0x200C, 0x200D, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x206A, 0x2070), 0xFEFF)
)
"""Code points that HFS+ drops from names: a `.git` spelled with them is `.git` on somebody's disk."""


class Refused(Exception):
    """Nothing was changed; the text is for the model."""


class TooLarge(Refused): ...


def components(path: str) -> list[str]:
    if "\0" in path or "\n" in path or "\r" in path:
        raise Refused(f"{path!r} is not a path: it holds a NUL or a line break")
    if path.startswith("/"):
        raise Refused(f"{path!r} is absolute: give a path relative to the repository's root")
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if not parts:
        raise Refused(f"{path!r} names no file")
    for part in parts:
        if part == "..":
            raise Refused(f"{path!r} leaves the repository: `..` is not allowed")
        plain = part.translate(IGNORED_BY_FILESYSTEMS).rstrip(" .").split(":")[0].rstrip(" .").lower()
        if plain in (".git", "git~1"):
            raise Refused(f"{path!r} names git's own folder: it can't be read or written")
        if len(os.fsencode(part)) > 255:
            raise Refused(f"{path!r} has a component of over 255 bytes")
    return parts


@contextlib.contextmanager
def folder(root: str, parts: list[str], *, create: bool = False) -> Iterator[int]:
    """A descriptor of the folder reached from `root`, one component at a time, following nothing."""
    here = os.open(root, FOLDER)
    try:
        for depth, part in enumerate(parts):
            if create:
                with contextlib.suppress(FileExistsError):
                    os.mkdir(part, 0o755, dir_fd=here)
            try:
                there = os.open(part, FOLDER, dir_fd=here)
            except OSError as error:
                shown = "/".join(parts[: depth + 1])
                raise Refused(explain(here, part, shown)) from error
            os.close(here)
            here = there
        yield here
    finally:
        os.close(here)


def explain(here: int, part: str, shown: str) -> str:
    try:
        mode = os.stat(part, dir_fd=here, follow_symlinks=False).st_mode
    except OSError:
        return f"there is no {shown!r}"
    if stat.S_ISLNK(mode):
        return f"{shown!r} is a symbolic link: paths through links are not followed"
    return f"{shown!r} is not a folder"


def digest(root: str, path: str) -> str:
    """sha256 of a regular file's content or of a link's target; empty for what is neither."""
    *above, name = components(path)
    try:
        with folder(root, above) as here:
            entry = os.stat(name, dir_fd=here, follow_symlinks=False)
            if stat.S_ISLNK(entry.st_mode):
                return hashlib.sha256(os.fsencode(os.readlink(name, dir_fd=here))).hexdigest()
            if not stat.S_ISREG(entry.st_mode):
                return ""
            fd = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=here)
            made = hashlib.sha256()
            with open(fd, "rb") as file:
                while part := file.read(1_000_000):
                    made.update(part)
            return made.hexdigest()
    except (OSError, Refused):
        return ""


def read(root: str, path: str) -> bytes:
    *above, name = components(path)
    with folder(root, above) as here:
        try:
            fd = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=here)
        except OSError as error:
            raise Refused(_not_readable(here, name, path)) from error
        try:
            found = os.fstat(fd)
            if not stat.S_ISREG(found.st_mode):
                raise Refused(f"{path!r} is a folder or a special file, not a regular file")
            if found.st_size > MAX_READ:
                raise TooLarge(f"{path!r} has {found.st_size} bytes; files over {MAX_READ} are not read")
            with os.fdopen(fd, "rb", closefd=False) as source:
                return source.read(MAX_READ)
        finally:
            os.close(fd)


def _not_readable(here: int, name: str, path: str) -> str:
    try:
        mode = os.stat(name, dir_fd=here, follow_symlinks=False).st_mode
    except OSError:
        return f"there is no file {path!r}"
    return f"{path!r} is a symbolic link: links are not followed" if stat.S_ISLNK(mode) else f"{path!r} is unreadable"


def write(root: str, path: str, content: bytes) -> None:
    """Create or replace by rename: a hard link elsewhere keeps what it had."""
    *above, name = components(path)
    with folder(root, above, create=True) as here:
        mode = 0o644
        with contextlib.suppress(FileNotFoundError):
            found = os.stat(name, dir_fd=here, follow_symlinks=False)
            if stat.S_ISLNK(found.st_mode):
                raise Refused(f"{path!r} is a symbolic link: links are not written through")
            if not stat.S_ISREG(found.st_mode):
                raise Refused(f"{path!r} is a folder or a special file, not a regular file")
            mode = stat.S_IMODE(found.st_mode)
        temporary = f".aurora-{secrets.token_hex(6)}"
        fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode, dir_fd=here)
        try:
            with os.fdopen(fd, "wb") as target:
                os.fchmod(fd, mode)
                target.write(content)
            os.rename(temporary, name, src_dir_fd=here, dst_dir_fd=here)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(temporary, dir_fd=here)
            raise


def delete(root: str, path: str) -> None:
    """Remove a regular file, and the folders that it leaves empty: git would not keep them either."""
    parts = components(path)
    with folder(root, parts[:-1]) as here:
        try:
            mode = os.stat(parts[-1], dir_fd=here, follow_symlinks=False).st_mode
        except OSError as error:
            raise Refused(f"there is no file {path!r}") from error
        if not stat.S_ISREG(mode):
            raise Refused(f"{path!r} is a link or a folder, not a regular file")
        os.unlink(parts[-1], dir_fd=here)
    for depth in range(len(parts) - 1, 0, -1):
        with folder(root, parts[: depth - 1]) as here:
            try:
                os.rmdir(parts[depth - 1], dir_fd=here)
            except OSError:
                return


def exists(root: str, path: str) -> bool:
    *above, name = components(path)
    try:
        with folder(root, above) as here:
            os.stat(name, dir_fd=here, follow_symlinks=False)
    except (Refused, OSError):
        return False
    return True
