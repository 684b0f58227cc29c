"""The encoding that a source file declares: anything but UTF-8 is another text to its interpreter than to readers."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from aurora.gates.context import FileContext
from aurora.gates.gate import FileGate, Problem, When

_DECLARING = frozenset((".py", ".pyi", ".pyw", ".pyx", ".pxd", ".rb", ".rake", ".pl", ".pm", ".lua", ".sh", ".el", ""))
"""Languages whose interpreters, or whose editors, heed a comment; a script without a suffix may be any of them."""
_COOKIE = re.compile(r"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_XML = re.compile(r"^\ufeff?\s*<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']*)")
_UTF8 = frozenset(("utf8", "u8", "utf", "cp65001", "utf8emacs", "utf8unix", "utf8dos", "utf8mac"))


def declared(path: str, text: str) -> str:
    """The encoding named in the first two lines (PEP 263), or in an XML declaration; empty when it is UTF-8 or none."""
    suffix = PurePosixPath(path).suffix.lower()
    name = ""
    if suffix in _DECLARING or text.startswith("#!"):
        for line in re.split(r"\r\n|\r|\n", text[:4_000].removeprefix("\ufeff"), maxsplit=2)[:2]:
            if found := _COOKIE.match(line):
                name = found[1]
                break
    elif suffix in (".xml", ".xsd", ".xsl", ".xslt", ".svg", ".html", ".xhtml") and (found := _XML.match(text[:4_000])):
        name = found[1]
    return "" if re.sub(r"[-_. ]", "", name.lower()) in _UTF8 else name


def check(context: FileContext) -> Iterator[Problem]:
    if name := declared(context.path, context.text):
        yield Problem(
            f"It declares the encoding {name!r}: an interpreter would read another text than stands here.",
            "Remove the declaration: source is UTF-8.",
            1,
            identity=name,
        )


GATE = FileGate(
    name="source_encoding",
    why="A declared encoding other than UTF-8 makes an interpreter read another text than a reviewer sees.",
    when=(When.EDIT, When.ROUND, When.COMMIT),
    check=check,
    mandatory=True,
)
