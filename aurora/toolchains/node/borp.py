"""borp, as the command of node's own runner that it is: its files, its time limit, nothing of its reports."""

from collections.abc import Sequence

from aurora.errors import Refusal
from aurora.settings import yaml_document

CONFIG = r"\.borp\.ya?ml"
FILES = "**/*.test.{js,mjs,cjs,ts,mts,cts}"
"""The files that borp looks for when nobody names files."""
MILLISECONDS = "30000"
_SWITCHES = frozenset(
    {"-C", "--coverage", "-o", "--only", "-w", "--watch", "--no-timeout", "--expose-gc", "--check-coverage",
     "--coverage-html"}
)  # fmt: skip
_LONG = {"-p": "--pattern", "-t": "--timeout"}


def named_files(config: str) -> tuple[str, ...]:
    """The files that `.borp.yaml` names; none of one that can't be read, as with borp."""
    try:
        document = yaml_document.parse(config, ".borp.yaml").value
    except Refusal:
        return ()
    files = document.get("files") if isinstance(document, dict) else None
    return tuple(str(name) for name in files) if isinstance(files, list) else ()


def of_node(argv: Sequence[str], config: str = "") -> tuple[str, ...]:
    """`borp -t 5000 'test/*.js'` as `node --test --test-timeout=5000 'test/*.js'`; what stands before it stays."""
    at = argv.index("borp")
    files: list[str] = []
    milliseconds = MILLISECONDS
    words = list(argv[at + 1 :])
    while words:
        word, _, value = words.pop(0).partition("=")
        if not word.startswith("-"):
            files.append(word)
        elif word not in _SWITCHES:
            value = value or (words.pop(0) if words else "")
            match _LONG.get(word, word):
                case "--timeout":
                    milliseconds = value
                case "--pattern":
                    files.append(value)
                case _:
                    pass
        elif word == "--no-timeout":
            milliseconds = ""
    limit = (f"--test-timeout={milliseconds}",) if milliseconds.isdigit() else ()
    chosen = (*files, *named_files(config)) or (FILES,)
    return (*argv[:at], "node", *limit, "--test", *chosen)
