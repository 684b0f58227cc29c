"""The client of an installation: the desk, and requests validated before they reach it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from aurora.client.desk import Desk

if TYPE_CHECKING:
    from aurora.client.submit import Submitted, TaskRequest, Validator


@dataclass(frozen=True)
class AuroraClient(Desk):
    """All that a surface needs; `aurora.bootstrap.open_client` makes one."""

    validator_of: "Callable[[], Validator]" = field(kw_only=True)
    """Called when the first task is submitted: most of what makes a validator is of no use to who only looks."""

    @cached_property
    def validator(self) -> "Validator":
        return self.validator_of()

    async def submit(self, request: "TaskRequest") -> "Submitted":
        """Validate a request, upload its base commit and start the task. Raises `Refusal`; nothing was started then."""
        return await (await self.validator.validate(request)).submit(self)
