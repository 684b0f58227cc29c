"""Credentials taken out of whatever is told."""

from typing import Any

INSTEAD = "[credential]"
SHORTEST = 4
"""Characters: a shorter one would be found in every text."""


class Redactor:
    """The credentials of this run; `over` leaves none of them in a value."""

    def __init__(self) -> None:
        self._secrets: list[str] = []

    def hide(self, secret: str) -> None:
        if len(secret) >= SHORTEST and secret not in self._secrets:
            self._secrets = sorted([*self._secrets, secret], key=len, reverse=True)

    def over(self, value: Any) -> Any:
        if isinstance(value, str):
            for secret in self._secrets:
                value = value.replace(secret, INSTEAD)
            return value
        if isinstance(value, dict):
            return {self.over(key): self.over(held) for key, held in value.items()}
        if isinstance(value, list | tuple):
            return [self.over(held) for held in value]
        return value
