"""The result of the driver in the sandbox, beside the application that it exercised."""

import json
import time
from collections.abc import Sequence
from typing import Any

import structlog

from aurora import progress
from aurora.domain.runs import ExecEnd
from aurora.drivers.in_box import places
from aurora.drivers.sandbox.warm_container import WarmContainer
from aurora.errors import SandboxLost, ToolRefusal
from aurora.ports import ServeCommand, ServedExercise

log = structlog.get_logger()
DRIVER = (f"{places.CONTRACT}/bin/python", "-I", "-m", "exercise")
LEAST_SECONDS = 1.0


class ExerciseDriver:
    """The driver of one served application. Its result and the words of both are other people's text."""

    def __init__(self, warm: WarmContainer, argv: Sequence[str], order: bytes, command: ServeCommand) -> None:
        self._warm = warm
        self._argv = list(argv)
        self._order = order
        self._command = command
        self._started = time.monotonic()
        self._ready = False
        self._result = b""
        self._said = ""

    async def by(self, ready: dict[str, Any]) -> None:
        """Run it against an application that is ready. Its own trouble is no trouble of the sandbox."""
        self._ready = True
        order = {**json.loads(self._order), "host": str(ready["ready"])}
        if self._command.print_header:
            order["value"] = str(ready["value"])
        seconds = max(LEAST_SECONDS, self._started + self._command.seconds - time.monotonic())
        progress.line("it is ready, requests are sent")
        log.info("application_ready", seconds=round(time.monotonic() - self._started, 2))
        try:
            answer, result = await self._warm.call(
                "drive",
                json.dumps(order).encode(),
                argv=self._argv,
                port=self._command.port,
                seconds=seconds,
                within=seconds,
            )
        except ToolRefusal as refusal:
            self._said = str(refusal)
        except SandboxLost as lost:
            # the kernel may have taken the tool user's server for the memory that the application filled: a new one
            # finds the same tree, and where the container itself is gone the next call says so
            self._warm.disconnect()
            self._said = f"the driver broke off: {lost}"
        else:
            ended = _end_of(answer) if answer["exit_code"] else ""
            self._result = b"" if ended else result
            self._said = "\n".join(filter(None, (ended, str(answer["said"]))))

    def result(self, answer: dict[str, Any], stdout: str, stderr: str) -> ServedExercise:
        return ServedExercise(
            end=answer["end"],
            exit_code=answer["exit_code"],
            stdout=stdout,
            stderr=stderr,
            cut=answer["cut"],
            seconds=answer["seconds"],
            alive=answer["alive"],
            not_ready=answer["not_ready"],
            result=self._result,
            driver_said=self._said if self._ready and not self._result else "",
        )

    def broken(self, end: ExecEnd, why: str) -> ServedExercise:
        """The result for an application whose server gave no reply."""
        return ServedExercise(
            end=end,
            exit_code=137,
            stdout="",
            stderr=why,
            seconds=round(time.monotonic() - self._started, 3),
            not_ready="" if self._ready else why,
            result=self._result,
            driver_said=self._said if self._ready and not self._result else "",
        )


def _end_of(answer: dict[str, Any]) -> str:
    ended = str(answer["end"]).replace("_", " ")
    return f"the driver did not come to its end: {ended} (exit code {answer['exit_code']})"
