"""Everything Aurora keeps on one machine: AURORA_HOME, else the XDG state folder. Private to its owner."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from aurora.errors import Refusal

LOG_BYTES = 10_000_000


@dataclass(frozen=True)
class StateFolder:
    home: Path

    @classmethod
    def of(cls, env: Mapping[str, str]) -> "StateFolder":
        if named := env.get("AURORA_HOME"):
            return cls(Path(named).expanduser().absolute())
        state = env.get("XDG_STATE_HOME", "")
        return cls((Path(state) if state.startswith("/") else Path.home() / ".local" / "state") / "aurora")

    def prepared(self) -> "StateFolder":
        """The folder made, mode 0700 whatever it was before."""
        try:
            for folder in (self.home, self.logs):
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.home.chmod(0o700)
        except OSError as error:
            raise Refusal(
                f"the state folder {str(self.home)!r} can't be made: {error.strerror}",
                "set AURORA_HOME to a folder you may write to",
            ) from error
        return self

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    @property
    def database(self) -> Path:
        return self.home / "temporal.db"

    @property
    def payload_keys(self) -> Path:
        """The keys that seal what the embedded server is given."""
        return self.home / "payload-keys.json"

    @property
    def sealed_with(self) -> Path:
        """The id of the newest key that something in the database was sealed with."""
        return self.home / "temporal.db.key-id"

    @property
    def endpoint(self) -> Path:
        return self.home / "endpoint.json"

    @property
    def processes(self) -> Path:
        """The processes that a supervisor started, for the one that comes after it."""
        return self.home / "processes.json"

    @property
    def daemon_lock(self) -> Path:
        """Held by the supervisor."""
        return self.home / "daemon.lock"

    @property
    def server_lock(self) -> Path:
        """Held by the Temporal server process itself, whoever its parent is."""
        return self.home / "server.lock"

    @property
    def ui_lock(self) -> Path:
        """Shared by whoever wants Temporal's web page open, for as long as he does."""
        return self.home / "ui.lock"

    @property
    def last_used(self) -> Path:
        return self.home / "last-used"

    def log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def used(self) -> None:
        """A command was here: idle time starts anew."""
        self.last_used.touch()

    def free_bytes(self) -> int:
        disk = os.statvfs(self.home)
        return disk.f_bavail * disk.f_frsize

    def rotate(self, name: str) -> None:
        """Copy and truncate a log past its bound; its writer appends, so it goes on at the start."""
        log = self.log(name)
        if log.exists() and log.stat().st_size > LOG_BYTES:
            log.with_suffix(".log.1").write_bytes(log.read_bytes()[-LOG_BYTES:])
            os.truncate(log, 0)


def write_private(path: Path, text: str) -> None:
    """Write beside and rename into place, mode 0600: a reader sees the old content or the new, never half."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
