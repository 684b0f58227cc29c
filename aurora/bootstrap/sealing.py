"""The state folder's payload keys: made with the database, and never again while it is there."""

import os
import shlex

from aurora.bootstrap.state_folder import StateFolder, write_private
from aurora.errors import Refusal
from aurora.payloads.keys import PayloadKeys


def keys_of(folder: StateFolder) -> PayloadKeys:
    """The keys, made at the first start.

    Raises `Refusal` when the database was sealed with a key that is not there: with another one every open task would
    be ended as a forgery.
    """
    if folder.payload_keys.exists():
        _ours(folder)
        keys = PayloadKeys.read(folder.payload_keys)
    elif folder.database.exists() and not folder.payload_keys.exists():
        raise _missing(folder, "its key file is gone")
    else:
        PayloadKeys.new().create(folder.payload_keys)
        keys = PayloadKeys.read(folder.payload_keys)  # another process may have been first
    sealed_with = folder.sealed_with.read_text().strip() if folder.sealed_with.exists() else ""
    if sealed_with != keys.current and (sealed_with in keys.keys or not folder.database.exists()):
        sealed_with = keys.current
        write_private(folder.sealed_with, f"{sealed_with}\n")  # before the server makes the database, or is told more
    if not sealed_with:
        raise _missing(folder, "an earlier version kept it in plain")
    if sealed_with not in keys.keys:
        raise _missing(folder, f"it was sealed with key {sealed_with!r}, which the key file does not hold")
    return keys


def _ours(folder: StateFolder) -> None:
    """Whoever owns a folder may put another file in the place of ours: with keys of theirs they would start tasks."""
    owner = folder.payload_keys.stat().st_uid
    if owner not in (os.geteuid(), 0):
        raise Refusal(
            f"the payload keys {str(folder.payload_keys)!r} belong to user {owner}, and this is user {os.geteuid()}",
            "run Aurora as that user, or set AURORA_HOME to a folder of your own",
        )


def _missing(folder: StateFolder, why: str) -> Refusal:
    home = shlex.quote(str(folder.home))
    return Refusal(
        f"the tasks in {str(folder.database)!r} can't be read: {why}",
        f"restore {str(folder.payload_keys)!r} from a backup; or give up the tasks that are open there (what ended "
        f"stays visible): aurora stop; cd {home} && mkdir given-up && mv temporal.db* given-up/",
    )
