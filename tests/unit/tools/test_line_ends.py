"""The bytes that an edit does not name stay as they are: line ends one by one, encoding, mark and final newline."""

import difflib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aurora.encodings import UNKNOWN, encoding_of
from aurora.tools.line_ends import Lines, kept
from tests.support.tools_on import refused, tools_on, used

XML = '<?xml version="1.0" encoding="ISO-8859-15"?>\n<NAME>€</NAME>\n'
CRLF = b"import os\r\n\r\n\r\ndef a():\r\n    return 1\r\n\r\n\r\ndef b():\r\n    return 2\r\n"


def changed_lines(before: bytes, after: bytes) -> list[bytes]:
    """Lines of a diff of the bytes, as git would show them."""
    a, b = (list(map(repr, text.splitlines(keepends=True))) for text in (before, after))
    return [line.encode() for line in difflib.ndiff(a, b) if line[0] in "+-"]


async def test_lf_sent_for_a_crlf_file_changes_only_the_lines_it_changes() -> None:
    on, tree = tools_on({"a.py": CRLF})
    await used(
        on, "edit_file", path="a.py", old="    return 1\n\n\ndef b():\n", new="    x = 1\n    return x\n\n\ndef b():\n"
    )
    assert tree["a.py"] == CRLF.replace(b"    return 1\r\n", b"    x = 1\r\n    return x\r\n")
    whole = CRLF.replace(b"return 2", b"return 3").replace(b"\r\n", b"\n").decode()
    on, tree = tools_on({"a.py": CRLF})
    await used(on, "write_file", path="a.py", content=whole)
    assert tree["a.py"] == CRLF.replace(b"return 2", b"return 3")


async def test_crlf_sent_for_an_lf_file_stays_lf() -> None:
    plain = CRLF.replace(b"\r\n", b"\n")
    on, tree = tools_on({"a.py": plain})
    await used(on, "edit_file", path="a.py", old="    return 1\r\n\r\n", new="    return 3\r\n\r\n")
    assert tree["a.py"] == plain.replace(b"return 1", b"return 3")


async def test_mixed_line_ends_are_kept_line_by_line() -> None:
    mixed = b"a = 1\r\nb = 2\nc = 3\r\nd = 4\ne = 5\r\n"
    for tool, given_to_it in (
        ("edit_file", {"old": "b = 2\nc = 3\nd = 4\n", "new": "b = 2\nc = 30\nd = 4\n"}),
        ("write_file", {"content": "a = 1\nb = 2\nc = 30\nd = 4\ne = 5\n"}),
    ):
        on, tree = tools_on({"a.py": mixed})
        await used(on, tool, path="a.py", **given_to_it)
        assert len(changed_lines(mixed, tree["a.py"])) == 2
        assert b"b = 2\nc = 30" in tree["a.py"] and tree["a.py"].endswith(b"d = 4\ne = 5\r\n")


@pytest.mark.parametrize(
    ("before", "sent", "after"),
    [
        pytest.param(b"a\nb", "c\nb\n", b"c\nb", id="none stays none"),
        pytest.param(b"a\nb\n", "c\nb", b"c\nb\n", id="one stays one"),
        pytest.param(b"a\r\nb\r\n", "c\nb", b"c\r\nb\r\n", id="one stays one, CRLF"),
        pytest.param(b"a\nb", "a\nb\n", b"a\nb\n", id="nothing but a final newline is what is meant"),
        pytest.param(b"a\r\nb", "a\nb\n", b"a\r\nb\r\n", id="likewise, CRLF"),
        pytest.param(b"a\nb\n", "a\r\nb\r\n", b"a\r\nb\r\n", id="nothing but line ends is what is meant"),
    ],
)
async def test_a_final_newline_or_none_is_kept(before: bytes, sent: str, after: bytes) -> None:
    on, tree = tools_on({"a.txt": before})
    await used(on, "write_file", path="a.txt", content=sent)
    assert tree["a.txt"] == after


@pytest.mark.parametrize(
    ("path", "content", "name"),
    [
        pytest.param("l.py", '# -*- coding: latin-1 -*-\nNAME = "café"\n'.encode("latin-1"), "iso8859-1", id="cookie"),
        pytest.param("v.py", '# vim: set fileencoding=cp1251 :\nNAME = "имя"\n'.encode("cp1251"), "cp1251", id="vim"),
        pytest.param("data/x.xml", XML.encode("iso8859-15"), "iso8859-15", id="xml"),
        pytest.param("b.py", b"\xef\xbb\xbfNAME = 1\r\n", "utf-8", id="byte order mark"),
        pytest.param("u.txt", b"\xff\xfe" + "NAME = ü\r\n".encode("utf-16-le"), "utf-16-le", id="UTF-16 LE"),
        pytest.param("w.txt", b"\xfe\xff" + "NAME = ü\n".encode("utf-16-be"), "utf-16-be", id="UTF-16 BE"),
        pytest.param("c.csv", b"NAME;caf\xe9\nb;2\n", UNKNOWN, id="says nothing"),
        pytest.param("s.py", "# coding: shift_jis\nNAME = '名'\n".encode("shift_jis"), "shift_jis", id="two bytes"),
    ],
)  # fmt: skip
async def test_an_encoding_is_kept_and_told(path: str, content: bytes, name: str) -> None:
    on, tree = tools_on({path: content})
    shown = await used(on, "read_file", path=path)
    assert "NAME" in shown and "\ufeff" not in shown and (name == "utf-8" or name in shown.split("\n")[0])
    await used(on, "edit_file", path=path, old="NAME", new="LABEL", all=True)
    encoding = encoding_of(path, content)
    assert encoding is not None and encoding.name == name
    assert tree[path] == encoding.encode(encoding.decode(content).replace("NAME", "LABEL"))


async def test_letters_that_an_encoding_has_not_are_refused_by_name() -> None:
    on, tree = tools_on({"l.py": b"# coding: latin-1\nNAME = 'caf\xe9'\n", "c.csv": b"caf\xe9\n"})
    assert "iso8859-1, which has no '€' (line 2)" in await refused(on, "edit_file", path="l.py", old="caf", new="€")
    said = await refused(on, "edit_file", path="c.csv", old="caf", new="ü")
    assert "not UTF-8 and does not say what it is" in said and tree["c.csv"] == b"caf\xe9\n"
    await used(on, "edit_file", path="c.csv", old="caf", new="éclair ")
    assert tree["c.csv"] == b"\xe9clair \xe9\n"


async def test_letters_are_added_in_the_declared_encoding_to_a_file_of_plain_ascii() -> None:
    on, tree = tools_on({"l.py": b"# coding: latin-1\nNAME = 'cafe'\n"})
    await used(on, "edit_file", path="l.py", old="cafe", new="café")
    assert tree["l.py"] == b"# coding: latin-1\nNAME = 'caf\xe9'\n"


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n\x00\xff", b"\xff\xfe\x00", b"\xd8\x00\xff\x01"])
async def test_what_is_no_text_is_said_to_be_none(content: bytes) -> None:
    said = await refused(tools_on({"a.bin": content})[0], "read_file", path="a.bin")
    assert "not text" in said and "binary" in said


async def test_an_encoding_that_hides_text_is_not_followed() -> None:
    """`+ADw-` is `<` in UTF-7: a reader of the file sees what git shows."""
    on, _ = tools_on({"a.py": b"# coding: utf-7\nx = '+ADw-'\n"})
    assert "+ADw-" in await used(on, "read_file", path="a.py")


LINE = st.sampled_from(["a", "b", "", "x = 1", "é"])
TEXT = st.lists(st.tuples(LINE, st.sampled_from(["\n", "\r\n", "\r"])), max_size=8).map(
    lambda lines: "".join(f"{line}{end}" for line, end in lines)
)


@given(TEXT, LINE)
def test_a_text_is_itself_again(text: str, last: str) -> None:
    assert str(Lines.of(text + last)) == text + last


@given(TEXT, st.data())
def test_a_splice_touches_no_end_of_another_line(text: str, data: st.DataObject) -> None:
    lines = Lines.of(text)
    start = data.draw(st.integers(0, len(lines.plain)))
    stop = data.draw(st.integers(start, len(lines.plain)))
    new = data.draw(st.sampled_from(["", "n", "n\n", "n\nm", "\n"]))
    before, ends = lines.plain, list(lines.ends)
    lines.replace([(start, stop, new)])
    assert lines.plain == before[:start] + new + before[stop:]
    head, tail = before.count("\n", 0, start), before.count("\n", stop)
    assert lines.ends[:head] == ends[:head]
    assert lines.ends[len(lines.ends) - tail :] == ends[len(ends) - tail :]
    assert len(lines.ends) == lines.plain.count("\n")


@example("a\ra\na\n", "a\n\na")
@given(TEXT, st.lists(LINE, max_size=8).map("\n".join))
def test_a_whole_new_text_has_its_own_words_and_the_old_ends(text: str, sent: str) -> None:
    def words(one: str) -> list[str]:
        return one.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n").split("\n")

    assert words(kept(text, sent)) == words(sent)


@pytest.mark.timeout(20)
async def test_every_occurrence_is_replaced_in_time_however_many_there_are() -> None:
    on, tree = tools_on({"a.txt": b"ab\r\n" * 60_000})
    said = await used(on, "edit_file", path="a.txt", old="b", new="cd", all=True)
    assert tree["a.txt"] == b"acd\r\n" * 60_000 and "changed lines: 1, 2, 3" in said
