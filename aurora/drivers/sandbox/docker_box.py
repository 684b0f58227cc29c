"""A draft's tree in a warm container: the port `Box` over the stream."""

from collections.abc import Mapping, Sequence
from typing import Any

import structlog

from aurora.domain.runs import ExecEnd
from aurora.domain.sealed_events import SealedEvents, new_key
from aurora.domain.task import Draft
from aurora.drivers.sandbox.exercise_driver import DRIVER, ExerciseDriver
from aurora.drivers.sandbox.warm_container import WarmContainer
from aurora.errors import SandboxLost, ToolRefusal
from aurora.ports import (
    ArtifactStore,
    Execution,
    FileEntry,
    Found,
    Match,
    ServeCommand,
    ServedExercise,
    TestCommand,
    TestExecution,
)
from aurora.settings.services import SERVICES, environment

log = structlog.get_logger()
OUTPUT_BYTES = 2_000_000
MAX_WRITE = 16_000_000
DIGEST_SECONDS = 120
NOT_FOUND = 127
MAX_GUARDED = 5_000
"""Folders of tests that are looked at for what a run planted there."""
MAX_BUNDLE = 64_000_000
"""Bytes of base..draft, packed: stored anew with every turn that changes something."""


class DockerBox:
    """Implements `aurora.ports.Box`; made by `DockerSandbox`."""

    def __init__(
        self,
        warm: WarmContainer,
        draft: Draft,
        submitted_at: int,
        artifacts: ArtifactStore,
        *,
        max_bundle: int,
        variables: Mapping[str, str],
        driver: Sequence[str] = DRIVER,
    ) -> None:
        """`variables`: of the tests' environment, beside what a command has of its own. `driver`: the program, in the
        sandbox, that exercises a served application."""
        self._warm = warm
        self._draft = draft
        self._submitted_at = submitted_at
        self._artifacts = artifacts
        self._max_bundle = max_bundle
        self._variables = dict(variables)
        self._driver = tuple(driver)
        self._services = warm.container.shape.limits.services

    async def read(self, path: str) -> bytes:
        return (await self._warm.call("read", path=path))[1]

    async def write(self, path: str, content: bytes) -> None:
        if len(content) > MAX_WRITE:
            raise ToolRefusal(f"{path!r} would have {len(content)} bytes; at most {MAX_WRITE} are written at once")
        await self._warm.call("write", content, path=path)

    async def delete(self, path: str) -> None:
        await self._warm.call("delete", path=path)

    async def files(self) -> Sequence[FileEntry]:
        answer, _ = await self._warm.call("files")
        return [FileEntry(path=path, size=size, kind=kind) for path, size, kind in answer["files"]]

    async def digests(self, paths: Sequence[str]) -> Mapping[str, str]:
        body = "\0".join(paths).encode("utf-8", "surrogateescape")
        answer, lines = await self._warm.call("digests", body, within=DIGEST_SECONDS)
        return dict(zip(answer["paths"], lines.decode().split(), strict=True))

    async def contents(self, paths: Sequence[str], *, limit: int) -> Mapping[str, bytes]:
        body = "\0".join(paths).encode("utf-8", "surrogateescape")
        answer, whole = await self._warm.call("contents", body, limit=limit, within=DIGEST_SECONDS)
        found, at = {}, 0
        for path, size in answer["files"]:
            found[path] = whole[at : at + size]
            at += size
        return found

    async def search(
        self, pattern: str, paths: Sequence[str], *, limit: int = 200, per_file: int = 0, installed: bool = False
    ) -> Found:
        answer, _ = await self._warm.call(
            "search", pattern=pattern, paths=list(paths), limit=limit, per_file=per_file, installed=installed
        )
        matches = tuple(
            Match(path=path, line=line, text=text, start=start, end=end)
            for path, line, text, start, end in answer["matches"]
        )
        skipped = {name: tuple(answer[name]) for name in ("binary", "large", "long_lines")}
        return Found(matches=matches, counts=answer["counts"], ended=answer["ended"], **skipped)

    async def installed(self, path: str) -> Sequence[FileEntry]:
        answer, _ = await self._warm.call("installed_files", path=path)
        return [FileEntry(path=path, size=size, kind=kind) for path, size, kind in answer["files"]]

    async def read_installed(self, path: str) -> bytes:
        return (await self._warm.call("read_installed", path=path))[1]

    async def execute(self, argv: Sequence[str], *, cwd: str = "", seconds: int = 120, stdin: bytes = b"") -> Execution:
        answer, body = await self._warm.call(
            "execute", stdin, argv=list(argv), cwd=cwd, seconds=seconds, output_bytes=OUTPUT_BYTES, within=seconds
        )  # fmt: skip
        out, err = body[: answer["stdout"]], body[answer["stdout"] :]
        return Execution(**_ended(answer), stdout=_text(out), stderr=_text(err))

    async def run_tests(self, command: TestCommand) -> TestExecution:
        instead = {path: text.encode() for path, text in command.instead.items()}
        protected = "\0".join(command.protected).encode("utf-8", "surrogateescape")
        before, _ = await self._warm.call(
            "stage",
            protected + b"".join(instead.values()),
            protected=len(protected),
            instead=[[path, len(content)] for path, content in instead.items()],
            reserved=list(command.reserved),
        )
        try:
            run = await self._run(command, before["oom_kills"])
            written = (await self._warm.call("written"))[0]["written"] if command.watched else ()
        finally:
            await self._tidy()
        return run.model_copy(update={"impostors": tuple(before["impostors"]), "written": tuple(written)})

    async def exercise(self, command: ServeCommand, order: bytes) -> ServedExercise:
        before, _ = await self._warm.call("stage", protected=0, instead=[], reserved=[])
        header = {
            "argv": list(command.argv),
            "prepare": [list(argv) for argv in command.prepare],
            "print_header": list(command.print_header),
            "cwd": command.cwd.strip("/"),
            "env": {**environment(self._services), **self._variables, **command.env},
            "services": {name: SERVICES[name].port for name in self._services},
            "port": command.port,
            "ready_seconds": command.ready_seconds,
            "seconds": command.seconds,
            "output_bytes": OUTPUT_BYTES,
            "watched": command.watched,
        }
        driven = ExerciseDriver(self._warm, self._driver, order, command)
        try:
            answer, body = await self._warm.serve(header, driven.by, seconds=command.seconds)
        except SandboxLost as lost:
            # likewise: an application that killed its own server has ended the run
            return driven.broken(await self._named_end(before["oom_kills"]), f"the run broke off: {lost}")
        except ToolRefusal as refusal:
            return driven.broken(ExecEnd.EXITED, str(refusal))
        finally:
            await self._tidy()
        out, err = body[: answer["stdout"]], body[answer["stdout"] :]
        return driven.result(answer, _text(out), _text(err))

    async def _run(self, command: TestCommand, oom_kills: int) -> TestExecution:
        key = new_key() if command.sealed else b""
        header = {
            "key": key.hex(),
            "argv": list(command.argv),
            "cwd": command.cwd.strip("/"),
            "env": {**environment(self._services), **self._variables, **command.env},
            "services": {name: SERVICES[name].port for name in self._services},
            "seconds": command.seconds,
            "output_bytes": command.output_bytes,
            "guarded": sorted({p.rpartition("/")[0] for p in command.protected if p.endswith(".py")})[:MAX_GUARDED],
        }
        try:
            answer, body = await self._warm.test(header, seconds=command.seconds)
        except SandboxLost as lost:
            # the code under test can kill its own server: that is its end, as long as the container stands
            end = await self._named_end(oom_kills)
            return TestExecution(end=end, exit_code=137, stdout="", stderr=f"the run broke off: {lost}")
        except ToolRefusal as refusal:
            # a program that is not there: the run's end, as a shell tells it, and no reason to try again
            return TestExecution(end=ExecEnd.EXITED, exit_code=NOT_FOUND, stdout="", stderr=str(refusal))
        split = answer["stdout"] + answer["stderr"]
        out, err = body[: answer["stdout"]], body[answer["stdout"] : split]
        sealed_events = SealedEvents(raw=body[split:], whole=not answer["events_cut"], key=key)
        planted = tuple(answer.get("planted", ()))
        return TestExecution(
            **_ended(answer), stdout=_text(out), stderr=_text(err), sealed_events=sealed_events, planted=planted
        )

    async def _named_end(self, oom_kills: int) -> ExecEnd:
        """The end of a run that ended its own server; `oom_kills`: how many there were before."""
        after = await self._unstaged()
        return ExecEnd.OUT_OF_MEMORY if after["oom_kills"] > oom_kills else ExecEnd.KILLED

    async def _unstaged(self) -> dict[str, Any]:
        """Report the leftovers of a run. The kernel may have taken the draft's own server for memory that the tests
        filled: that is the tests' end and no loss, a new server finds the same tree."""
        try:
            return (await self._warm.call("unstage"))[0]
        except SandboxLost:
            self._warm.disconnect()
            await self._warm.sweep_tester()
            return (await self._warm.call("unstage"))[0]

    async def _tidy(self) -> None:
        """Nothing of the test user outlives its run; where it can't be ended, the container is."""
        after = await self._unstaged()
        if after["left"]:
            await self._warm.sweep_tester()
            after = await self._unstaged()
        if after["left"]:
            log.warning("sandbox_left_unclean", task=self._draft.task.id, left=after["left"])
            await self._warm.remove()
        else:
            self._warm.expect_test()

    async def seal(self, message: str) -> Draft:
        return await self._commit(self._draft.commit, message)

    async def squash(self, message: str, onto: str | None = None) -> Draft:
        return await self._commit(onto or self._draft.base, message)

    async def _commit(self, parent: str, message: str) -> Draft:
        answer, bundle = await self._warm.call(
            "seal", base=self._draft.base, parent=parent, message=message, date=self._submitted_at,
            limit=self._max_bundle, within=120,
        )  # fmt: skip
        if answer["changed"]:
            digest = await self._artifacts.of(self._draft.task).put(bundle)
            self._draft = self._draft.at(answer["commit"], digest)
        elif parent != self._draft.commit:
            # the draft's own bundle holds what it stands on, but for the base
            self._draft = self._draft.at(parent, None if parent == self._draft.base else self._draft.bundle)
        return self._draft

    async def diff(self, since: str | None = None) -> str:
        return _text((await self._warm.call("diff", base=since or self._draft.base, within=60))[1])


def _ended(answer: dict[str, Any]) -> dict[str, Any]:
    return {key: answer[key] for key in ("end", "exit_code", "cut", "seconds")}


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")
