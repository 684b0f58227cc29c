"""What an edit may not add, checked before it is kept: broken syntax, undeclared packages, credentials, sheer size.

Trouble that was in the old text is not the edit's and does not block it. Undefined names are the linter's to tell."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from aurora import credentials
from aurora.domain.findings import Finding
from aurora.domain.workspace import Workspace
from aurora.gates.hidden_characters import far, hidden
from aurora.gates.source_encoding import encodings
from aurora.text import clip
from aurora.toolchains.python.bill_of_materials import BillOfMaterials
from aurora.toolchains.python.imports import parsed

MAX_BYTES = 2_000_000


@dataclass(frozen=True)
class EditContext:
    """What an edit is judged against. Without a bill no import is judged (a project that is not Python)."""

    bill: BillOfMaterials | None = None
    python_minor: int | None = None
    """`11` of the container's 3.11."""

    @classmethod
    def of(cls, workspace: Workspace, paths: Iterable[str]) -> "EditContext":
        """`paths`: every file of the draft."""
        version = re.match(r"3\.(\d+)", workspace.image.python)
        bill = BillOfMaterials.of(workspace, paths) if workspace.toolchain.language == "python" else None
        return cls(bill=bill, python_minor=int(version[1]) if version else None)


def check_edit(path: str, text: str, *, before: str | None = None, context: EditContext) -> tuple[Finding, ...]:
    """Findings that `text` adds to `before` (None: a new file), most fundamental first; empty when it may be kept."""
    fundamental = unwritable(path, text, before)
    if fundamental:
        return fundamental
    findings = list(in_any_text(path, text, before))
    if path.endswith((".py", ".pyi")):
        broken = tuple(_syntax(path, text, before, context.python_minor))
        findings += broken
        if not broken and context.bill is not None:
            findings += context.bill.check(path, text, before)
    return tuple(findings)


def unwritable(path: str, text: str, before: str | None) -> tuple[Finding, ...]:
    """What no file may be, whatever its language: nothing else is looked at then."""
    return tuple(_unwritable(path, text, before))


def in_any_text(path: str, text: str, before: str | None) -> tuple[Finding, ...]:
    """What no text may hold, whatever its language."""
    old = before or ""
    shown = (*hidden(path, text, old), *far(path, text, old))
    return (*encodings(path, text, old), *_credentials(path, text, old), *shown)


def _unwritable(path: str, text: str, before: str | None) -> Iterator[Finding]:
    if "\0" in text and "\0" not in (before or ""):
        line = text.count("\n", 0, text.index("\0")) + 1
        yield Finding(check="text", path=path, line=line, message="It holds a NUL character.", hint="Write text only.")
        return
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        message = "It holds half a surrogate pair, which no file can hold."
        yield Finding(check="text", path=path, line=line, message=message, hint="Write the whole character.")
        return
    if size > MAX_BYTES and size > len((before or "").encode("utf-8", "replace")):
        message = f"It would have {size} bytes; a file may have {MAX_BYTES}."
        yield Finding(check="size", path=path, message=message, hint="Split it, or compute the data.")


def _syntax(path: str, text: str, before: str | None, minor: int | None) -> Iterator[Finding]:
    try:
        parsed(text, minor)
    except SyntaxError as error:
        if before is not None and _broken(before, minor):
            return
        line = error.lineno or 1
        lines = text.splitlines()
        source = lines[line - 1].strip() if 0 < line <= len(lines) else ""
        message = f"Python cannot parse it: {clip(error.msg or 'invalid syntax', 300)}"
        yield Finding(
            check="syntax",
            path=path,
            line=line,
            message=f"{message}, at `{clip(source, 160)}`" if source else message,
            hint="Mend the line and send the edit again; check brackets, quotes and indentation around it.",
        )


def _broken(text: str, minor: int | None) -> bool:
    try:
        parsed(text, minor)
    except SyntaxError:
        return True
    return False


def _credentials(path: str, text: str, before: str) -> Iterator[Finding]:
    old = [found.text for found in credentials.found_in(before)]
    for found in credentials.found_in(text):
        if found.text in old:
            old.remove(found.text)
            continue
        yield Finding(
            check="secrets",
            path=path,
            line=text.count("\n", 0, found.start) + 1,
            message=f"It holds what looks like a credential ({found.kind}).",
            hint="Read it from the environment or the settings; in a test use a value of another shape.",
        )
