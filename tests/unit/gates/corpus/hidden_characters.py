# ruff: noqa: E501  tables, read as a whole
from tests.support.gate_cases import Case

HIDDEN = (
    "\u202e", "\u2066", "\u200b", "\u2060", "\ufeff", "\U000e0041", "\u3164", "\uffa0", "\u115f", "\u1160", "\x1b", "\x08", "\x85", "\u2028",
    "\r", "\u200d", "\ufe0f", "\U000e0101", "\x7f", "\xad", "\u180e", "\u2800", "\f", "\v", "\u2063", "\u200e",
)  # fmt: skip
FAR = "x = 1" + " " * 150 + "; import os\n"
BAD = [
    *(
        Case(f"U+{ord(char):04X} in {where} of {path}", path, text, line=1, says=f"U+{ord(char):04X}")
        for path in ("app.py", "app.ts", "main.go")
        for char in HIDDEN
        for where, text in (
            ("a name", f"x{char} = 1\n"),
            ("a string", f'NAME = "a{char}b"\n'),
            ("a comment", f"x = 1  # {char}y\n"),
        )
    ),
    Case("one more than before", "a.py", "# \u200b\n# \u200b\n", before="# \u200b\n", line=2),
    Case("far behind blanks", "a.py", FAR, says="blanks"),
    Case(
        "far behind blanks, beside one of the base",
        "a.py",
        FAR + "\n" + "y = 2" + " " * 150 + "; steal()\n",
        before=FAR,
        line=FAR.count("\n") + 2,
    ),
    Case(
        "far behind blanks, in place of one of the base",
        "a.py",
        "x = 1" + " " * 200 + "; steal()\n",
        before="x = 1" + " " * 200 + "# a remark\n",
    ),
    Case("far behind blanks at the beginning", "a.ts", " " * 120 + "steal()\n"),
]
GOOD = [
    Case(f"{path}: {text}", path, text)
    for path, text in (
        ("t.py", "assert width('👩‍👩‍👧') == 2"), ("t.py", "x = '❤️'"), ("t.py", "K = '1️⃣'"), ("t.ts", "const s = `می‌خواهم`"),
        ("a.po", 'msgstr "می‌خواهم \u200f(1)"'), ("locales/fa.json", '{"a": "\u2068{n}\u2069"}'), ("README.md", "✅ ✔️ 👨‍💻"),
        ("t.py", '"🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"'), ("a.py", "# שלום עולם"), ("a.py", "x = 'हिन्\u200dदी'"),
        ("a.csv", "a,b\r\nc,d\r\n"), ("a.md", "葛\U000e0100飾"), ("a.py", '"""Ärger, naïve, 中文."""'), ("a.py", "x = 1\r\ny = 2\r\n"),
        ("a.csv", FAR), ("a.py", "x = 1" + " " * 60 + "# a remark\n" + " " * 200 + "\n"),
    )
]  # fmt: skip
OLD = [
    *(Case(f"U+{ord(char):04X}", "app.py", f"y = 1\nx{char} = 1\n", before=f"x{char} = 1\n") for char in HIDDEN),
    Case("far behind blanks", "a.py", "y = 1\n" + FAR, before=FAR),
]
