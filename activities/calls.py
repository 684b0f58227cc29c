"""Paid calls have names: intent before, reply after, both create-if-absent under `call_id` (design idea 4).

Names in the task's artifacts, `n` counting the tries that reached the endpoint:

    calls/<id>/intent-<n>.json   before the request leaves; holds its upper bound in microdollars
    calls/<id>/void-<n>          the service said it did no work for try n
    calls/<id>/reply.json        the reply and the n that brought it

A retried activity finds the reply and pays nothing. An intent with neither void nor reply is *open*: nobody knows
whether it was billed, so it counts at its upper bound.
"""

import hashlib
import json
from dataclasses import dataclass

from activities.conversation import canonical
from aurora.errors import CredentialsRefused, EndpointTrouble, ModelGone, QuotaExhausted, RequestRefused
from aurora.ports import Model, ModelReply, ModelRequest, TaskArtifacts


def call_id(step: str, visit: int, turn: int, draft_commit: str, provider: str, request: ModelRequest) -> str:
    """Digest of everything that makes the request; equal for every try of the same turn."""
    whole = [step, visit, turn, draft_commit, provider, request.model_dump(mode="json")]
    return hashlib.sha256(canonical(whole)).hexdigest()


@dataclass(frozen=True)
class Paid:
    reply: ModelReply
    open_microdollars: int


@dataclass(frozen=True)
class Calls:
    model: Model

    async def pay(self, artifacts: TaskArtifacts, call: str, request: ModelRequest, provider: str, bound: int) -> Paid:
        """The reply to `request`, bought at most once by anyone who gets this far. Raises what `Model.reply` raises."""
        stored = await artifacts.read(f"calls/{call}/reply.json")
        if stored is None:
            number = await self._intend(artifacts, call, request, bound)
            try:
                reply = await self.model.reply(request, provider=provider)
            except (CredentialsRefused, QuotaExhausted, ModelGone, RequestRefused):
                await artifacts.create(f"calls/{call}/void-{number:04}", b"refused")
                raise
            except EndpointTrouble as trouble:
                if not trouble.may_be_billed:
                    await artifacts.create(f"calls/{call}/void-{number:04}", b"no work done")
                raise
            record = canonical({"try": number, "reply": reply.model_dump(mode="json")})
            await artifacts.create(f"calls/{call}/reply.json", record)
            # two tries may have raced to this point: what was stored first is the reply, for both
            stored = await artifacts.read(f"calls/{call}/reply.json") or record
        kept = json.loads(stored)
        return Paid(ModelReply.model_validate(kept["reply"]), await open_bound(artifacts, call, kept["try"]))

    async def _intend(self, artifacts: TaskArtifacts, call: str, request: ModelRequest, bound: int) -> int:
        body = canonical({"microdollars": bound, "model": request.model, "max_tokens": request.max_tokens})
        number = sum("/intent-" in name for name in await artifacts.names(f"calls/{call}/")) + 1
        while not await artifacts.create(f"calls/{call}/intent-{number:04}.json", body):
            number += 1
        return number


async def open_bound(artifacts: TaskArtifacts, call: str, settled_try: int | None) -> int:
    """Microdollars that tries of this call may have cost beyond the reply that was kept."""
    names = set(await artifacts.names(f"calls/{call}/"))
    total = 0
    for name in names:
        number = name.rsplit("-", 1)[-1].removesuffix(".json")
        if "/intent-" not in name or f"calls/{call}/void-{number}" in names or int(number) == settled_try:
            continue
        body = await artifacts.read(name)
        total += json.loads(body)["microdollars"] if body else 0
    return total
