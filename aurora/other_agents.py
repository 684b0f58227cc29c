"""The interface to other agents that look at a draft; beside the ports of `aurora.ports`."""

from collections.abc import Sequence
from typing import Protocol


class Checkers(Protocol):
    """Programs of other agents that are asked about a draft before its commit."""

    def names(self) -> Sequence[str]:
        """The names of all checkers that the operator set up, in their order."""

    def is_required(self, name: str) -> bool:
        """Return whether it is asked whatever a repository says, and waited for."""

    async def ask(self, name: str, message_id: str, content: bytes) -> bytes:
        """One request with a JSON body, and its answer's body, unread. Raises `CheckerError`."""
