"""What an edit may not add, checked before it is kept: broken syntax, undeclared packages, credentials, sheer size.

Trouble that was in the old text is not the edit's and does not block it. Undefined names are the linter's to tell."""

from collections.abc import Iterator

from aurora import credentials
from aurora.domain.findings import Finding
from aurora.domain.workspace import Workspace
from aurora.gates.hidden_characters import far, hidden
from aurora.gates.source_encoding import encodings
from aurora.toolchains.language import Edit, Language

MAX_BYTES = 2_000_000


def check_edit(language: Language, workspace: Workspace, edit: Edit) -> tuple[Finding, ...]:
    """Findings that the edit adds, most fundamental first; empty when it may be kept."""
    fundamental = unwritable(edit.path, edit.after, edit.before)
    if fundamental:
        return fundamental
    findings = in_any_text(edit.path, edit.after, edit.before)
    broken = tuple(language.syntax(workspace, edit))
    return (*findings, *broken, *(() if broken else language.undeclared(workspace, edit)))


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
