"""The client of an installation: the desk, and requests validated before they reach it."""

from dataclasses import dataclass, field

from aurora.client.desk import Desk
from aurora.client.submit import Submitted, TaskRequest, Validator


@dataclass(frozen=True)
class AuroraClient(Desk):
    """All that a surface needs; `aurora.bootstrap.open_client` makes one."""

    validator: Validator = field(kw_only=True)

    async def submit(self, request: TaskRequest) -> Submitted:
        """Validate a request, upload its base commit and start the task. Raises `Refusal`; nothing was started then."""
        return await (await self.validator.validate(request)).submit(self)
