"""A file as a tool reads and writes it: text for the model, and its own encoding, mark and line ends on the disk."""

from dataclasses import dataclass

from aurora.encodings import UNKNOWN, Encoding, encoding_of
from aurora.errors import ToolRefusal
from aurora.tools.line_ends import Lines


@dataclass(frozen=True)
class TextFile:
    """`text` has the file's own line ends and no byte order mark."""

    path: str
    text: str
    encoding: Encoding

    @classmethod
    def of(cls, path: str, content: bytes) -> "TextFile":
        """Raises `ToolRefusal` for what is no text."""
        encoding = encoding_of(path, content)
        if encoding is None:
            raise ToolRefusal(f"{path} is not text ({len(content)} bytes, binary); it can't be read or edited here.")
        return cls(path, encoding.decode(content), encoding)

    def encoded(self, after: str) -> bytes:
        """`after` as the file has it. Raises `ToolRefusal` for characters that its encoding has not."""
        if self.encoding.name == UNKNOWN:
            strange = sorted({c for c in after if not c.isascii()} - set(self.text))
            if strange:
                raise ToolRefusal(
                    f"{self.path} is not UTF-8 and does not say what it is: of letters beyond ASCII it can only keep "
                    f"those it has; {''.join(strange[:10])!r} can't be written. Nothing was changed."
                )
        try:
            return self.encoding.encode(after)
        except UnicodeEncodeError as error:
            if self.encoding.name.startswith("utf"):
                raise
            line = after.count("\n", 0, error.start) + 1
            raise ToolRefusal(
                f"{self.path} is stored as {self.encoding.name}, which has no {after[error.start]!r} (line {line}). "
                "Nothing was changed: write it as an escape, or in letters that the encoding has."
            ) from error

    @property
    def note(self) -> str:
        """The note for a reader about the bytes; empty for what is usual."""
        ends = set(Lines.of(self.text).ends)
        said = [f"encoding {self.encoding.name}"] if self.encoding.name != "utf-8" else []
        if self.encoding.name == "utf-8" and self.encoding.mark:
            said.append("begins with a byte order mark")
        if len(ends) > 1:
            said.append("mixed line ends")
        elif "\r\n" in ends:
            said.append("CRLF line ends")
        return f"[{', '.join(said)}: edits keep that]" if said else ""
