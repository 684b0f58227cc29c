"""The one fork server of this process: started when needed, replaced when it died, closed at the end."""

import atexit
import contextlib
import os
import socket
import subprocess
import sys
import threading

from aurora.bounded.fork_server import KILL, START, order

SEND_SECONDS = 5.0
BOOT = "import sys; sys.path[:] = sys.argv[2:]; from aurora.bounded.fork_server import main; main(int(sys.argv[1]))"


class ForkServer:
    def __init__(self) -> None:
        self._control, theirs = socket.socketpair()
        self._control.settimeout(SEND_SECONDS)
        with theirs:
            fd = theirs.fileno()
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-c", BOOT, str(fd), *filter(None, sys.path)],
                # nothing of ours: whoever breaks out of a parser finds no key in it
                env={"PATH": os.defpath, "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"},
                cwd="/",
                pass_fds=(fd,),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        self.pid = self._process.pid
        self._closed = False

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    @property
    def lost(self) -> bool:
        """It ended, and nobody here ended it."""
        return not self._closed and not self.alive

    def start(self, token: bytes, stream: socket.socket) -> None:
        """A child that answers on `stream`. Raises `OSError` when there is nobody to fork it."""
        socket.send_fds(self._control, [order(START, token)], [stream.fileno()])

    def kill(self, token: bytes) -> None:
        # one that is gone took its children along
        with contextlib.suppress(OSError):
            self._control.sendall(order(KILL, token))

    def close(self) -> None:
        self._closed = True
        self._control.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(2)
            return
        self._process.kill()
        self._process.wait()


class ForkServerOwner:
    """Safe for threads and event loops: it holds no loop's objects."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._server: ForkServer | None = None
        self._owner = 0

    def current(self) -> ForkServer:
        with self._lock:
            if self._owner != os.getpid():
                # forked: the one there is belongs to somebody else
                self._server, self._owner = None, os.getpid()
            if self._server is not None and not self._server.alive:
                self._server.close()
                self._server = None
            if self._server is None:
                self._server = ForkServer()
            return self._server

    def forget(self, server: ForkServer) -> None:
        """Forget a server that does not answer: the next call starts another."""
        with self._lock:
            if self._server is server and not server.alive:
                self._server.close()
                self._server = None

    def close(self) -> None:
        """End the fork server with all that it reads; a later call would start another."""
        with self._lock:
            if self._server is not None and self._owner == os.getpid():
                self._server.close()
            self._server = None


FORK_SERVER = ForkServerOwner()
atexit.register(FORK_SERVER.close)
