# ruff: noqa: E501  tables, read as a whole
"""Text that reads otherwise than it works is refused; text that people write in their own scripts is not."""

import pytest

from aurora.gates.hidden_characters import far, hidden
from aurora.gates.source_encoding import encodings

HIDDEN = [
    "\u202e", "\u2066", "\u200b", "\u2060", "\ufeff", "\U000e0041", "\u3164", "\uffa0", "\u115f", "\u1160", "\x1b", "\x08", "\x85", "\u2028",
    "\r", "\u200d", "\ufe0f", "\U000e0101", "\x7f", "\xad", "\u180e", "\u2800", "\f", "\v", "\u2063", "\u200e",
]  # fmt: skip


@pytest.mark.parametrize("char", HIDDEN, ids=lambda c: f"U+{ord(c):04X}")
@pytest.mark.parametrize("path", ["app.py", "app.ts", "main.go"])
def test_hidden_characters_are_refused_in_names_strings_and_comments(path: str, char: str) -> None:
    for text in (f"x{char} = 1\n", f'NAME = "a{char}b"\n', f"x = 1  # {char}y\n"):
        (found,) = hidden(path, text, "")
        assert f"U+{ord(char):04X}" in found.message and found.line == 1
        assert hidden(path, text, text) == (), "what the base holds may stay"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("t.py", "assert width('👩‍👩‍👧') == 2"), ("t.py", "x = '❤️'"), ("t.py", "K = '1️⃣'"), ("t.ts", "const s = `می‌خواهم`"),
        ("a.po", 'msgstr "می‌خواهم \u200f(1)"'), ("locales/fa.json", '{"a": "\u2068{n}\u2069"}'), ("README.md", "✅ ✔️ 👨‍💻"),
        ("t.py", '"🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"'), ("a.py", "# שלום עולם"), ("a.py", "x = 'हिन्\u200dदी'"),
        ("a.csv", "a,b\r\nc,d\r\n"), ("a.md", "葛\U000e0100飾"), ("a.py", '"""Ärger, naïve, 中文."""'), ("a.py", "x = 1\r\ny = 2\r\n"),
    ],
)  # fmt: skip
def test_scripts_emoji_and_translations_are_no_trouble(path: str, text: str) -> None:
    assert hidden(path, text, "") == ()


def test_one_more_of_what_the_base_holds_is_refused() -> None:
    assert hidden("a.py", "# \u200b\n# \u200b\n", "# \u200b\n")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.py", "# coding: raw_unicode_escape\nx = 1\n"), ("a.py", "# -*- coding: utf-7 -*-\n"), ("a.py", "\ufeff# coding=latin-1\n"),
        ("a.py", "#!/usr/bin/env python\n# vim: set fileencoding=rot13 :\n"), ("bin/run", "#!/usr/bin/python\n# coding: cp037\n"),
        ("a.xml", '<?xml version="1.0" encoding="utf-7"?>'),
    ],
)  # fmt: skip
def test_a_declared_encoding_other_than_utf_8_is_refused(path: str, text: str) -> None:
    assert list(encodings(path, text, ""))
    assert list(encodings(path, text, text)) == []


@pytest.mark.parametrize(
    "text", ["# -*- coding: utf-8 -*-\n", "# coding: UTF8\n", "x = 1\ny = 2\n# coding: latin-1\n", ""]
)
def test_utf_8_may_be_declared(text: str) -> None:
    assert list(encodings("a.py", text, "")) == []


def test_text_far_behind_blanks_is_hidden_unless_it_was_there() -> None:
    line = "x = 1" + " " * 150 + "; import os\n"
    assert [*far("a.py", line, "")] and [*far("a.ts", " " * 120 + "steal()\n", "")]
    assert [*far("a.py", line, line)] == [] and [*far("a.csv", line, "")] == []
    assert [*far("a.py", "x = 1" + " " * 60 + "# a remark\n" + " " * 200 + "\n", "")] == []
