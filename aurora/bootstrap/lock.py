"""An exclusive lock on a file, which dies with the last process that holds the descriptor: no stale locks."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def take(path: Path) -> int | None:
    """The locked descriptor, or None when another process holds it. Pass it to a child to let the child hold it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def held(path: Path) -> bool:
    """Return whether some process holds it now."""
    if not path.exists():
        return False
    descriptor = os.open(path, os.O_RDWR)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


@contextmanager
def shared(path: Path) -> Iterator[None]:
    """Hold it together with whoever else holds it so."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        yield
    finally:
        os.close(descriptor)


def shared_by_any(path: Path) -> bool:
    """Return whether some process holds it, alone or together with others."""
    if not path.exists():
        return False
    descriptor = take(path)
    if descriptor is None:
        return True
    os.close(descriptor)
    return False


@contextmanager
def taken(path: Path) -> Iterator[int | None]:
    descriptor = take(path)
    try:
        yield descriptor
    finally:
        if descriptor is not None:
            with suppress(OSError):
                os.close(descriptor)
