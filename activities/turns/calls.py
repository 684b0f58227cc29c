"""Paid calls have names: intent before, reply after, both create-if-absent under `call_id` (design idea 4).

Names in the task's artifacts, `n` counting the tries that reached the endpoint:

    calls/<id>/intent-<n>.json   before the request leaves; holds its upper bound in microdollars
    calls/<id>/void-<n>          the service said it did no work for try n
    calls/<id>/reply.json        the reply and the n that brought it

A retried activity finds the reply and pays nothing. An intent with neither void nor reply is *open*: nobody knows
whether it was billed, so it counts at its upper bound.
"""

import asyncio
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from activities.messages import CALL_CHARS, Stock
from activities.turns.conversation import canonical
from activities.turns.reservations import reserving
from aurora.domain.outcome import Usage
from aurora.errors import AuroraError
from aurora.ports import Model, ModelReply, ModelRequest, TaskArtifacts

PREFIX = "calls/"
READ_AT_ONCE = 16


def call_id(step: str, visit: int, turn: int, draft_commit: str, provider: str, request: ModelRequest) -> str:
    """Digest of everything that makes the request; equal for every try of the same turn."""
    whole = [step, visit, turn, draft_commit, provider, request.model_dump(mode="json")]
    return hashlib.sha256(canonical(whole)).hexdigest()


@dataclass(frozen=True)
class CallBudget:
    """Microdollars that one call may use."""

    left: int
    counted: int = 0
    """The sum that earlier tries of this turn may have cost and `left` no longer has."""

    def holds(self, bound: int, owed: int) -> bool:
        return bound + max(0, owed - self.counted) <= self.left


@dataclass(frozen=True)
class Paid:
    reply: ModelReply
    open_microdollars: int


@dataclass(frozen=True)
class Unaffordable:
    """Nothing was sent: with what earlier tries may have cost, one more does not fit."""

    open_microdollars: int


@dataclass(frozen=True)
class Calls:
    model: Model

    async def pay(
        self,
        artifacts: TaskArtifacts,
        call: str,
        request: ModelRequest,
        provider: str,
        bound: int,
        call_budget: CallBudget,
    ) -> Paid | Unaffordable:
        """The reply to `request`, bought at most once by anyone who gets this far. Raises what `Model.reply` raises."""
        stored = await artifacts.read(f"{PREFIX}{call}/reply.json")
        if stored is None:
            owed = await open_bound(artifacts, call, None)
            if not call_budget.holds(bound, owed):
                return Unaffordable(owed)
            number = await self._intend(artifacts, call, request, bound)
            try:
                with reserving(bound):
                    reply = await self.model.reply(request, provider=provider)
            except AuroraError as error:
                if not error.may_be_billed:
                    await artifacts.create(f"{PREFIX}{call}/void-{number:04}", b"no work done")
                raise
            record = canonical({"try": number, "reply": reply.model_dump(mode="json")})
            await artifacts.create(f"{PREFIX}{call}/reply.json", record)
            # two tries may have raced to this point: what was stored first is the reply, for both
            stored = await artifacts.read(f"{PREFIX}{call}/reply.json") or record
        kept = json.loads(stored)
        return Paid(ModelReply.model_validate(kept["reply"]), await open_bound(artifacts, call, kept["try"]))

    async def _intend(self, artifacts: TaskArtifacts, call: str, request: ModelRequest, bound: int) -> int:
        body = canonical({"microdollars": bound, "model": request.model, "max_tokens": request.max_tokens})
        number = sum("/intent-" in name for name in await artifacts.names(f"{PREFIX}{call}/")) + 1
        while not await artifacts.create(f"{PREFIX}{call}/intent-{number:04}.json", body):
            number += 1
        return number


async def open_bound(artifacts: TaskArtifacts, call: str, settled_try: int | None) -> int:
    """Microdollars that tries of this call may have cost beyond the reply that was kept."""
    names = set(await artifacts.names(f"{PREFIX}{call}/"))
    return sum([await _bound(artifacts, name) for name in _open(names, settled_try)])


async def stock_of(artifacts: TaskArtifacts) -> Stock:
    """Everything that is stored of a task's calls, summed."""
    calls: dict[str, set[str]] = defaultdict(set)
    for name in await artifacts.names(PREFIX):
        calls[name.removeprefix(PREFIX).partition("/")[0]].add(name)
    few = asyncio.Semaphore(READ_AT_ONCE)

    async def one(call: str) -> Stock:
        async with few:
            return await _stock(artifacts, call, calls[call])

    usage, owed = Usage(), dict[str, int]()
    for stock in await asyncio.gather(*map(one, sorted(calls))):
        usage, owed = usage + stock.usage, owed | stock.open_by_call
    return Stock(usage=usage, open_by_call=owed)


async def _stock(artifacts: TaskArtifacts, call: str, names: set[str]) -> Stock:
    # read, whether listed or not: a reply stored since the listing settles its try
    stored = await artifacts.read(f"{PREFIX}{call}/reply.json")
    kept = json.loads(stored) if stored else None
    owed = sum([await _bound(artifacts, name) for name in _open(names, kept["try"] if kept else None)])
    usage = Usage.model_validate(kept["reply"]["usage"]) if kept else Usage()
    return Stock(usage=usage, open_by_call={call[:CALL_CHARS]: owed} if owed else {})


def _open(names: set[str], settled_try: int | None) -> Iterable[str]:
    """Intents of one call that were neither voided nor settled."""
    for name in sorted(names):
        folder, _, last = name.rpartition("/")
        if not last.startswith("intent-"):
            continue
        number = last.removeprefix("intent-").removesuffix(".json")
        if f"{folder}/void-{number}" not in names and int(number) != settled_try:
            yield name


async def _bound(artifacts: TaskArtifacts, intent: str) -> int:
    # an intent that reads as absent was torn before its try left: only a stored one lets a request go
    body = await artifacts.read(intent)
    return int(json.loads(body)["microdollars"]) if body else 0
