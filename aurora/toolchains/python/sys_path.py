"""Folders that a project's own files put on sys.path when they start it: Django's apps, a backend beside its tests."""

import posixpath
import re
from collections.abc import Iterator, Sequence

from aurora.ports import ToolchainProbe
from aurora.toolchains.folders import above

MAX_READ = 40
_FILES = re.compile(
    r"(^|/)(manage|conftest|wsgi|asgi|settings|sitecustomize)\.py$|(^|/)settings/(base|common|test|tests|__init__)\.py$"
)
_ADDS = re.compile(r"sys\.path\.(?:insert|append|extend)\((?P<said>(?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\)")
_LITERAL = re.compile(r"""(?<!\w)["']([\w./-]+)["']""")


async def folders(probe: ToolchainProbe, paths: Sequence[str], home: str) -> tuple[str, ...]:
    """The folders from the repository's root; only those that hold modules. Nothing is run: literals are joined."""
    prefix = f"{home}/" if home else ""
    reading = [path for path in paths if _FILES.search(path) and (path.startswith(prefix) or "conftest" in path)]
    holding = {folder for path in paths if path.endswith(".py") for folder in above(posixpath.dirname(path))}
    found: dict[str, None] = {}
    for path in reading[:MAX_READ]:
        text = await probe.text(path) or ""
        for said in _added(text) if "sys.path" in text else ():
            # BASE_DIR and its kin are folders above the file: the nearest that has such a folder
            places = (posixpath.normpath(posixpath.join(f, said)) for f in above(posixpath.dirname(path)))
            place = next((one for one in places if one in holding and one not in ("", ".")), None)
            if place is not None:
                found[place] = None
    return tuple(found)


def _added(text: str) -> Iterator[str]:
    for call in _ADDS.finditer(text):
        words = _LITERAL.findall(call["said"])
        if words and not words[0].startswith("/"):
            yield "/".join(words)
