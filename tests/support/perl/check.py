"""The output of perl on files that it compiles or loads, as findings."""

import posixpath
import re
from collections.abc import Iterator

from aurora.domain.findings import Finding
from aurora.ports import Execution
from aurora.text import clip
from aurora.toolchains.runs.lint_report import read

_AT = re.compile(r"^(?P<said>.+?),? at (?P<path>\S+) line (?P<line>\d+)\b(?P<rest>.*)$")


def parse(check: str, hint: str, root: str, folder: str, execution: Execution) -> tuple[Finding, ...]:
    """Paths relative to the repository's root; `folder` is the one that the files were named from, absolute."""
    return read(check.removeprefix("lint:"), execution, lambda: _findings(check, hint, root, folder, execution.stdout))


def _findings(check: str, hint: str, root: str, folder: str, printed: str) -> Iterator[Finding]:
    said = set()
    for line in printed.splitlines():
        found = _AT.match(line)
        if found is None:
            continue
        path = posixpath.relpath(posixpath.join(folder, found["path"]), folder)
        if path.startswith("../") or line in said:
            continue
        said.add(line)
        message = clip(found["said"] + found["rest"].rstrip("."), 4_000)
        path = posixpath.normpath(posixpath.join(root, path))
        yield Finding(check=check, path=path, line=int(found["line"]), message=message, hint=hint)
