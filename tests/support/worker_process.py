"""The real worker as a process of its own, as a daemon or an operator starts it."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
KEY = "scripted-replies-need-no-key"


def environment(home: Path, address: str, endpoint: str) -> dict[str, str]:
    """Of a worker, or of a command beside it: nothing of the caller's own Aurora, Temporal or model settings.
    `endpoint`: empty for the model's own service."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("AURORA_", "TEMPORAL_", "ANTHROPIC_"))}
    at = {"ANTHROPIC_BASE_URL": endpoint} if endpoint else {}
    return env | at | {"AURORA_HOME": str(home), "TEMPORAL_ADDRESS": address, "ANTHROPIC_API_KEY": KEY}


def start(env: dict[str, str], log: Path) -> "subprocess.Popen[bytes]":
    with log.open("ab") as out:
        return subprocess.Popen([sys.executable, "-m", "worker"], cwd=ROOT, env=env, stdout=out, stderr=out)
