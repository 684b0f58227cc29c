from aurora.gates.context import NOTHING
from tests.support.gate_cases import Case

BAD = [
    Case("a binary", "app/blob.py", b"\x00\x01"),
    Case("not UTF-8", "app/latin.py", b"# \xe9\n"),
    Case("too large to be read", "app/huge.py", None),
    Case("a NUL", "a.txt", "a\n\0b", line=2),
    Case("half a surrogate pair", "a.txt", "a\ud800"),
]
DECLARED = "# coding: latin-1\nx = 'cafe'\n"
GOOD = [
    Case(
        "letters in a file that declares their encoding",
        "app/l.py",
        DECLARED.replace("e'", "é'").encode("latin-1"),
        DECLARED,
    ),
    Case("a file that was removed", "app/old.py", None, "x", mode=NOTHING),
    Case("text", "a.txt", "é\n"),
    Case("nothing", "a.txt", b""),
    Case("emoji", "a.txt", "✅".encode()),
]
OLD = [Case("a NUL of the base", "a.txt", "a\0b", before="\0")]
