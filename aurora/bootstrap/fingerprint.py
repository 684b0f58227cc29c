"""Check whether a running worker still has the key, the settings and the code its user means. Digests only, salted."""

import hashlib
import hmac
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

DISTRIBUTION = "aurora-backend-agent"
ROOT = Path(__file__).parents[2]
CREDENTIALS = ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN")
PREFIXES = ("ANTHROPIC_", "AURORA_", "DOCKER_")
CLIENT_ONLY = ("AURORA_HOME", "AURORA_DEBUG", "AURORA_IDLE_MINUTES")


def code() -> str:
    """The version and, where this runs from a clone, its commit: a pull changes the code without changing a version."""
    try:
        said = version(DISTRIBUTION)
    except PackageNotFoundError:
        said = "uninstalled"
    return f"{said}+{_commit(ROOT / '.git')}"


def _commit(folder: Path) -> str:
    """Read without git: this runs before every command. Empty where there is no clone."""
    try:
        head = (folder / "HEAD").read_text().strip()
        if not head.startswith("ref: "):
            return head
        ref = head.removeprefix("ref: ")
        if (folder / ref).exists():
            return (folder / ref).read_text().strip()
        packed = (folder / "packed-refs").read_text().splitlines()
        return next((line.split()[0] for line in packed if line.endswith(f" {ref}")), "")
    except OSError:
        return ""


def fingerprint(env: Mapping[str, str], salt: str) -> dict[str, str]:
    """`code`, `credentials` and `settings`; the last two are empty where the environment holds none."""

    def digest(names: list[str]) -> str:
        text = "\n".join(f"{name}={env[name]}" for name in names)
        return hmac.new(salt.encode(), text.encode(), hashlib.sha256).hexdigest() if names else ""

    relevant = sorted(n for n in env if n.startswith(PREFIXES) and n not in CLIENT_ONLY and env[n])
    return {
        "code": code(),
        "credentials": digest([n for n in relevant if n in CREDENTIALS]),
        "settings": digest([n for n in relevant if n not in CREDENTIALS]),
    }


def outdated(running: Mapping[str, str], wanted: Mapping[str, str]) -> bool:
    """Return whether the worker must start anew. A caller without a key takes no key away from a worker that has
    one."""
    if running.get("credentials") and not wanted["credentials"]:
        return False
    if running.get("code") != wanted["code"]:
        return True
    return bool(wanted["credentials"]) and any(running.get(k) != wanted[k] for k in ("credentials", "settings"))
