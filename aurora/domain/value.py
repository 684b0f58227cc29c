"""The base of all values that travel, and the types of their fields."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

Sha = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{40,64}$")]
"""A git object id, hexadecimal."""

Digest = Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")]
"""Names an artifact by its content."""

Short = Annotated[str, StringConstraints(max_length=400)]
"""Text that may stand in a history: producers clip, they never fail on length."""


class Value(BaseModel):
    """Unknown fields are ignored, not refused: an older worker must be able to read what a newer one wrote."""

    model_config = ConfigDict(frozen=True, extra="ignore")
