"""The base of every settings model."""

from pydantic import BaseModel, ConfigDict


class Strict(BaseModel):
    """A key nobody knows is refused: a misspelt bound must not become no bound."""

    model_config = ConfigDict(frozen=True, extra="forbid")
