"""The name under which tasks of a repository are listed, from whatever a person names it by."""

from pathlib import Path

from aurora.errors import Refusal


async def name_of(named: str) -> str:
    """A path gives the name of the repository it lies in; another word is a name already. A word that is a folder of a
    repository here, too, is a path: whoever names a repository means a path first, wherever it is asked for.

    Raises `Refusal` for what can only be a path and leads to no repository."""
    from aurora.drivers.git.local_repository import LocalRepository  # loads for a second, and most lists name none

    if "/" in named or named.startswith((".", "~")):
        return (await LocalRepository.open(named)).label
    if not Path(named).is_dir():  # noqa: ASYNC240 - one stat of a local folder, in a client
        return named
    try:
        return (await LocalRepository.open(named)).label
    except Refusal:
        return named
