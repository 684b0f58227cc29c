"""The output of read_file, search_code and list_files ends at a whole line, and counts its omissions truly."""

import re
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aurora.labelled import unlabelled
from aurora.output import REDACTED
from aurora.ports import Box
from aurora.tools.file_window import lines_of
from aurora.tools.path_policy import PathPolicy
from aurora.tools.result_text import RESULT_CHARS
from aurora.tools.schemas import CATALOGUE
from aurora.tools.tool_executor import ToolExecutor
from tests.support.fakes import NoChecks
from tests.support.memory_box import MemoryBox, MemorySandbox

KEY = (
    "-----BEGIN PRIVATE KEY-----\n"
    + "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\n" * 20
    + ("-----END PRIVATE KEY-----\n")
)


def executor(**files: str | bytes) -> ToolExecutor:
    sandbox = MemorySandbox()
    sandbox.tree = {path.replace("__", "/"): t.encode() if isinstance(t, str) else t for path, t in files.items()}
    return ToolExecutor(cast(Box, MemoryBox(sandbox, cast(Any, None))), PathPolicy(), NoChecks())


async def content(on: ToolExecutor, tool: str, **given: Any) -> str:
    """The content of a call's result, without the tags that label it as data."""
    numbered = {"line_numbers": True} if tool == "read_file" else {}
    text, is_error = await on.use(tool, {**numbered, **given})
    assert not is_error, text
    assert len(text) <= RESULT_CHARS
    return unlabelled(text)


def numbers(text: str) -> list[int]:
    return [int(n) for n in re.findall(r"(?m)^ *(\d+)  ", text)]


def following(text: str) -> int:
    found = re.search(r"\n\[… \d+ more lines; next start_line (\d+) …\]$", text)
    return int(found[1]) if found else 0


@pytest.mark.parametrize("width", [3, 40, 300, 5_000])
async def test_paging_through_a_file_gives_every_line_once(width: int) -> None:
    on = executor(**{"a.py": "".join(f"{n:03d}{'x' * width}\n" for n in range(1, 701 if width < 1_000 else 20))})
    seen: list[int] = []
    start = 1
    while start:
        text = await content(on, "read_file", path="a.py", start_line=start)
        seen += numbers(text)
        start = following(text)
    assert seen == list(range(1, 701 if width < 1_000 else 20))


async def test_a_line_longer_than_a_window_is_begun_and_its_rest_counted() -> None:
    on = executor(**{"a.js": "first\n" + "y" * 50_000 + "\nlast\n"})
    text = await content(on, "read_file", path="a.js", start_line=1)
    assert numbers(text) == [1] and following(text) == 2
    text = await content(on, "read_file", path="a.js", start_line=2)
    assert "[… this line has 50000 characters; those that follow can't be shown …]" in text and following(text) == 3
    assert await content(on, "read_file", path="a.js", start_line=3) == "    3  last"


@pytest.mark.parametrize(
    ("given", "shown", "next_line"),
    [
        pytest.param({"start_line": 3, "end_line": 5}, [3, 4, 5], 6, id="some lines"),
        pytest.param({"start_line": 9, "end_line": 400}, [9, 10], 0, id="past the end"),
        pytest.param({"start_line": 4, "end_line": 4}, [4], 5, id="one line"),
        pytest.param({"end_line": 2}, [1, 2], 3, id="no start"),
        pytest.param({"start_line": -7, "end_line": 0}, list(range(1, 11)), 0, id="neither says anything"),
        pytest.param({"start_line": 10, "end_line": 10**30}, [10], 0, id="huge"),
        pytest.param({"start_line": None, "end_line": None}, list(range(1, 11)), 0, id="null"),
    ],
)
async def test_end_line_bounds_a_window(given: dict[str, Any], shown: list[int], next_line: int) -> None:
    on = executor(**{"a.py": "".join(f"x = {n}\n" for n in range(10))})
    text = await content(on, "read_file", path="a.py", **given)
    assert (numbers(text), following(text)) == (shown, next_line)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"start_line": 11}, "has 10 lines"),
        ({"start_line": 10**40}, "has 10 lines"),
        ({"start_line": 5, "end_line": 4}, "before start_line 5"),
        ({"start_line": True}, "`start_line` must be a whole number"),
        ({"end_line": 1.5}, "`end_line` must be a whole number"),
        ({"end_line": "last"}, "`end_line` must be a whole number"),
    ],
)
async def test_lines_that_are_none_are_refused_with_what_there_is(given: dict[str, Any], said: str) -> None:
    text, is_error = await executor(**{"a.py": "x\n" * 10}).use("read_file", {"path": "a.py", **given})
    assert is_error and said in text


async def test_lines_are_numbered_as_linters_number_them() -> None:
    text = await content(executor(**{"a.py": "a\f\u2028b\nc\r\nd\re\n"}), "read_file", path="a.py")
    assert text == "[mixed line ends: edits keep that]\n    1  a⟦U+000C⟧⟦U+2028⟧b\n    2  c\n    3  d\n    4  e"


async def test_lines_without_numbers_stand_as_in_the_file_and_say_where_they_begin() -> None:
    on = executor(**{"a.py": "".join(f"x = {n}\n" for n in range(9))})
    assert await content(on, "read_file", path="a.py", line_numbers=False, end_line=2) == (
        "x = 0\nx = 1\n[… 7 more lines; next start_line 3 …]"
    )
    text = await content(on, "read_file", path="a.py", line_numbers=False, start_line=8)
    assert text == "[from line 8 of 9]\nx = 7\nx = 8"


async def test_an_empty_file_says_that_it_is() -> None:
    assert await content(executor(**{"a.py": ""}), "read_file", path="a.py") == "a.py is empty."


@pytest.mark.parametrize("start", [1, 5, 12, 22])
async def test_a_key_is_hidden_wherever_a_window_begins_or_ends_in_it_and_the_lines_keep_their_numbers(
    start: int,
) -> None:
    on = executor(**{"deploy.md": "top\n" + KEY + "bottom\n"})
    for end in (start + 3, 0):
        assert "MIIE" not in await content(on, "read_file", path="deploy.md", start_line=start, end_line=end)
    assert "   24  bottom" in await content(on, "read_file", path="deploy.md")


async def test_a_line_of_a_key_that_a_search_finds_is_hidden() -> None:
    assert "MIIE" not in await content(executor(**{"k.pem": KEY}), "search_code", pattern="MII")


async def test_a_secret_that_the_width_of_a_match_would_cut_in_half_is_hidden() -> None:
    line = "x" * 215 + " ghp_" + "a1" * 20
    text = await content(executor(**{"a.py": line}), "search_code", pattern="ghp")
    assert "a1a1" not in text and REDACTED[:5] in text


async def test_hidden_characters_are_shown_in_matches() -> None:
    text = await content(executor(**{"a.py": "x = '\u202e'\n"}), "search_code", pattern="x")
    assert text == "a.py:1: x = '⟦U+202E⟧'"


async def test_a_search_says_how_many_matches_it_left_out() -> None:
    on = executor(**{"a.py": "".join(f"value = {n} {'#' * 60}\n" for n in range(900))})
    text = await content(on, "search_code", pattern="value")
    *lines, last = text.split("\n")
    left = 900 - len(lines)
    said = f"[… 900 matches in 1 file; not shown: a.py ({left}); narrow the pattern or the glob …]"
    assert last == said and len(lines) > 80
    assert all(line.startswith("a.py:") and line.endswith("#") for line in lines)


async def test_a_search_that_ended_early_says_so() -> None:
    on = executor(**{f"{n:03d}.py": "x\n" * 200 for n in range(60)})
    text = await content(on, "search_code", pattern="x")
    assert "[… more than 5000 matches in 25 files; not shown: 000.py (196)" in text


async def test_a_list_ends_at_a_whole_path() -> None:
    on = executor(**{f"src/{'deep_' * 20}{n}.py": "" for n in range(300)})
    lines = (await content(on, "list_files", glob="**")).split("\n")
    assert lines[-1] == f"[… {300 - (len(lines) - 1)} more files; narrow the glob …]"
    assert all(line.endswith(".py  0") for line in lines[:-1])


ODD = st.one_of(
    st.none(), st.booleans(), st.integers(), st.integers(10**17, 10**18), st.floats(), st.text(max_size=30),
    st.sampled_from(["a.py", "../a.py", "/etc/passwd", "a.py\0", "\ud800", "**", "[", "{a,b", "(", "(?P<", "\\", "~"]),
    st.lists(st.text(max_size=5), max_size=3), st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)  # fmt: skip


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(["read_file", "list_files", "search_code"]), st.data())
async def test_any_input_is_answered_or_refused_in_bounds(tool: str, data: st.DataObject) -> None:
    names = sorted(CATALOGUE[tool]["input_schema"]["properties"])
    asked = data.draw(st.dictionaries(st.sampled_from([*names, "other"]), ODD, max_size=4))
    if isinstance(pattern := asked.get("pattern"), str):
        try:
            re.compile(pattern)
        except (re.error, OverflowError, RecursionError):
            return  # the box refuses it; the one in memory knows no refusals
    text, is_error = await executor(**{"a.py": "x = 1\n" * 20, "b/é.bin": b"\xff\0"}).use(tool, asked)
    assert isinstance(text, str) and text and len(text) <= RESULT_CHARS and isinstance(is_error, bool)


@given(st.text())
def test_lines_joined_are_the_text_again(text: str) -> None:
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    assert "\n".join(lines_of(text)) == plain.removesuffix("\n")
