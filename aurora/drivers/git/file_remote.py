"""A remote on the worker's own disk: git's server side would run there, under the repository's configuration and hooks.

It is served from a `View` instead. Hooks that decide what is taken can't be asked then, so nothing is pushed past them.
"""

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import unquote

from aurora.drivers.git.place import NoRepository, Place, at
from aurora.drivers.git.user_repository import view
from aurora.errors import Refusal

RECEIVING = ("pre-receive", "update", "proc-receive", "reference-transaction", "post-receive", "post-update")
"""Hooks that a push to it would run."""


@asynccontextmanager
async def reached(url: str, protocols: Sequence[str], *, pushes: bool = False) -> AsyncIterator[str]:
    """The address that git is given: of a view where `url` lies on this disk, else `url` itself. Raises `Refusal`."""
    path = local_path(url)
    if path is None or "file" not in protocols:
        yield url
        return
    try:
        seen = await view(at(path))
        if pushes:
            _refuse_hooks(seen.place, dict(seen.settings))
        with seen.opened() as folder:
            yield folder.as_uri()
    except NoRepository as none:
        raise Refusal(f"{url} is no git repository that the worker can reach: {none}", "Check the address.") from none
    except OSError as error:
        raise Refusal(f"{url} can't be read by the worker: {error.strerror}", "Check its permissions.") from error


def local_path(url: str) -> Path | None:
    """The place where git would look on this disk. Raises `Refusal` for a relative path: the worker is nowhere in
    particular."""
    if url.startswith("file://"):
        return Path("/" + unquote(url.removeprefix("file://")).lstrip("/"))
    head, colon, _ = url.partition(":")
    if colon and "/" not in head:  # a scheme, a helper, or ssh's host:path
        return None
    if not url.startswith("/"):
        raise Refusal(f"{url!r} is no address of a git repository.", "Give an https, ssh or file URL.")
    return Path(url)


def _refuse_hooks(place: Place, settings: dict[str, str]) -> None:
    found = [name for name in RECEIVING if os.access(place.common / "hooks" / name, os.X_OK)]
    if "core.hookspath" in settings:
        found.append("core.hooksPath")
    if found:
        raise Refusal(
            f"{place.top} has hooks for what is pushed ({', '.join(found)}), and Aurora runs no program of a"
            " repository on the worker's machine.",
            "Name it by an ssh or https address, where its own side runs them.",
        )
