"""A sandbox in memory whose application is a function: what the driver sees of it at the draft and at the base."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from aurora.domain.exercise import Breach, Exercised, ExerciseOrder, ExerciseResult, ObservedBreach, Request
from aurora.domain.runs import ExecEnd
from aurora.domain.task import Draft
from aurora.domain.workspace import Workspace
from aurora.ports import Execution, FileEntry, ServeCommand, ServedExercise
from tests.support.memory_box import MemoryBox, MemorySandbox

Application = Callable[[ExerciseOrder], ServedExercise]


def seen(
    breach: Breach,
    operation: str = "GET /items",
    status: int = 500,
    where: str = "",
    *,
    replayed: bool = True,
    variant: str = "",
) -> ObservedBreach:
    method, _, path = operation.partition(" ")
    request = Request(method=method, path=path, headers={"X-Tenant": "a"})
    return ObservedBreach(
        breach=breach, operation=operation, status=status, where=where, message="it broke", request=request,
        response='{"detail": "boom"}', replayed=replayed, variant=variant,
    )  # fmt: skip


def answered(
    *found: ObservedBreach,
    left_out: dict[str, str] | None = None,
    trouble: str = "",
    alive: bool = True,
    succeeded: int = 1,
    absent: bool = False,
    untried: Sequence[ObservedBreach] = (),
) -> Application:
    """An application that always shows these breaches of the operations that it is ordered to be tried on."""
    out = left_out or {}

    def exercise(order: ExerciseOrder) -> ServedExercise:
        ordered = {*order.touched, *order.others}
        shown = [one for one in found if one.operation in ordered]
        if order.again:
            sent = {one.key for one in order.again}
            shown = [one.model_copy(update={"replayed": True}) for one in shown if one.key in sent]
        missed = tuple(one.key for one in untried if one in order.again)
        operations = [
            Exercised(operation=name, requests=2, left_out=out[name]) if name in out  # sent without a log-in
            else Exercised(
                operation=name,
                requests=order.examples,
                succeeded=0 if absent else succeeded,
                missing=order.examples if absent else 0,
            )
            for name in sorted(ordered)
        ]  # fmt: skip
        result = ExerciseResult(
            driver="schemathesis 4", seed=order.seed, seconds=1, operations=tuple(operations), seen=tuple(shown),
            trouble=trouble, untried=missed,
        )  # fmt: skip
        return ServedExercise(
            end=ExecEnd.EXITED, exit_code=0 if alive else 139, stdout="", stderr="", alive=alive,
            result=result.model_dump_json().encode(),
        )  # fmt: skip

    return exercise


def silent(why: str, output: str = "") -> Application:
    """One that never gets ready."""
    ended = ServedExercise(end=ExecEnd.EXITED, exit_code=1, stdout="", stderr=output, not_ready=why)
    return lambda order: ended


class ServedBox(MemoryBox):
    sandbox: "ServedSandbox"

    async def read(self, path: str) -> bytes:
        tree = self.sandbox.base if self.draft.commit == self.draft.base else self.sandbox.tree
        return tree[path] if path in tree else await super().read(path)

    async def files(self) -> Sequence[FileEntry]:
        tree = self.sandbox.base if self.draft.commit == self.draft.base else self.sandbox.tree
        return [FileEntry(path=path, size=len(content)) for path, content in sorted(tree.items())]

    async def execute(self, argv: Sequence[str], *, cwd: str = "", seconds: int = 120, stdin: bytes = b"") -> Execution:
        said = None
        if argv[:2] == ["git", "show"]:
            content = self.sandbox.base.get(argv[2].partition(":")[2])
            said = None if content is None else content.decode()
        elif argv[:2] == ["git", "rev-parse"]:
            said = self.draft.commit
        if said is None:
            return await super().execute(argv, cwd=cwd, seconds=seconds, stdin=stdin)
        return Execution(end=ExecEnd.EXITED, exit_code=0, stdout=said, stderr="")

    async def exercise(self, command: ServeCommand, order: bytes) -> ServedExercise:
        self.sandbox.exercised.append((command, order))
        given = ExerciseOrder.model_validate_json(order)
        at_base = self.draft.commit == self.draft.base
        self.sandbox.runs.append(("base" if at_base else "draft", given))
        return (self.sandbox.at_base if at_base else self.sandbox.of_draft)(given)


class ServedSandbox(MemorySandbox):
    def __init__(self, of_draft: Application, at_base: Application) -> None:
        super().__init__()
        self.of_draft, self.at_base = of_draft, at_base
        self.base: dict[str, bytes] = {}
        self.runs: list[tuple[str, ExerciseOrder]] = []

    @asynccontextmanager
    async def open(self, draft: Draft, workspace: Workspace) -> AsyncIterator[MemoryBox]:
        with self.using(draft.task):
            yield ServedBox(self, draft)
