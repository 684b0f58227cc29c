"""Encodings of a repository's text files: which one a file has, and the same bytes again after an edit."""

import codecs
import re
from dataclasses import dataclass
from pathlib import PurePosixPath

_DECLARING = frozenset((".py", ".pyi", ".pyw", ".pyx", ".pxd", ".rb", ".rake", ".pl", ".pm", ".lua", ".sh", ".el", ""))
"""Languages whose interpreters, or whose editors, heed a comment; a script without a suffix may be any of them."""
_COOKIE = re.compile(r"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_XML = re.compile(r"^\ufeff?\s*<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']*)")
_UTF8 = frozenset(("utf8", "u8", "utf", "cp65001", "utf8emacs", "utf8unix", "utf8dos", "utf8mac"))
_KNOWN = re.compile(
    r"iso8859-\d{1,2}|cp(?:125\d|437|850|852|866|874|932|949|950)|koi8-[rut]|mac-\w+|shift_jis\w*|euc_\w+|gb\w+|big5\w*"
)
"""As `codecs.lookup` names them: encodings of text in which ASCII is ASCII."""
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
UNKNOWN = "an unknown 8-bit encoding"
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


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


@dataclass(frozen=True)
class Encoding:
    """The way a text is stored. `name`: what a reader is told, a codec's name or `UNKNOWN`."""

    name: str = "utf-8"
    mark: bytes = b""
    """The byte order mark that stands before the text."""

    @property
    def codec(self) -> str:
        return "latin-1" if self.name == UNKNOWN else self.name

    def decode(self, content: bytes) -> str:
        """Raises `UnicodeDecodeError`."""
        return content.removeprefix(self.mark).decode(self.codec)

    def encode(self, text: str) -> bytes:
        """Raises `UnicodeEncodeError`."""
        return self.mark + text.encode(self.codec)


def encoding_of(path: str, content: bytes) -> Encoding | None:
    """A file's encoding, by its mark, its declaration or its bytes; None for what is no text."""
    found = next((Encoding(name, mark) for mark, name in _MARKS if content.startswith(mark)), None)
    if found is None and (name := _known(declared(path, content[:4_000].decode("latin-1")))):
        found = Encoding(name)
    for encoding in (found, Encoding()):
        if encoding is not None and _reads(encoding, content):
            return encoding
    return None if _CONTROLS.search(content) else Encoding(UNKNOWN)


def _reads(encoding: Encoding, content: bytes) -> bool:
    """Return whether the text is written back as the same bytes."""
    try:
        text = encoding.decode(content)
        return encoding.encode(text) == content and ("\0" not in text or encoding.name == "utf-8")
    except UnicodeError:
        return False


def _known(name: str) -> str:
    try:
        found = codecs.lookup(name).name if name else ""
    except (LookupError, ValueError):
        return ""
    return found if _KNOWN.fullmatch(found) else ""
