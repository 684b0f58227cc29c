"""A task's container with its stream: one user at a time, calls in a thread that can be abandoned."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from aurora import progress
from aurora.drivers.engine.docker_engine import container_errors, exec_output
from aurora.drivers.in_box import places
from aurora.drivers.sandbox.box_stream import BoxStream
from aurora.drivers.sandbox.sandbox_container import SandboxContainer, Shape
from aurora.errors import AuroraError, EngineError, SandboxLost, ServiceNotStarted, ToolRefusal

SWEEPER = "import sys; sys.path.insert(0, '/opt/aurora'); from in_box import test_server as s; s.sweep()"
ROOM = 64
"""Processes and threads that starting one takes at most, the engine's own among them."""
GRACE = 60
"""Seconds an answer may take beyond what the operation itself is allowed."""
Drive = Callable[[dict[str, Any]], Awaitable[None]]
"""Told what the test user's server says of an application that is ready."""


class OperationFailed(AuroraError):
    """The server inside could not do what should always work."""


@dataclass
class WarmContainer:
    container: SandboxContainer
    unfinished: bool = False
    """A tool was cut short, and nobody looked what it did to git's folder: not to be used again."""
    _stream: BoxStream | None = None
    _next_tester: "asyncio.Future[BoxStream] | None" = None
    _threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(2, thread_name_prefix="aurora-box"))

    def suits(self, shape: Shape) -> bool:
        """Return whether it is of this shape and has long enough to live."""
        return self.container.shape == shape and self.container.fresh

    async def connect(self) -> None:
        """Start the server inside, so that the first call need not."""
        await self._in_thread(self._connected)

    async def call(
        self, op: str, body: bytes = b"", *, within: float = 0, **header: Any
    ) -> tuple[dict[str, Any], bytes]:
        """Ask the box server. Raises `ToolRefusal`, `SandboxLost`, `OperationFailed`.

        `within`: seconds the operation itself may take, beside the usual."""
        try:
            answer, content = await self._abandonable(self._call, {"op": op, **header}, body, within + GRACE)
        except asyncio.CancelledError:
            self.unfinished = self.unfinished or op == "execute"
            raise
        if "refused" in answer:
            raise ToolRefusal(answer["refused"])
        if "failed" in answer:
            raise OperationFailed(answer["failed"])
        return answer, content

    def _call(self, header: dict[str, Any], body: bytes, seconds: float) -> tuple[dict[str, Any], bytes]:
        stream = self._connected()
        try:
            return stream.call(header, body, seconds=seconds)
        except SandboxLost as lost:
            raise SandboxLost(f"{lost} (the container is {self.container.state()})", retry_after=1) from lost

    def _connected(self) -> BoxStream:
        if self._stream is None:
            self._stream = BoxStream(self.container.engine, self.container.id, server="box_server", uid=places.TOOL_UID)
        return self._stream

    async def test(self, header: dict[str, Any], *, seconds: float) -> tuple[dict[str, Any], bytes]:
        """One command of the test user, by a server of its own. Raises `SandboxLost` when that was killed,
        `ServiceNotStarted`."""
        stream = await self._tester(header)
        deadline = time.monotonic() + seconds + GRACE
        try:
            answer, body = await self._in_thread(lambda: stream.receive(deadline - time.monotonic()))
            while "collected" in answer:  # how far it is, and not its end
                progress.tests(_number(answer, "ended"), _number(answer, "collected"))
                answer, body = await self._in_thread(lambda: stream.receive(deadline - time.monotonic()))
            await self._in_thread(stream.finish)  # a server on its way out must not look like something left behind
        finally:
            stream.close()
        _refuse(answer, "the tests did not run")
        return answer, body

    async def serve(self, header: dict[str, Any], drive: Drive, *, seconds: float) -> tuple[dict[str, Any], bytes]:
        """Serve an application by a server of the test user, ended once `drive` is done; where it never got ready
        `drive` is not called. Raises as `test`, and what `drive` raises."""
        stream = await self._tester(header)
        deadline = time.monotonic() + seconds + GRACE
        try:
            answer, body = await self._in_thread(lambda: stream.receive(deadline - time.monotonic()))
            while "doing" in answer:
                progress.line(str(answer["doing"]))
                answer, body = await self._in_thread(lambda: stream.receive(deadline - time.monotonic()))
            if "ready" in answer:
                await drive(answer)
                answer, body = await self._in_thread(lambda: stream.call({"stop": True}, seconds=GRACE))
            await self._in_thread(stream.finish)
        finally:
            stream.close()
        _refuse(answer, "the application was not served")
        return answer, body

    def expect_test(self) -> None:
        """Start the next run's server while nobody waits for it: a task that tested once will test again."""
        if self._next_tester is None:
            self._next_tester = asyncio.get_running_loop().run_in_executor(self._threads, self._start_tester)
            self._next_tester.add_done_callback(lambda done: done.cancelled() or done.exception())

    def _start_tester(self) -> BoxStream:
        return BoxStream(self.container.engine, self.container.id, server="test_server", uid=places.TEST_UID)

    async def _tester(self, header: dict[str, Any]) -> BoxStream:
        """A server that has taken the command up; one that died while it was waiting ran nothing and is replaced."""
        expected, self._next_tester = self._next_tester, None
        if expected is not None:
            with suppress(SandboxLost, EngineError):
                waiting: BoxStream = await expected
                await self._in_thread(lambda: waiting.call(header, seconds=GRACE))
                return waiting
        started: BoxStream = await self._in_thread(self._start_tester)
        await self._in_thread(lambda: started.call(header, seconds=GRACE))
        return started

    async def sweep_tester(self) -> None:
        """Kill and remove what the test user left when its own server could not."""
        await self._in_thread(self._sweep_tester)

    def _sweep_tester(self) -> None:
        api = self.container.engine.api
        uid = f"{places.TEST_UID}:{places.TEST_UID}"
        self.container.allow_processes(ROOM)
        try:
            with container_errors():
                started = api.exec_create(self.container.id, ["python3", "-I", "-S", "-c", SWEEPER], user=uid)
                list(exec_output(self.container.engine, started["Id"]))
        finally:
            self.container.allow_processes(0)

    async def _in_thread(self, work: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    async def _abandonable(self, work: Any, *given: Any) -> Any:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work, *given)
        except asyncio.CancelledError:
            self.disconnect()  # the thread wakes up, the server inside ends with its stream
            raise

    def disconnect(self) -> None:
        """The next call starts a new server, which first ends what this one left running."""
        if self._stream is not None:
            self._stream.close()
        self._stream = None

    async def remove(self) -> None:
        self.disconnect()
        expected, self._next_tester = self._next_tester, None
        if expected is not None:
            with suppress(SandboxLost, EngineError):
                (await expected).close()
        await asyncio.to_thread(self.container.remove)


def _refuse(answer: dict[str, Any], why: str) -> None:
    """Raise what a reply stands for that tells of no run."""
    if "no_service" in answer:
        raise ServiceNotStarted(f"{why}: {answer['no_service']}")
    if "refused" in answer:
        raise ToolRefusal(answer["refused"])


def _number(answer: dict[str, Any], name: str) -> int:
    """The number of a frame that the test user's server wrote."""
    said = answer.get(name)
    return said if isinstance(said, int) else 0
