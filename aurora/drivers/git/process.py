"""One git process: argv only, a cleaned environment, bounded in time and output, killed with all its children.

Two kinds of repository are touched. A *scratch* one is ours alone. A *user's* one is shown to git through a `View`,
which holds no configuration and no hook of it. Neither reads the user's or the machine's configuration; only a scratch
repository that speaks to a remote does: there lie credential helpers and proxies, which are the operator's.
"""

import asyncio
import os
import signal
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

from aurora.drivers.git.place import NoRepository
from aurora.drivers.git.view import View
from aurora.errors import AuroraError, DiskFull, Refusal, TransientError
from aurora.text import clip

KEPT = (
    "GIT_SSH", "GIT_SSH_COMMAND", "GIT_SSH_VARIANT", "GIT_ASKPASS", "GIT_PROXY_COMMAND", "GIT_PROXY_SSL_CAINFO",
    "GIT_SSL_CAINFO", "GIT_SSL_CAPATH", "GIT_SSL_CERT", "GIT_SSL_KEY", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM",
    "GIT_CONFIG_NOSYSTEM",
)  # fmt: skip
"""Of the caller's GIT_* variables only these: GIT_DIR and its like would point at another repository."""

GITMODULES_FAULTS = ("gitmodulesUrl", "gitmodulesPath", "gitmodulesUpdate", "gitmodulesName")
"""Faults that git's check refuses of a `.gitmodules` because `git submodule` would act on it. Nothing here ever runs
that, and a base commit is not ours to fix; a draft that brings a `.gitmodules` along is refused by `accept_bundle`."""

NO_PROGRAMS = (
    "core.hooksPath=/dev/null", "core.fsmonitor=false", "core.alternateRefsCommand=true", "gc.auto=0",
    "maintenance.auto=false", "fetch.writeCommitGraph=false", "fetch.recurseSubmodules=false",
    "submodule.recurse=false", "push.recurseSubmodules=no", "push.followTags=false", "push.gpgSign=false",
    "transfer.fsckObjects=true", "fetch.fsckObjects=true", "core.quotePath=false", "advice.detachedHead=false",
    "http.lowSpeedLimit=1000", "http.lowSpeedTime=60", "credential.interactive=false",
    *(f"fetch.fsck.{fault}=ignore" for fault in GITMODULES_FAULTS),
)  # fmt: skip

NO_TRANSPORT = "none"
"""No protocol has this name: git starts no transport, so a partial clone can't fetch what it lacks behind our back."""


class GitFailed(AuroraError):
    """git said no. `said` is its standard error, `out` its standard output, each at most 4,000 characters."""

    def __init__(self, verb: str, code: int, said: str, out: str = "") -> None:
        super().__init__(f"git {verb} ended with {code}: {said}")
        self.code = code
        self.said = said
        self.out = out


class GitOutputTooLarge(AuroraError):
    """More came than was asked for; the process was killed."""


@dataclass(frozen=True)
class Git:
    """git in one folder: a repository of ours, or, with a `view`, one of a user.

    `protocols` are those it may speak, as in GIT_ALLOW_PROTOCOL. `config` are further `key=value` settings."""

    folder: Path
    scratch: bool = False
    protocols: str = NO_TRANSPORT
    config: tuple[str, ...] = ()
    env: tuple[tuple[str, str], ...] = ()
    view: View | None = None

    async def run(
        self, *args: str, stdin: bytes = b"", ok: Sequence[int] = (0,), seconds: float = 60, limit: int = 64_000_000
    ) -> bytes:
        """Standard output, at most `limit` bytes.

        Raises `GitFailed`, `GitOutputTooLarge`, `DiskFull`, and `TransientError` when it took over `seconds`."""
        code, out, said = await self._bounded(args, stdin, seconds, limit)
        if code not in ok:
            if "No space left on device" in said or "Disk quota exceeded" in said:
                raise DiskFull(f"No space is left for git in {self.folder}.")
            raise GitFailed(args[0], code, said, out[-4000:].decode("utf-8", "replace"))
        return out

    async def text(self, *args: str, ok: Sequence[int] = (0,), seconds: float = 60) -> str:
        return (await self.run(*args, ok=ok, seconds=seconds)).decode("utf-8", "replace").strip()

    async def says(self, *args: str) -> str | None:
        """The same as `text`, or None where git has no answer (exit code 1 or 128)."""
        try:
            return await self.text(*args)
        except GitFailed:
            return None

    async def _bounded(self, args: Sequence[str], stdin: bytes, seconds: float, limit: int) -> tuple[int, bytes, str]:
        with ExitStack() as stack:
            try:
                folder = self.folder if self.view is None else stack.enter_context(self.view.opened())
            except NoRepository as none:
                return 128, b"", f"fatal: {none}"
            except FileNotFoundError as gone:
                return 128, b"", f"fatal: not a git repository: {gone.filename}"
            except OSError as error:
                return 128, b"", f"fatal: {error.strerror}: {error.filename}"
            return await self._in(folder, args, stdin, seconds, limit)

    async def _in(
        self, folder: Path, args: Sequence[str], stdin: bytes, seconds: float, limit: int
    ) -> tuple[int, bytes, str]:
        settings = [part for setting in (*NO_PROGRAMS, *self.config) for part in ("-c", setting)]
        try:
            process = await asyncio.create_subprocess_exec(
                "git", "--no-pager", "--no-optional-locks", *settings, "-C", str(folder), *args,
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
                env=self._environment(folder), start_new_session=True,
            )  # fmt: skip
        except FileNotFoundError as missing:
            raise Refusal("git is not installed, or not on PATH.", "Install it: apt-get install git") from missing
        try:
            async with asyncio.timeout(seconds):
                out, err, _ = await asyncio.gather(
                    bounded(process.stdout, limit), tail(process.stderr), feed(process.stdin, stdin)
                )
                return await process.wait(), out, err
        except TimeoutError as late:
            raise TransientError(f"git {args[0]} took over {seconds:g} s in {self.folder}.") from late
        finally:
            await end(process)

    def _environment(self, folder: Path) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_") or name in KEPT}
        # an entry that is relative, or empty, means the folder where a command was started: a repository's
        entries = kept.get("PATH", os.defpath).split(os.pathsep)
        kept["PATH"] = os.pathsep.join(entry for entry in entries if entry.startswith("/"))
        # setsid took the terminal away, so neither ssh nor a credential prompt can ask anyone
        said = {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "SSH_ASKPASS_REQUIRE": "never", "GCM_INTERACTIVE": "never"}
        said |= {"GIT_ALLOW_PROTOCOL": self.protocols, "GIT_NO_REPLACE_OBJECTS": "1", "GIT_NO_LAZY_FETCH": "1"}
        if self.scratch or self.view is not None:
            said |= {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}
        if self.view is not None:
            said |= self.view.environment(folder)
        return kept | said | dict(self.env)


async def bounded(stream: asyncio.StreamReader | None, limit: int) -> bytes:
    assert stream is not None
    got = bytearray()
    while chunk := await stream.read(1 << 16):
        got += chunk
        if len(got) > limit:
            raise GitOutputTooLarge(f"git gave more than {limit:,} bytes")
    return bytes(got)


async def tail(stream: asyncio.StreamReader | None, kept: int = 4000) -> str:
    assert stream is not None
    got = b""
    while chunk := await stream.read(1 << 14):
        got = (got + chunk)[-kept:]
    return got.decode("utf-8", "replace").strip()


async def feed(stream: asyncio.StreamWriter | None, content: bytes) -> None:
    assert stream is not None
    try:
        stream.write(content)
        await stream.drain()
        stream.close()
    except (BrokenPipeError, ConnectionResetError):
        return  # git ended before it read all: its exit code says why


async def end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    await process.wait()


def first_line(said: str) -> str:
    """git's own reason, without its prefix, for a sentence of ours."""
    lines = [line for line in said.splitlines() if line.startswith(("fatal:", "error:", "remote:"))] or [said]
    return clip(lines[0].removeprefix("fatal: ").removeprefix("error: ").strip(), 300)
