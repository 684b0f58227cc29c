"""The bounds of one reading."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Bounds:
    seconds: float = 10.0
    """Seconds of processor time. On a busy machine `patience` times as many may pass by the clock."""
    megabytes: int = 768
    """Megabytes on top of what the child has when it begins."""
    result_bytes: int = 16_000_000
    patience: int = 6


READING = Bounds()
"""For a file, an edit, or what a tool printed."""
