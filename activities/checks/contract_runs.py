"""One run of the served application, driven from outside: ordered, read in a child, and kept by all that decides it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from activities.turns.conversation import canonical
from aurora import bounded, progress
from aurora.bounded import Bounds
from aurora.domain.exercise import ApiKind, ExerciseOrder, ExerciseResult, LogInCall, ObservedBreach
from aurora.domain.runs import ExecEnd
from aurora.domain.value import Value
from aurora.domain.workspace import Workspace
from aurora.errors import OutOfBounds, Refusal
from aurora.ports import Box, ServeCommand, ServedExercise, TaskArtifacts
from aurora.settings.contract import AuthSettings, Call
from aurora.survey.kept_baselines import program
from aurora.text import clip, counted
from aurora.toolchains.serving import MOST_READY_SECONDS

PREFIX = "exercised/"
READING = Bounds(seconds=20, megabytes=512, result_bytes=8_000_000)
OUTPUT_CHARS = 3_000
"""Characters of what the served application printed last."""
TEXT_CHARS, SEEN_MOST, OPERATIONS_MOST, SERVED_CHARS = 2_000, 300, 5_000, 4_000_000
MARGIN = 60
"""Seconds beside those of the requests: the driver's start and its end."""


class ServedRun(Value):
    """The result of one run."""

    result: ExerciseResult | None = None
    why: str = ""
    """The reason why there is no result: the application was not ready, the driver did not finish."""
    output: str = ""
    """The application's last output, where there is no result or it ended."""
    late: bool = False
    """True if there is no result because the time was over: that says nothing of the application."""
    ended: str = ""
    """The way the application ended while it was exercised; empty where it still ran."""

    @property
    def usable(self) -> bool:
        """True if at least one request was answered."""
        return self.result is not None and any(one.requests for one in self.result.operations)

    @property
    def said(self) -> str:
        """The reason why it is not usable."""
        if self.result is None:
            return self.why
        return self.result.trouble or "no request was sent"


@dataclass(frozen=True)
class ServedRuns:
    artifacts: TaskArtifacts
    workspace: Workspace
    command: ServeCommand

    async def run(self, box: Box, order: ExerciseOrder) -> ServedRun:
        """A run with a result is kept by tree and order: an unchanged round, or a retried try, does not repeat it."""
        name = await self._name(box, order)
        if (kept := await self.artifacts.read(name)) is not None:
            return ServedRun.model_validate_json(kept)
        what = counted(len({*order.touched, *order.others}), "operation")
        progress.stage(f"serves the application and {'replays what it broke' if order.again else f'exercises {what}'}")
        seconds = self.command.ready_seconds + order.seconds + MARGIN
        watched = order.kind is ApiKind.GRAPHQL
        command = self.command.model_copy(update={"seconds": seconds, "watched": watched})
        content = order.model_dump_json().encode()
        served = await box.exercise(command, content)
        if served.not_ready and served.end is ExecEnd.OUT_OF_TIME and command.ready_seconds < MOST_READY_SECONDS:
            progress.stage("serves the application once more: it was not ready in time, and the machine may be busy")
            ready, longer = MOST_READY_SECONDS, MOST_READY_SECONDS - command.ready_seconds
            patient = command.model_copy(update={"ready_seconds": ready, "seconds": seconds + longer})
            served = await box.exercise(patient, content)
        ran = await ran_of(served)
        if ran.result is not None:
            await self.artifacts.create(name, ran.model_dump_json().encode())
        return ran

    @property
    def decides(self) -> list[object]:
        """Everything that decides how a run comes out, beside tree and order."""
        return [
            program(),
            self.workspace.image.reference,
            self.workspace.settings.sandbox.model_dump(mode="json"),
            self.command.model_dump(mode="json"),
        ]

    async def _name(self, box: Box, order: ExerciseOrder) -> str:
        said = await box.execute(["git", "rev-parse", "--verify", "HEAD^{tree}"])
        decides = [*self.decides, said.stdout.strip(), order.model_dump(mode="json")]
        return f"{PREFIX}{hashlib.sha256(canonical(decides)).hexdigest()}.json"


async def ran_of(served: ServedExercise) -> ServedRun:
    """The run as the driver and the application wrote it, read in a child."""
    output = "\n".join(part for part in (served.stdout, served.stderr) if part.strip())[-OUTPUT_CHARS:]
    if served.not_ready:
        return ServedRun(why=served.not_ready, output=output, late=served.end is ExecEnd.OUT_OF_TIME)
    if not served.result:
        why = f"the driver did not finish: {clip(served.driver_said, 600) or 'it said nothing'}"
        if served.end is not ExecEnd.EXITED:
            why += f" ({served.end.value})"
        return ServedRun(why=why, output=output, late=True)
    try:
        result = await bounded.call(read_result, served.result, about="what the exercise reported", bounds=READING)
    except (OutOfBounds, Refusal) as error:
        return ServedRun(why=f"what the exercise reported can't be read: {error.what}", output=output)
    if served.alive:
        return ServedRun(result=result)
    return ServedRun(result=result, output=output, ended=f"it ended on its own, with exit code {served.exit_code}")


def read_result(content: bytes) -> ExerciseResult:
    """Read the answer in a child. Raises `Refusal`."""
    try:
        result = ExerciseResult.model_validate_json(content)
    except ValueError as error:  # pydantic's errors are ValueErrors
        raise Refusal(clip(str(error).partition("\n")[0], 300), "a driver of another version?") from None
    seen: dict[str, ObservedBreach] = {}
    for one in result.seen:
        seen.setdefault(one.key, _bounded(one))
    return result.model_copy(
        update={
            "seen": tuple(seen.values())[:SEEN_MOST],
            "operations": result.operations[:OPERATIONS_MOST],
            "trouble": clip(result.trouble, TEXT_CHARS),
            "untried": result.untried[:SEEN_MOST],
            "served_document": result.served_document if len(result.served_document) <= SERVED_CHARS else "",
        }
    )


def _bounded(one: ObservedBreach) -> ObservedBreach:
    """Its requests stay whole: they are sent again."""
    return one.model_copy(update={"message": clip(one.message, TEXT_CHARS), "response": clip(one.response, TEXT_CHARS)})


def order_of(
    workspace: Workspace,
    base: ExerciseOrder,
    touched: Sequence[str],
    others: Sequence[str],
) -> ExerciseOrder:
    """`base`: with kind, document, port and base path. One of the two names something: a driver that is told of no
    operation exercises all."""
    settings = workspace.settings.contract
    exercise, auth = settings.exercise, settings.auth
    recipe = workspace.toolchain.serve
    return base.model_copy(
        update={
            "touched": tuple(touched),
            "others": tuple(others),
            "examples": exercise.examples,
            "others_examples": exercise.others,
            "seconds": exercise.seconds,
            "seed": exercise.seed,
            "documents": recipe.documents if recipe is not None else (),
            "depth": settings.bounds.depth,
            "cost": settings.bounds.cost,
            **(_log_in(auth) if auth is not None else {}),
        }
    )


def probe_order(workspace: Workspace, base: ExerciseOrder, names: Sequence[str]) -> ExerciseOrder:
    """One request of each operation: whether the application answers at all, and what it says of itself."""
    return order_of(workspace, base, names, ()).model_copy(update={"examples": 1})


def _log_in(auth: AuthSettings) -> dict[str, object]:
    return {
        "before": tuple(_call(one) for one in auth.before),
        "login": _call(auth.login) if auth.login is not None else None,
        "token": auth.token if auth.login is not None else "",
        "header": auth.header,
        "place": auth.place,
        "prefix": auth.prefix,
    }


def _call(call: Call) -> LogInCall:
    return LogInCall(operation=call.operation, body=call.body, form=call.form)
