"""The application in the throwaway copy, served by the test user until the other side says that it has been exercised.

Services first, then the commands before it, then itself; who exercises it is another user's process."""

import os
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, BinaryIO

from . import frames, listening, places, process, services
from .child import Child, pump
from .limits import Watch

TICK = 0.05
TAIL = 2_000
"""Characters of output that say why it was not ready."""
AFTER_THE_END = 3.0
"""Seconds that a command which ended well may take until what it left behind listens: it may be a daemon."""
BACKSTOP = 60.0
"""Seconds beyond all that were given after which nobody is waited for any more."""
HEADER_SECONDS = 60.0
HEADER_BYTES = 8_000
NOT_FOUND = 127


class NotReady(Exception):
    """The reason why it can't be exercised, as a sentence with the end of the output."""


class Serving:
    def __init__(self, header: dict[str, Any], env: Mapping[str, str], source: BinaryIO, target: BinaryIO) -> None:
        self.header = header
        self.env = env
        self.source = source
        self.target = target
        self.cwd = os.path.join(places.COPY, header["cwd"]) if header["cwd"] else places.COPY
        self.watch = Watch()
        self.started = time.monotonic()
        self.deadline = self.started + header["seconds"]
        self.ready_by = min(self.deadline, self.started + header["ready_seconds"])
        self.child: Child | None = None
        """The application; before that the command which is run. None where it could not be started."""
        self.late = False

    def run(self) -> tuple[dict[str, Any], bytes]:
        """Header and body of the reply. Raises `services.NotStarted`."""
        reply: dict[str, Any] = {"not_ready": "", "alive": False}
        try:
            self._tell("starting the services")
            services.start(self.header["services"])
            for argv in self.header["prepare"]:
                self._prepare(argv)
            self._serve()
        except NotReady as why:
            reply["not_ready"] = str(why)
        child = self.child
        if child is None:
            return {**reply, "end": "exited", "exit_code": NOT_FOUND, "cut": False, **self._seconds(0, 0)}, b""
        self.watch.look()
        reply["alive"] = child.code is None
        process.sweep()
        child.end()
        code = 0 if reply["alive"] else child.process.returncode
        out, err = child.out.value(), child.err.value()
        end = self.watch.name_end(code, late=self.late, output=out[-20_000:] + err[-20_000:])
        cut = bool(child.out.dropped or child.err.dropped)
        reply |= {"end": end, "exit_code": 128 - code if code < 0 else code, "cut": cut}
        return {**reply, **self._seconds(len(out), len(err))}, out + err

    def _seconds(self, out: int, err: int) -> dict[str, Any]:
        return {"stdout": out, "stderr": err, "seconds": round(time.monotonic() - self.started, 3)}

    def _tell(self, doing: str) -> None:
        frames.send_if_read(self.target, frames.pack({"doing": doing}))

    # ── before it ──

    def _prepare(self, argv: Sequence[str]) -> None:
        self._tell(f"runs {' '.join(argv)}"[:200])
        said = self._to_its_end(argv, self.ready_by, ())
        if said.code:
            raise NotReady(f"{_shown(argv)} ended with exit code {_exit_code(said.code)}{_output(said)}")

    def _to_its_end(self, argv: Sequence[str], until: float, beside: Sequence[Child]) -> Child:
        """A command, ended. What it started in its own session ends with it, anything else with the whole run."""
        if not beside:
            self.child = None
        child = self._start(argv)
        if not beside:
            self.child = child
        while child.code is None and time.monotonic() < until:
            pump((child, *beside), TICK)
            self.watch.look()
        late = child.code is None
        child.end()
        if late:
            self.late = not beside
            raise NotReady(f"{_shown(argv)} had not ended when the time for it was over{_output(child)}")
        return child

    def _start(self, argv: Sequence[str], env: Mapping[str, str] | None = None) -> Child:
        try:
            return Child(argv, cwd=self.cwd, env=env or self.env, output_bytes=self.header["output_bytes"])
        except (OSError, ValueError) as error:  # a ValueError: an argument with a NUL, or with half a surrogate pair
            why = getattr(error, "strerror", None) or str(error)
            raise NotReady(f"{_shown(argv)} can't be started: {why}") from error

    # ── itself ──

    def _serve(self) -> None:
        port, argv = self.header["port"], self.header["argv"]
        self.child = None
        if _accepting(port):
            raise NotReady(f"port {port} is taken before the application is started: a service or a command before it")
        self._tell("starting the application")
        self.child = application = self._start(argv, watching(self.env) if self.header["watched"] else self.env)
        host = self._listening(application, port)
        value = self._header_value(application)
        self.target.write(frames.pack({"ready": host, "value": value, "seconds": time.monotonic() - self.started}))
        self.target.flush()
        until = self.deadline + BACKSTOP
        # what comes is the word that it may end, or the end of the stream
        while not pump((application,), TICK, self.source.fileno()) and time.monotonic() < until:
            self.watch.look()

    def _listening(self, application: Child, port: int) -> str:
        """The address at which it takes connections."""
        ended = 0.0
        while True:
            pump((application,), TICK)
            self.watch.look()
            host = _accepting(port)
            if host:
                return host
            now, code = time.monotonic(), application.code
            if code is not None:
                ended = ended or now
                if code or now > ended + AFTER_THE_END:
                    raise NotReady(
                        f"{_shown(self.header['argv'])} ended with exit code {_exit_code(code)} before it accepted "
                        f"connections on port {port}{_output(application)}"
                    )
            if now > self.ready_by:
                self.late = True
                raise NotReady(
                    f"{_shown(self.header['argv'])} did not accept connections on port {port} within "
                    f"{self.ready_by - self.started:.0f} s{self._elsewhere()}{_output(application)}"
                )

    def _elsewhere(self) -> str:
        others = listening.ports() - set(self.header["services"].values())
        return f", but something listens on {', '.join(map(str, sorted(others)[:5]))}" if others else ""

    def _header_value(self, application: Child) -> str:
        """The last line that the command printed: frameworks greet before they speak."""
        argv = self.header["print_header"]
        if not argv:
            return ""
        self._tell(f"runs {' '.join(argv)}"[:200])
        said = self._to_its_end(argv, min(self.deadline, time.monotonic() + HEADER_SECONDS), (application,))
        if said.code:
            raise NotReady(f"{_shown(argv)} ended with exit code {_exit_code(said.code)}{_output(said)}")
        lines = [line for line in said.out.value().decode(errors="replace").splitlines() if line.strip()]
        value = lines[-1].strip() if lines else ""
        if not value or len(value) > HEADER_BYTES or not (value.isascii() and value.isprintable()):
            raise NotReady(f"{_shown(argv)} did not print the value of a header{_output(said)}")
        return value


def serve(
    header: dict[str, Any], environment: Callable[[dict[str, str]], dict[str, str]], source: BinaryIO, target: BinaryIO
) -> tuple[dict[str, Any], bytes]:
    """Header and body of the reply. Raises `services.NotStarted`."""
    env = {**environment(header["env"]), "PORT": str(header["port"])}
    return Serving(header, env, source, target).run()


def watching(env: Mapping[str, str]) -> dict[str, str]:
    """The environment of an application that reports with each response how many SQL statements it took, in Python and
    in Node."""
    folder = f"{places.TEST_TEMP}/watched"
    os.makedirs(folder, 0o700, exist_ok=True)
    with open(f"{folder}/sitecustomize.py", "w", encoding="ascii") as file:
        file.write("import aurora_served\naurora_served.begin()\n")
    required = f"--require {places.PLUGINS}/aurora_node_served.cjs"
    return {
        **env,
        "PYTHONPATH": ":".join(filter(None, (folder, env.get("PYTHONPATH", "")))),
        "NODE_OPTIONS": " ".join(filter(None, (required, env.get("NODE_OPTIONS", "")))),
    }


def _accepting(port: int) -> str:
    for host in ("127.0.0.1", "::1"):
        with suppress(OSError), socket.create_connection((host, port), timeout=1):
            return host
    return ""


def _shown(argv: Sequence[str]) -> str:
    return repr(" ".join(argv)[:300])


def _exit_code(code: int) -> int:
    return 128 - code if code < 0 else code


def _output(child: Child) -> str:
    said = child.tail(TAIL)
    return f"; its output ends:\n{said}" if said else "; it printed nothing"
