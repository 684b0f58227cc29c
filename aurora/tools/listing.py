"""The files of a draft that a tool may show: patterns of aurora.yaml and of the model over many paths."""

from collections.abc import Sequence

from aurora import bounded
from aurora.domain.value import Value
from aurora.errors import OutOfBounds, ToolRefusal
from aurora.tools.path_policy import PathPolicy


class Listing(Value):
    paths: tuple[str, ...]
    hidden: int = 0
    """By the policy, whatever the glob."""


async def listed(policy: PathPolicy, paths: Sequence[str], glob: str, *, installed: bool = False) -> Listing:
    """`installed`: the paths are of installed dependencies. Raises `ToolRefusal` for a glob that can't be used."""
    try:
        return await bounded.call(matching, policy, tuple(paths), glob, installed, about=f"the glob {glob[:200]!r}")
    except OutOfBounds as error:
        raise ToolRefusal(f"{error.what} Give a simpler glob.") from None


def matching(policy: PathPolicy, paths: tuple[str, ...], glob: str, installed: bool = False) -> Listing:
    if installed:
        visible = tuple(path for path in paths if not policy.excludes(path))
        hidden = len(paths) - len(visible)
    else:
        visible, hidden = policy.visible(paths)
    return Listing(paths=tuple(policy.matching(visible, glob)), hidden=hidden)
