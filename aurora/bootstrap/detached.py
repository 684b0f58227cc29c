"""A process that is meant to outlive its starter: own session, no terminal, output to a log."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Detached:
    pid: int

    @classmethod
    def start(cls, argv: Sequence[str], *, env: Mapping[str, str], log: Path) -> "Detached":
        # posix_spawn and not Popen, whose object warns when it is dropped while the child runs, which is the point here
        actions = [
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, str(log), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600),
            (os.POSIX_SPAWN_DUP2, 1, 2),
        ]
        return cls(os.posix_spawn(argv[0], list(argv), dict(env), file_actions=actions, setsid=True))

    def exit_code(self) -> int | None:
        """None while it runs; asked once it ended, it is collected."""
        try:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
        except ChildProcessError:
            return 0
        return os.waitstatus_to_exitcode(status) if pid else None
