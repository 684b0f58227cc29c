"""`endpoint.json`: where the daemon of a state folder is, written once its server answers."""

from pathlib import Path

from pydantic import ValidationError

from aurora.bootstrap.process import Process
from aurora.bootstrap.state_folder import write_private
from aurora.domain.value import Value


class Endpoint(Value):
    address: str
    """`host:port` of the Temporal server."""
    ui: str = ""
    """URL of Temporal's web page; empty while it is closed."""
    supervisor: Process
    fingerprint: dict[str, str]
    """Fingerprint of the worker's surroundings: see `fingerprint`."""
    salt: str
    key_ids: str = ""
    """`PayloadKeys.ids` of the worker; empty where an earlier version runs."""

    @classmethod
    def read(cls, path: Path) -> "Endpoint | None":
        try:
            return cls.model_validate_json(path.read_text())
        except (FileNotFoundError, ValidationError):
            return None

    def write(self, path: Path) -> None:
        write_private(path, self.model_dump_json(indent=2))


class Processes(Value):
    """The processes that a supervisor started: read by the next one, if this one dies without ending them."""

    port: int = 0
    ui_port: int = 0
    form: str = ""
    """The way the server was started: see `server.form_of`."""
    server: Process | None = None
    worker: Process | None = None

    @classmethod
    def read(cls, path: Path) -> "Processes":
        try:
            return cls.model_validate_json(path.read_text())
        except (FileNotFoundError, ValidationError):
            return cls()

    def write(self, path: Path) -> None:
        write_private(path, self.model_dump_json(indent=2))
