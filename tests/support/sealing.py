"""The fixed key of tests: kept histories are sealed with it."""

from pathlib import Path
from typing import Final

from aurora.payloads.keys import PayloadKeys

TEST_KEYS: Final = PayloadKeys("tests", {"tests": bytes(range(32))})
OTHER_KEYS: Final = PayloadKeys("other", {"other": bytes(range(1, 33))})
SAME_NAME: Final = PayloadKeys("tests", {"tests": bytes(range(1, 33))})
"""Another key under the id of the first."""


def sealing_in(home: Path) -> dict[str, str]:
    """The variables that a worker or a command beside it needs to read payloads that tests sealed."""
    path = home / "test-keys.json"
    TEST_KEYS.create(path)
    return {"AURORA_PAYLOAD_KEYS": str(path)}
