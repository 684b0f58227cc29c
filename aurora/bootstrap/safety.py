"""The report of `aurora doctor` on who can reach the Temporal server, and who can read what it keeps."""

import subprocess

from aurora.bootstrap.endpoint import Processes
from aurora.bootstrap.installation import Installation
from aurora.bootstrap.row import Row
from aurora.bootstrap.sealing import keys_of
from aurora.bootstrap.self_exec import argv_of
from aurora.client.network_namespace import lives_apart
from aurora.errors import Refusal
from aurora.payloads.keys import PayloadKeys

SEALED = "tasks that wait can't be read without it: keep it with every backup of the state folder"


def rows(installation: Installation) -> list[Row]:
    if installation.embedded:
        return [_reach(installation), _keys(installation)]
    return [_cluster_keys(installation)]


def _reach(installation: Installation) -> Row:
    running = installation.endpoint()
    server = Processes.read(installation.folder.processes).server if running else None
    if server is not None and server.alive():
        apart, tense = lives_apart(server.pid), "is"
    else:
        asked = subprocess.run(argv_of("aurora.client.network_namespace"), capture_output=True, timeout=20, check=False)
        apart, tense = asked.returncode == 0, "will be"
    if apart:
        return Row(
            what="server's reach",
            state="ok",
            found=f"it {tense} in a network namespace; only processes of this user can reach it",
        )
    return Row(
        what="server's reach",
        state="note",
        found=f"it {tense} open to every process on this machine: no network namespace may be made here. "
        "What tasks say stays encrypted, but others can end or cancel tasks",
        hint="run as root, or allow user namespaces: sysctl kernel.unprivileged_userns_clone=1",
    )


def _keys(installation: Installation) -> Row:
    path = installation.folder.payload_keys
    if not path.exists() and not installation.folder.database.exists():
        return Row(what="payload keys", state="note", found=f"{path}: made at the first start")
    try:
        keys = keys_of(installation.folder)
    except Refusal as refusal:
        return Row(what="payload keys", state="bad", found=refusal.what, hint=refusal.hint)
    return Row(what="payload keys", state="ok", found=f"{path}, current key {keys.current}; {SEALED}")


def _cluster_keys(installation: Installation) -> Row:
    path = installation.settings.payload_keys
    if path is None:
        return Row(
            what="payload keys",
            state="note",
            found="none: anybody with access to this cluster's namespace can read and forge task texts and answers",
            hint="name a key file in AURORA_PAYLOAD_KEYS, the same for every worker and command",
        )
    try:
        keys = PayloadKeys.read(path.expanduser())
    except Refusal as refusal:
        return Row(what="payload keys", state="bad", found=refusal.what, hint=refusal.hint)
    return Row(what="payload keys", state="ok", found=f"{path}, current key {keys.current}; {SEALED}")
