"""Programs of other agents that are asked about a draft before its commit: `checkers` in the worker's settings."""

from pydantic import Field

from aurora.settings.signed_address import SignedAddress


class Checker(SignedAddress):
    """One checker. A repository's aurora.yaml may choose among them by name, and can name no address of its own."""

    seconds: int = Field(default=120, ge=1, le=1_800, description="Seconds it may take to answer, the whole answer.")
    required: bool = Field(
        default=False,
        description="Whether it is asked whatever aurora.yaml says, and nothing is committed while it can't be asked. "
        "Without it, what could not be asked is a note in the evidence.",
    )
