"""The number of files in a work tree that differ from its commit: a courtesy, looked up without any program of the
repository.

Attributes of the work tree may name filters, but only configuration says which program a filter is, and git is shown
none. Where a user's own configuration says how files are written, the few harmless values of it are passed on.
"""

from dataclasses import replace

from aurora.drivers.git.place import Place
from aurora.drivers.git.process import Git, GitFailed
from aurora.drivers.git.user_repository import own_settings

SECONDS = 30.0


async def changed_files(git: Git, place: Place, seconds: float = SECONDS) -> int:
    """Raises `GitFailed`, `GitOutputTooLarge`, and `TransientError` when it took too long: a FIFO where git reads,
    say."""
    index = place.own / "index"
    if index.exists() and not index.is_file():
        raise GitFailed("status", 128, "fatal: the index is no regular file")
    written = await own_settings(r"^core\.(excludesfile|autocrlf|eol|filemode|symlinks|precomposeunicode)$")
    looking = replace(
        git,
        config=(*(f"{key}={value}" for key, value in written if not git_says(git, key)), "core.fsmonitor=false"),
        env=(("GIT_WORK_TREE", str(place.top)), ("GIT_INDEX_FILE", str(index))),
    )
    listed = await looking.run(
        "status", "--porcelain", "-z", "--no-renames", "--ignore-submodules=all", seconds=seconds
    )
    return listed.count(b"\0")


def git_says(git: Git, key: str) -> bool:
    """Return whether the repository says it itself, which counts more."""
    return git.view is not None and any(key == own for own, _ in git.view.settings)
