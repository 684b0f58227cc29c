"""`[redacted]` in what a model writes: where it was shown instead of a credential, it must not take the credential's
place in a file."""

import re
from contextlib import suppress

from aurora.errors import ToolRefusal
from aurora.output import REDACTED, SHORTEST_SECRET, redact, redact_line, secret_spans
from aurora.ports import Box
from aurora.tools.path_policy import PathPolicy

LOOKED_AT = 20
"""New lines with `[redacted]` that are looked for in other files."""
FOUND = 50


async def refuse(box: Box, policy: PathPolicy, path: str, before: str, after: str) -> None:
    """Raise `ToolRefusal` where a new line is what the model was shown of a line that holds a credential.

    A text that honestly says `[redacted]`, as a log filter does, is let through. Raise it, too, where an edit changes
    the words by which a credential is known as one, so that it would be shown from then on."""
    if _uncovers(before, after):
        raise ToolRefusal(
            f"The edit changes what stands around a credential in {path} that you were not shown, and would show it. "
            "Nothing was changed. Keep the words around the credential, or replace it with what reads it from the "
            "environment."
        )
    if REDACTED not in after:
        return
    old = set(before.splitlines())
    new = [(n, line) for n, line in enumerate(after.splitlines(), 1) if REDACTED in line and line not in old]
    shown = {line.strip() for line in redact(before).splitlines() if REDACTED in line} if new else set()
    for number, line in new[:LOOKED_AT]:
        place = path if line.strip() in shown else await _origin(box, policy, line)
        if place:
            raise ToolRefusal(
                f"Line {number} of what {path} would be holds `{REDACTED}`, which stands for a credential in {place} "
                "that you were not shown: writing it would destroy the value. Nothing was changed. With edit_file, "
                f"keep `{REDACTED}` in `old` and in `new` alike and the real value stays; to replace the credential, "
                "write what reads it from the environment."
            )


def _uncovers(before: str, after: str) -> bool:
    hidden = {
        line.strip() for start, stop in secret_spans(before) for line in before[start:stop].splitlines() if line.strip()
    }
    hidden = {line for line in hidden if len(line) >= SHORTEST_SECRET and line in after}
    if not hidden:
        return False
    shown, earlier = redact(after), redact(before)
    return any(line in shown and line not in earlier for line in hidden)


async def _origin(box: Box, policy: PathPolicy, line: str) -> str:
    """A visible file with a line that reads so where its credential is redacted; empty when there is none."""
    wanted = line.strip()
    pattern = r"\S.{6,}".join(re.escape(part) for part in wanted.split(REDACTED))
    visible, _ = policy.visible([entry.path for entry in await box.files() if entry.kind == "file"])
    with suppress(ToolRefusal):  # a search that did not finish found it nowhere
        found = await box.search(pattern, visible, limit=FOUND)
        for match in found.matches:
            if wanted == redact_line(match.text).strip():
                return f"{match.path}:{match.line}"
    return ""
