"""Whether a running worker still has the key, the settings and the code its user means. Digests only, salted."""

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
    """Version and, as an editable install changes without one, the stamp of every source file."""
    try:
        said = version(DISTRIBUTION)
    except PackageNotFoundError:
        said = "uninstalled"
    digest = hashlib.sha256(said.encode())
    for name in ("worker.py", "aurora", "workflows", "activities"):
        top = ROOT / name
        for file in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if file.suffix in (".py", ".md", ".json") and file.is_file():
                seen = file.stat()
                digest.update(f"{file.relative_to(ROOT)}|{seen.st_size}|{seen.st_mtime_ns}\n".encode())
    return f"{said}+{digest.hexdigest()[:16]}"


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
    """Whether the worker must start anew. A caller without a key takes no key away from a worker that has one."""
    if running.get("code") != wanted["code"]:
        return True
    return bool(wanted["credentials"]) and any(running.get(k) != wanted[k] for k in ("credentials", "settings"))
