"""The meaning of an object store's errors. The store wraps the system's own words; there is no errno to ask."""

from collections.abc import Iterator
from contextlib import contextmanager
from errno import EDQUOT, ENOSPC

from obstore import exceptions as raised

from aurora.errors import CredentialsRefused, DiskFull, PersistentError, TransientError

FULL = ("No space left on device", "Disk quota exceeded", "os error 28)", "os error 122)")
REFUSED = (raised.PermissionDeniedError, raised.UnauthenticatedError, PermissionError)


@contextmanager
def as_artifact_errors(where: str, *, local: bool) -> Iterator[None]:
    """Raises `DiskFull`, `CredentialsRefused`, `PersistentError` or `TransientError` for what the store could not do.

    `AlreadyExistsError` and `FileNotFoundError` pass: they are answers, not trouble."""
    try:
        yield
    except (raised.AlreadyExistsError, FileNotFoundError):
        raise
    except (raised.BaseError, OSError) as error:
        said = str(error).partition("\n\nDebug source")[0]
        if any(words in said for words in FULL) or getattr(error, "errno", None) in (ENOSPC, EDQUOT):
            raise DiskFull(f"No space is left for artifacts in {where}. Free some, then the task goes on.") from error
        if local:
            raise PersistentError(f"Artifacts can't be kept in {where}: {said}") from error
        if isinstance(error, REFUSED):
            raise CredentialsRefused(f"The artifact store {where} refused the worker's credentials: {said}") from error
        raise TransientError(f"The artifact store {where} did not answer as it should: {said}") from error
