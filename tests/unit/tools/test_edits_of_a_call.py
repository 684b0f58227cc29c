"""Several edits in one call, insertion after a line, every occurrence; all are made or none is."""

import pytest

from tests.support.tools_on import refused, tools_on, used

CODE = "def total(items):\n    return sum(items)\n\n\ndef count(items):\n    return len(items)\n"


async def test_several_edits_are_made_in_order_and_their_lines_are_told() -> None:
    on, tree = tools_on({"a.py": CODE})
    said = await used(
        on,
        "edit_file",
        path="a.py",
        edits=[
            {"old": "sum(items)", "new": "sum(\n        items\n    )"},
            {"old": "items", "new": "things", "all": True},
            {"new": "import os\n", "after_line": 0},
        ],
    )
    assert tree["a.py"].decode() == "import os\n" + CODE.replace("sum(items)", "sum(\n        items\n    )").replace(
        "items", "things"
    )
    assert said.startswith("changed a.py (9 lines), changed lines: ") and "3-5" in said


async def test_one_edit_that_can_not_be_made_undoes_the_others() -> None:
    on, tree = tools_on({"a.py": CODE})
    edits = [{"old": "sum(items)", "new": "0"}, {"old": "nowhere(items)", "new": "1"}]
    said = await refused(on, "edit_file", path="a.py", edits=edits)
    assert said.startswith("Edit 2 of 2: `old` does not occur") and tree["a.py"].decode() == CODE


async def test_an_edit_beside_a_list_is_the_first_of_them() -> None:
    on, tree = tools_on({"a.py": "a = 1\n"})
    await used(on, "edit_file", path="a.py", old="a", new="b", edits=[{"old": "b", "new": "c"}])
    assert tree["a.py"] == b"c = 1\n"


@pytest.mark.parametrize(
    ("text", "line", "new", "after"),
    [
        pytest.param("a\nb\n", 1, "x", "a\nx\nb\n", id="in the middle"),
        pytest.param("a\nb\n", 2, "x\ny\n", "a\nb\nx\ny\n", id="at the end"),
        pytest.param("a\nb", 2, "x\n", "a\nb\nx", id="at an end without a newline"),
        pytest.param("a\r\nb\r\n", 1, "x\n", "a\r\nx\r\nb\r\n", id="CRLF"),
        pytest.param("", 0, "x", "x\n", id="empty file"),
        pytest.param("a\n", 0, "x", "x\na\n", id="at the top"),
    ],
)
async def test_lines_are_inserted_after_a_line(text: str, line: int, new: str, after: str) -> None:
    on, tree = tools_on({"a.py": text})
    await used(on, "edit_file", path="a.py", new=new, after_line=line)
    assert tree["a.py"].decode() == after


async def test_lines_are_counted_as_they_were_before_the_call() -> None:
    on, tree = tools_on({"a.py": "one\ntwo\nthree\n"})
    edits = [{"new": "after one", "after_line": 1}, {"new": "after two", "after_line": 2}, {"old": "thr", "new": "T"}]
    await used(on, "edit_file", path="a.py", edits=edits)
    assert tree["a.py"].decode() == "one\nafter one\ntwo\nafter two\nTee\n"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"old": "return", "new": "x"}, "occurs 2 times (at lines 2, 6); nothing was changed"),
        ({"old": "return", "new": "x"}, "`all: true`"),
        ({"new": "x", "after_line": 7}, "has 6 lines"),
        ({"new": "x", "after_line": -1}, "has 6 lines"),
        ({"old": "def", "new": "x", "after_line": 2}, "not both"),
        ({"old": "def"}, "lacks `new`"),
        ({"edits": []}, "holds no edit"),
        ({"edits": [{"old": "x"}]}, "in item 1 of `edits`, `new` is missing"),
        ({"edits": [{"old": "x", "new": 3}]}, "in item 1 of `edits`, `new` must be a string"),
        ({"edits": ["x"]}, "`edits` must be a list of objects"),
        ({"old": "def", "new": "x", "all": "yes"}, "`all` must be true or false"),
        ({"new": "x"}, "`old` is empty"),
    ],
)
async def test_an_edit_that_means_nothing_is_refused_with_what_is_wrong(given: dict[str, object], said: str) -> None:
    on, tree = tools_on({"a.py": CODE})
    assert said in await refused(on, "edit_file", path="a.py", **given)
    assert tree["a.py"].decode() == CODE


@pytest.mark.parametrize(
    ("text", "old", "hint"),
    [
        pytest.param("x = 'a'\n", 'x = "a"', "kind of quotes", id="quotes"),
        pytest.param("x = 'it\u2019s'\n", "x = 'it's'", "typographic", id="typographic quotes"),
        pytest.param("x = 'a\\nb'\n", "x = 'a\\\\nb'", "escaping", id="escaping"),
        pytest.param(CODE, "def count(items):\ndef total(items):", "not in this order", id="order"),
        pytest.param(CODE, "\ndef total(items):\n", "line breaks at its beginning or end", id="breaks"),
        pytest.param(CODE, "2\t    return sum(items)", "line numbers", id="numbers with a tab"),
        pytest.param("\tif x:\n", "    if x:", "Line 1 is '\\tif x:', and `old` has '    if x:'", id="what differs"),
    ],
)
async def test_a_miss_says_what_differs(text: str, old: str, hint: str) -> None:
    assert hint in await refused(tools_on({"a.py": text})[0], "edit_file", path="a.py", old=old, new="y")
