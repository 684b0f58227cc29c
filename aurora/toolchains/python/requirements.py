"""Requirements files: includes followed, constraints kept apart, hashes and index options dropped."""

import posixpath
import re
from collections.abc import Sequence

from aurora.domain.value import Value
from aurora.ports import ToolchainProbe
from aurora.toolchains.python.declared import name_of

MAX_FILES = 40
_FILE = re.compile(r"(-r|--requirement|-c|--constraint)[\s=]*['\"]?([^'\"\s]+)")
_RUNTIME = ("", "base", "common", "main", "core", "runtime", "prod", "production")


class RequirementsFile(Value):
    files: dict[str, str]
    """The file and everything it includes, path -> text."""
    requirements: tuple[str, ...] = ()
    constraints: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def beside(self, other: "RequirementsFile") -> "RequirementsFile":
        return RequirementsFile(
            files={**self.files, **other.files},
            requirements=tuple(dict.fromkeys(self.requirements + other.requirements)),
            constraints=tuple(dict.fromkeys(self.constraints + other.constraints)),
            notes=tuple(dict.fromkeys(self.notes + other.notes)),
        )


def group_of(path: str) -> str | None:
    """The group a requirements file stands for by its name, empty for the runtime's; none for any other file."""
    folder, _, file = path.rpartition("/")
    stem, ext = posixpath.splitext(file)
    if ext not in (".txt", ".in", ".pip"):
        return None
    if folder.rpartition("/")[2] in ("requirements", "reqs"):
        return "" if stem.lower() in (*_RUNTIME, "requirements") else stem.lower().replace("_", "-")
    found = re.fullmatch(r"(?:(\w+)[-_.])?(?:requirements|reqs)(?:[-_.]?([\w-]+))?", stem.lower())
    if not found:
        return None
    name = (found.group(1) or found.group(2) or "").replace("_", "-")
    return "" if name in _RUNTIME else name


async def read(probe: ToolchainProbe, path: str) -> RequirementsFile:
    """`path` relative to the repository's root; a missing include is a note."""
    files: dict[str, str] = {}
    requirements: list[str] = []
    constraints: list[str] = []
    notes: list[str] = []
    waiting = [(path, False)]
    while waiting and len(files) < MAX_FILES:
        current, constraining = waiting.pop(0)
        if current in files:
            continue
        text = await probe.text(current) if not current.startswith("../") else None
        if text is None:
            notes.append(f"{path}: {current} can't be read: left out")
            continue
        files[current] = text
        for line in _logical(text):
            included = _FILE.match(line)
            if included:
                other = posixpath.normpath(posixpath.join(posixpath.dirname(current), included.group(2)))
                waiting.append((other, constraining or included.group(1) in ("-c", "--constraint")))
            elif line.startswith("-") and not re.match(r"(-e|--editable)\b", line):
                notes.append(f"{current}: option {line.split()[0]!r} is ignored")
            else:
                plain, dropped = _without_options(line)
                (constraints if constraining else requirements).append(plain)
                if dropped:
                    notes.append(f"{current}: {', '.join(dropped)} of {plain!r} is ignored")
    return RequirementsFile(
        files=files,
        requirements=tuple(dict.fromkeys(requirements)),
        constraints=tuple(dict.fromkeys(constraints)),
        notes=tuple(dict.fromkeys(notes)),
    )


async def expanded(probe: ToolchainProbe, folder: str, lines: Sequence[str]) -> RequirementsFile:
    """Requirement lines with the files that `-r` and `-c` among them name read in; paths are relative to `folder`."""
    found = RequirementsFile(files={})
    for line in lines:
        named = _FILE.match(line)
        if named is None:
            found = found.beside(RequirementsFile(files={}, requirements=(line,)))
            continue
        held = await read(probe, posixpath.normpath(posixpath.join(folder, named[2])))
        if named[1] in ("-c", "--constraint"):
            held = held.model_copy(update={"requirements": (), "constraints": held.constraints + held.requirements})
        found = found.beside(held)
    return found


def lists_more(listed: Sequence[str], declared: Sequence[str]) -> bool:
    """Return whether a requirements file names every package that a manifest declares, and others; `.` stands for
    all."""
    names = {name_of(line) for line in listed}
    whole = any(re.match(r"(?:(?:-e|--editable)\s*=?\s*)?\.(?:\[|$)", line) for line in listed)
    known = {name_of(line) for line in declared}
    return bool(names - known - {""}) and (whole or known <= names)


def _without_options(line: str) -> tuple[str, tuple[str, ...]]:
    """(the requirement, names of the options behind it that are dropped); a hash is dropped without a word."""
    found = re.search(r"\s--(hash|config-settings?|global-option|install-option|no-binary|only-binary)\b", line)
    if found is None or line.startswith("-"):
        return line, ()
    options = re.findall(r"(?<=\s)--[a-z-]+", line[found.start() :])
    return line[: found.start()].strip(), tuple(dict.fromkeys(o for o in options if o != "--hash"))


def _logical(text: str) -> list[str]:
    joined = re.sub(r"\\\r?\n", " ", text)
    cut = (re.sub(r"(^|\s)#.*$", "", line).strip() for line in joined.splitlines())
    return [line for line in cut if line]
