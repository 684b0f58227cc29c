"""Run as root in the builder: a lock of Yarn 1 made to load from this builder's registries.

argv: the default registry, an `.npmrc` with registries of scopes, the lock. Hashes in it are kept and hold as before.
"""

import re
import sys
from pathlib import Path

# …/name/-/name-1.0.0.tgz, …/@scope/name/-/…, …/@scope%2fname/-/…
TARBALL = re.compile(r'^(  resolved ")https?://[^"\s]*?/(((?:@[^/"\s]+?)(?:/|%2[fF]))?[^/"\s]+/-/[^/"\s]+\.tgz)', re.M)


def rewritten(text: str, registry: str, scopes: dict[str, str]) -> str:
    def here(found: re.Match[str]) -> str:
        scope = re.split(r"/|%2[fF]", found[3])[0] if found[3] else ""
        return f"{found[1]}{scopes.get(scope, registry).rstrip('/')}/{found[2]}"

    return TARBALL.sub(here, text)


def scopes(npmrc: str) -> dict[str, str]:
    return dict(re.findall(r"^(@[^:\s]+):registry=(\S+)$", npmrc, re.M))


if __name__ == "__main__":
    default, settings, lock = sys.argv[1:]
    named = scopes(Path(settings).read_text("utf-8"))
    Path(lock).write_text(rewritten(Path(lock).read_text("utf-8"), default, named), "utf-8")
