"""Variables that a project's test script loads from a file before its runner, as words of `env`."""

import posixpath
import re
from collections.abc import Sequence

from aurora.ports import ToolchainProbe
from aurora.toolchains.node.tree import NodeTree

MOST = 60
MOST_CHARS = 1_000
_LINE = re.compile(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_.]*)\s*=\s*(.*)")


async def loaded(
    probe: ToolchainProbe, tree: NodeTree, argv: Sequence[str], files: Sequence[str]
) -> tuple[tuple[str, ...], list[str]]:
    """(argv with the variables in front, why). A variable that the script itself sets stays as it sets it."""
    found: dict[str, str] = {}
    said: list[str] = []
    for name in dict.fromkeys(files):
        path = tree.at(name)
        text = None if path.startswith("..") else await probe.text(path)
        if text is None:
            said.append(f"tests: the script loads {name}, which is not in the base commit: its variables are not set")
            continue
        read = variables(text)
        found |= {key: value for key, value in read.items() if key not in found}
        said.append(f"tests: variables of {path}: {', '.join(list(read)[:MOST]) or 'none'}")
    if not found:
        return tuple(argv), said
    before = [f"{key}={value}" for key, value in list(found.items())[:MOST]]
    if argv and posixpath.basename(argv[0]) == "env":
        return ("env", *before, *argv[1:]), said  # of two the last one counts
    return ("env", *before, *argv), said


def variables(text: str) -> dict[str, str]:
    """The variables of a `.env` file; nothing in it is expanded or run."""
    found: dict[str, str] = {}
    for line in text.removeprefix("\ufeff").splitlines():
        said = _LINE.fullmatch(line)
        if not said:
            continue
        value = said[2].strip()
        quoted = re.match(r"(['\"`])(.*?)\1", value)
        value = quoted[2] if quoted else re.sub(r"\s+#.*$", "", value)
        if len(value) <= MOST_CHARS and "\0" not in value:
            found[said[1]] = value.replace("\\n", "\n") if quoted and quoted[1] == '"' else value
    return found
