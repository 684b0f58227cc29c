"""Commands by which a project's own people serve it: Procfile, Dockerfile, compose file, Makefile, README.

They are words to look at, never run as they stand: what is served, and by what, each language reads out of them.
"""

import json
import posixpath
import re
import shlex
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from aurora.errors import Refusal
from aurora.ports import ToolchainProbe
from aurora.settings.services import COMPOSE_FILES
from aurora.settings.yaml_document import parse
from aurora.toolchains.folders import above

MOST_FILES = 16
MOST_COMMANDS = 120
_TARGETS = re.compile(r"(run|serve|server|start|dev|up|api|web|app|backend|launch)([-_.:]?\w+)*")
_FENCE = re.compile(r"```[^\n]*\n(.*?)```", re.DOTALL)
_OPERATORS = frozenset({"&&", "||", ";", "|", "&", ">", ">>", "<", "(", ")", "2>&1"})
_ENTRY_SCRIPT = re.compile(r"[\w./-]*?([\w.-]+\.sh)")


class Hint(NamedTuple):
    words: tuple[str, ...]
    """One command, its variables first: `FLASK_APP=app.py flask run`."""
    where: str
    """The file that says it."""


async def read(probe: ToolchainProbe, paths: Iterable[str], root: str) -> tuple[Hint, ...]:
    """The most trusted first: Procfile, Dockerfile and the scripts it starts, compose file, Makefile, README."""
    known = set(paths)
    folders = above(root)
    found: list[Hint] = []
    scripts: list[str] = []
    for path in _files(known, folders):
        text = await probe.text(path) or ""
        name = posixpath.basename(path).lower()
        lines = _lines(name, text)
        for line in lines[:MOST_COMMANDS]:
            found += [Hint(words, path) for words in commands(line)]
            scripts += [posixpath.basename(one) for one in _ENTRY_SCRIPT.findall(line)] if name != "readme" else []
    for name in dict.fromkeys(scripts):
        for path in sorted((p for p in known if posixpath.basename(p) == name and _near(p, root)), key=len)[:1]:
            lines = re.sub(r"\\\r?\n", " ", await probe.text(path) or "").splitlines()
            found += [Hint(words, path) for line in lines[:MOST_COMMANDS] for words in commands(_executed(line))]
    return tuple(found)


def _near(path: str, root: str) -> bool:
    return not root or path.startswith(f"{root}/") or posixpath.dirname(path) in above(root)


def _files(known: set[str], folders: Iterable[str]) -> list[str]:
    """Those of the project's folder before those of the folders above it."""
    kinds = (
        r"Procfile", r"(Dockerfile|Containerfile)", r"[Dd]ockerfile[.\w-]*|[\w.-]+\.[Dd]ockerfile",
        "|".join(map(re.escape, COMPOSE_FILES)), r"(docker-)?compose[.\w-]*\.ya?ml",
        r"Makefile|makefile|GNUmakefile|[Jj]ustfile|Taskfile\.ya?ml", r"(?i:readme(\.(md|rst|txt))?)",
    )  # fmt: skip
    places = list(folders)
    listed: list[str] = []
    for kind in kinds:
        for folder in places:
            prefix = f"{folder}/" if folder else ""
            listed += sorted(
                path
                for path in known
                if path.startswith(prefix)
                and re.fullmatch(rf"((?:docker|\.?deploy|compose)/)?(?:{kind})", path.removeprefix(prefix))
            )
    return list(dict.fromkeys(listed))[:MOST_FILES]


def _lines(name: str, text: str) -> list[str]:
    joined = re.sub(r"\\\r?\n", " ", text)
    if name == "procfile":
        said = [line.partition(":") for line in joined.splitlines()]
        return [command for kind, _, command in sorted(said, key=lambda one: one[0].strip() != "web")]
    if "dockerfile" in name or name == "containerfile":
        return list(_dockerfile(joined))
    if name.endswith((".yml", ".yaml")) and "taskfile" not in name:
        return list(_compose(text))
    if name.startswith("readme"):
        blocks = [line for block in _FENCE.findall(text) for line in block.splitlines()]
        blocks += [line.strip() for line in text.splitlines() if line.startswith(("    ", "\t"))]
        return [re.sub(r"^\s*[$#>%]\s+", "", line) for line in blocks if line.strip()]
    return list(_targets(joined))


def _dockerfile(text: str) -> Iterator[str]:
    """The commands of the last stage, before those of other stages."""
    found: list[str] = []
    for line in text.splitlines():
        said = re.match(r"\s*(?:CMD|ENTRYPOINT)\s+(.*)", line, re.IGNORECASE)
        if said:
            found.append(_argv(said[1]))
    yield from reversed(found)


def _argv(said: str) -> str:
    """JSON's form of a command as a shell would have it."""
    if said.lstrip().startswith("["):
        try:
            words = json.loads(said)
        except (ValueError, RecursionError):
            return said
        return _joined(words)
    return said


def _joined(words: Any) -> str:
    if not isinstance(words, list):
        return ""
    texts = [str(word) for word in words]
    if len(texts) > 2 and texts[0] in ("sh", "bash", "/bin/sh", "/bin/bash") and texts[1].endswith("c"):
        return " ".join(texts[2:])
    return shlex.join(texts)


def _compose(text: str) -> Iterator[str]:
    try:
        document: Any = parse(text, "compose file").value
    except Refusal:
        return
    listed = document.get("services") if isinstance(document, dict) else None
    for entry in listed.values() if isinstance(listed, dict) else ():
        for key in ("command", "entrypoint"):
            said = entry.get(key) if isinstance(entry, dict) else None
            if said:
                yield _joined(said) if isinstance(said, list) else str(said)


def _targets(text: str) -> Iterator[str]:
    """Lines of the targets of a Makefile, a justfile or a Taskfile whose names say that something is served."""
    inside = False
    for line in text.splitlines():
        if target := re.match(r"\s{0,2}([\w.:-]+)[^:=\n]*:(?!=)\s*$|([\w.-]+)[^:=]*:(?!=)", line):
            inside = _TARGETS.fullmatch(target[1] or target[2]) is not None
        elif inside and line[:1] in ("\t", " ") and line.strip():
            yield line.strip().lstrip("@-").strip().removeprefix("cmd:").strip()


def _executed(line: str) -> str:
    return line.strip().removeprefix("exec ")


def commands(line: str) -> Iterator[tuple[str, ...]]:
    """The words of each command of a line; none of one that can't be read."""
    line = re.sub(r"\$\{[A-Za-z_]\w*:?-([\w.:-]*)\}", r"\1", line)
    lexer = shlex.shlex(line, posix=True, punctuation_chars="();<>|&")
    lexer.whitespace_split = True
    lexer.commenters = "#"
    words: list[str] = []
    try:
        for word in lexer:
            if word in _OPERATORS:
                if words:
                    yield tuple(words)
                words = []
            else:
                inner = word in ("exec", "sh", "bash", "-c", "-lc") and not words
                words += [] if inner else [word]
    except ValueError:  # a quotation that is not closed
        return
    if len(words) == 1 and " " in words[0]:
        yield from commands(words[0])
    elif words:
        yield tuple(words)
