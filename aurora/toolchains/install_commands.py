"""`project.install` of aurora.yaml, taken apart: the commands that people type, of which none is run as it stands."""

import re
import shlex
from collections.abc import Iterator, Sequence

from aurora.errors import Refusal

POSSIBLE = (
    "Possible are pip install, uv sync, poetry install, pdm install, pipenv install and their arguments, npm ci, pnpm "
    "install, yarn install, and apt-get install; no program of the project runs in the builder."
)
_OPERATOR = re.compile(r"[|;<>`&]|\$[({]")
_APT = re.compile(r"apt|apt-get|aptitude")
_DEBIAN = re.compile(r"[a-z0-9][a-z0-9+.-]*[a-z0-9+]")
_THERE = frozenset({"python3", "python3-dev", "python3-pip", "python3-venv", "python3-setuptools", "python3-wheel"})
"""Packages that instructions name before an install by pip; the builder has it, or needs none of it."""
_KEPT_OUT = re.compile(r"(python3?|libpython.*|python3\..*|python3-.*|nodejs|npm|git|sudo|docker.*|uv)")
"""Packages that would stand beside the sandbox's own programs or a project's packages."""
MOST_DEBIAN = 40


def refused(line: str, why: str, hint: str = POSSIBLE) -> Refusal:
    return Refusal(f"project.install of aurora.yaml: {line!r} {why}.", hint)


def commands(lines: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """(the line, the words of one command in it). Raises `Refusal` for what needs a shell."""
    for line in lines:
        try:
            words = shlex.split(line)
        except ValueError:
            raise refused(line, "has a quotation that is not closed", "Close it.") from None
        parts: list[list[str]] = [[]]
        for word in words:
            if word == "&&":
                parts.append([])
                continue
            parts[-1].append(word)
        yield from ((line, _without_sudo(part)) for part in parts if part)


def check_plain(line: str, words: Sequence[str]) -> None:
    """Raises `Refusal` for a word that only a shell understands; neither a marker's `;` nor a version's `<` is one."""
    for word in words:
        if _OPERATOR.fullmatch(word) or re.search(r"\$[({]|`", word):
            raise refused(line, f"needs a shell for {word!r}", "Write each command as an item of its own.")


def debian(line: str, words: Sequence[str]) -> tuple[str, ...] | None:
    """Packages of an `apt-get install`; none for another command."""
    if not words or not _APT.fullmatch(words[0]):
        return None
    rest = [word for word in words[1:] if not word.startswith("-")]
    if rest[:1] in (["update"], ["upgrade"], ["clean"]):
        return ()
    if rest[:1] != ["install"]:
        raise refused(line, "is another command of apt than install")
    named = [name for name in dict.fromkeys(rest[1:]) if name not in _THERE]
    for name in named:
        if not _DEBIAN.fullmatch(name):
            raise refused(line, f"names {name!r}, which is no name of a Debian package")
        if _KEPT_OUT.fullmatch(name):
            raise refused(line, f"names {name!r}, which the sandbox has of its own or an index serves")
    if len(named) > MOST_DEBIAN:
        raise refused(line, f"names more than {MOST_DEBIAN} packages", "Name what the tests need.")
    return tuple(named)


def _without_sudo(words: list[str]) -> list[str]:
    return words[1:] if words[0] == "sudo" else words
