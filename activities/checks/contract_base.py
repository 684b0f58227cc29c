"""The base commit, served and exercised as the draft was: only where something of the draft is to be compared with it.

What it showed is kept for the task, operation by operation: a later round asks only for what is not known yet.
"""

import hashlib
from collections.abc import Collection, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from activities.checks.contract_runs import PREFIX, ServedRun, ServedRuns, probe_order
from activities.checks.contract_targets import Target
from activities.turns.conversation import canonical
from aurora.domain.exercise import ApiKind, Breach, ExerciseOrder, ExerciseResult, ObservedBreach
from aurora.domain.task import Draft
from aurora.domain.value import Value
from aurora.ports import Box, Sandbox
from aurora.survey import any_code

REPLAY_SECONDS = 600
NO_CODE = "there is no code at the base commit"
ABSENT = (404, 405, 501)
"""The answer of a service for an operation that it does not have."""


class BaseBehaviour(Value):
    """Facts known of the base commit, for one document, seed and number of examples."""

    operations: tuple[str, ...] = ()
    """Those that were exercised."""
    replayed: tuple[str, ...] = ()
    """Keys of the draft's breaches whose very requests were sent to it."""
    again: tuple[str, ...] = ()
    """Those of them that it showed, too."""
    keys: tuple[str, ...] = ()
    """Keys of all that it showed when it was exercised itself."""
    stems: tuple[str, ...] = ()
    """Their stems."""
    absent: tuple[str, ...] = ()
    """Touched operations that answered every request as what is not there does: that they are not there yet excuses no
    draft without them."""

    def excuses(self, one: ObservedBreach) -> bool:
        """An error of the server is excused by one of its own variant only: it may have failed for another cause
        before."""
        if one.key in self.again or one.key in self.keys:
            return True
        sent = one.key in self.replayed
        return one.stem in self.stems and not (sent and one.breach is Breach.SERVER_ERROR)

    def lacks(self, one: ObservedBreach) -> bool:
        """Return whether it only says that the operation is not there yet."""
        return one.operation in self.absent and one.breach is Breach.STATUS_CODE and one.status in ABSENT

    def settled(self, one: ObservedBreach) -> bool:
        """Return whether its requests need not be sent to the base commit any more."""
        if one.key in self.replayed or one.key in self.keys:
            return True
        return one.stem in self.stems and one.breach is not Breach.SERVER_ERROR


class Shown(Value):
    """The breaches of the draft that the base commit shows, too."""

    keys: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()
    """Of what could not be tried there, though there is code: it may do the same."""
    why: str = ""
    """The reason why it could not."""
    late: bool = False
    """True if that was for want of time."""


@dataclass
class BaseRuns:
    sandbox: Sandbox
    runs: ServedRuns
    draft: Draft
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)
    _box: Box | None = None
    _has_code: bool | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Give the base commit's box up: the sandbox opens one box of a task at a time. A later run opens it anew."""
        self._box = None
        await self._stack.aclose()

    async def shown(self, target: Target, order: ExerciseOrder, stand: Sequence[ObservedBreach]) -> Shown:
        """Return what the base commit shows of the operations of `stand`: exercised with the same seed, and sent the
        very requests that the draft failed on. Nothing of operations that it does not have."""
        stand = [one for one in stand if one.operation in target.operations]
        if not stand:
            return Shown()
        name = self._name(target, order)
        kept = await self.runs.artifacts.read(name)
        known = BaseBehaviour.model_validate_json(kept) if kept else BaseBehaviour()
        wanted = sorted({one.operation for one in stand} - set(known.operations))
        last = ServedRun()
        if wanted:
            last = await self._run(_base_order(target, order, wanted))
            if last.result is None:
                return _shown(known, stand, last)
            known = _exercised(known, last.result, order.touched)
        unsent = [one for one in stand if not known.settled(one)]
        if unsent:
            again = _base_order(target, order, sorted({one.operation for one in unsent}))
            seconds = min(order.seconds, REPLAY_SECONDS)
            last = await self._run(again.model_copy(update={"again": tuple(unsent), "seconds": seconds}))
            if last.result is not None:
                known = _replayed(known, last.result, _tried(unsent, last.result, order.kind))
        await self.runs.artifacts.replace(name, known.model_dump_json().encode())
        return _shown(known, stand, last)

    async def works(self, target: Target) -> bool:
        """Return whether a request is answered."""
        return bool(target.easiest) and (await self._probe(target, target.easiest)).usable

    async def exercised(self, target: Target, order: ExerciseOrder) -> ServedRun:
        """All that the draft was tried on, as far as the base commit's document has it."""
        touched = tuple(name for name in order.touched if name in target.operations)
        others = tuple(name for name in order.others if name in target.operations)
        return await self._run(_base_order(target, order, touched).model_copy(update={"others": others}))

    async def served_document(self, target: Target) -> str:
        """The document that it serves as its own; empty where it serves none, or nothing at all."""
        result = (await self._probe(target, target.easiest)).result if target.easiest else None
        return result.served_document if result is not None else ""

    async def reached(self, target: Target, names: Sequence[str]) -> tuple[str, ...]:
        """Those of the operations that can be exercised: of one behind a log-in that fails, requests were sent, too."""
        result = (await self._probe(target, names)).result
        exercised = result.operations if result is not None else ()
        return tuple(one.operation for one in exercised if one.requests and not one.left_out and one.operation in names)

    async def _probe(self, target: Target, names: Sequence[str]) -> ServedRun:
        return await self._run(probe_order(self.runs.workspace, target.order(self.runs.command.port), names))

    def _name(self, target: Target, order: ExerciseOrder) -> str:
        """The base commit is the task's one; what else decides is the document, the log-in and the numbers."""
        empty = _base_order(target, order, ()).model_dump(mode="json", exclude={"others_examples", "seconds"})
        decides = [*self.runs.decides, empty]
        return f"{PREFIX}base-{hashlib.sha256(canonical(decides)).hexdigest()}.json"

    async def has_code(self) -> bool:
        """Return whether there is anything to serve: of a service that the task writes from its document nothing is
        there."""
        if self._has_code is None:
            self._has_code = await any_code.found(await self._opened(), self.runs.workspace.toolchain)
        return self._has_code

    async def _run(self, order: ExerciseOrder) -> ServedRun:
        if not await self.has_code():
            return ServedRun(why=NO_CODE)
        return await self.runs.run(await self._opened(), order)

    async def _opened(self) -> Box:
        if self._box is None:
            at_base = self.draft.at(self.draft.base, None)
            self._box = await self._stack.enter_async_context(self.sandbox.open(at_base, self.runs.workspace))
        return self._box


def _base_order(target: Target, order: ExerciseOrder, names: Sequence[str]) -> ExerciseOrder:
    update = {"document": target.document, "base_path": target.base_path, "touched": tuple(names), "others": ()}
    return order.model_copy(update=update)


def _exercised(known: BaseBehaviour, result: ExerciseResult, touched: Collection[str]) -> BaseBehaviour:
    sent = [one for one in result.operations if one.requests]
    gone = tuple(one.operation for one in sent if one.missing == one.requests and one.operation in touched)
    known = known.model_copy(update={"absent": (*known.absent, *gone)})
    shown = [one for one in result.seen if not known.lacks(one)]
    return known.model_copy(
        update={
            "operations": tuple(sorted({*known.operations, *(one.operation for one in sent)})),
            "keys": tuple(sorted({*known.keys, *(one.key for one in shown)})),
            "stems": tuple(sorted({*known.stems, *(one.stem for one in shown)})),
        }
    )


def _replayed(known: BaseBehaviour, result: ExerciseResult, tried: Sequence[str]) -> BaseBehaviour:
    shown = [one.key for one in result.seen if not known.lacks(one)]
    return known.model_copy(
        update={
            "replayed": tuple(sorted({*known.replayed, *tried})),
            "again": tuple(sorted({*known.again, *shown})),
        }
    )


def _tried(unsent: Sequence[ObservedBreach], result: ExerciseResult, kind: ApiKind) -> list[str]:
    """Keys of those that were sent before the time, or the application, was at its end: they are sent in their order.
    Requests of a replay are counted for OpenAPI alone."""
    unsent = [one for one in unsent if one.key not in result.untried]
    if kind is not ApiKind.OPENAPI:
        return [one.key for one in unsent]
    left = {one.operation: one.requests for one in result.operations}
    tried = []
    for one in unsent:
        left[one.operation] = left.get(one.operation, 0) - 1
        tried += [one.key] if left[one.operation] >= 0 else []
    return tried


def _shown(known: BaseBehaviour, stand: Sequence[ObservedBreach], last: ServedRun) -> Shown:
    keys = frozenset(one.key for one in stand if known.excuses(one))
    if last.why == NO_CODE:
        return Shown(keys=keys)
    unknown = frozenset(one.key for one in stand) - keys - set(known.replayed)
    if not unknown:
        return Shown(keys=keys)
    late = last.late or last.result is not None
    return Shown(keys=keys, unknown=unknown, why=last.said, late=late)
