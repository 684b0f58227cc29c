"""Prisma's schema changed without a migration: told by the texts alone, for its own check needs a second database."""

import posixpath
import re
from collections.abc import Iterable, Sequence

from aurora import bounded
from aurora.domain.workspace import Workspace
from aurora.errors import OutOfBounds
from aurora.ports import Box
from aurora.toolchains.code_checks import Flaw
from aurora.toolchains.edit import Edit

_BLOCK = re.compile(r"^\s*(model|enum)\s+(\w+)\s*\{")
_BY_CLIENT = re.compile(
    r"@updatedAt|@default\((?:cuid|uuid|nanoid|ulid)\([^)]*\)\)|@relation\(\s*(?:name:\s*)?\"\w+\"\s*\)"
)
"""Of a field: what the client does and no column says."""
_WIDTH = re.compile(r"\s+")


async def check(_: Workspace, __: Box, edits: Sequence[Edit]) -> Iterable[Flaw]:
    schemas = [edit for edit in edits if edit.path.endswith(".prisma")]
    if not schemas:
        return ()
    written = {
        posixpath.dirname(e.path) for e in edits if e.path.endswith("/migration.sql") and e.after != (e.before or "")
    }
    folders = {f.rpartition("/migrations/")[0] for f in schemas[0].files if f.endswith("/migration.sql")}
    flaws = []
    for schema in schemas:
        home = next((one for one in folders if _below(schema.path, one)), None)
        if home is None or any(_below(one, f"{home}/migrations" if home else "migrations") for one in written):
            continue
        try:
            differ = await bounded.call(differences, schema.before or "", schema.after, about=schema.path)
        except OutOfBounds:
            continue
        if differ:
            flaws.append(_flaw(schema.path, home, differ))
    return flaws


def _below(path: str, folder: str) -> bool:
    return not folder or path.startswith(f"{folder}/")


def _flaw(path: str, home: str, differ: Sequence[str]) -> Flaw:
    shown = ", ".join(differ[:8]) + (f" and {len(differ) - 8} more" if len(differ) > 8 else "")
    return Flaw(
        f"The schema contains changes that no migration makes: {shown}.",
        f"Write {home or '.'}/migrations/<timestamp>_<name>/migration.sql with the statements, as the newest one.",
        path=path,
        identity="schema",
    )


def differences(before: str, after: str) -> tuple[str, ...]:
    """Read in a child: columns and values of enumerations, `Model.field`, that are not the same in both."""
    old, new = _columns(before), _columns(after)
    return tuple(sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name)))


def _columns(text: str) -> dict[str, str]:
    kinds: dict[str, str] = {}
    lines: list[tuple[str, str]] = []
    block = ""
    for raw in text.splitlines():
        line = _code(raw)
        if found := _BLOCK.match(line):
            block = found[2]
            kinds[block] = found[1]
        elif line.startswith("}"):
            block = ""
        elif block and line:
            lines.append((block, _WIDTH.sub(" ", _BY_CLIENT.sub("", line)).strip()))
    found_columns: dict[str, str] = {}
    for block, line in lines:
        name, _, rest = line.partition(" ")
        kind = rest.partition(" ")[0].rstrip("?").removesuffix("[]")
        if kinds.get(block) == "model" and kinds.get(kind) == "model" and "fields:" not in rest:
            continue  # the other side of a relation has no column
        if name in ("@@index", "@@unique", "@@id", "@@map") or name.startswith("@@"):
            found_columns[f"{block} {line}"] = line
        elif kinds.get(block) == "model" and kinds.get(kind) == "model":
            found_columns[f"{block}.{name} (relation)"] = rest
        else:
            found_columns[f"{block}.{name}"] = rest
    return found_columns


def _code(line: str) -> str:
    """The text without comments; a `//` inside of a string stays."""
    quoted = False
    for at, sign in enumerate(line):
        if sign == '"':
            quoted = not quoted
        elif sign == "/" and not quoted and line[at : at + 2] == "//":
            return line[:at].strip()
    return line.strip()
