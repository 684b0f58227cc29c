import pytest
from hypothesis import given
from hypothesis import strategies as st

from aurora.errors import ToolRefusal
from aurora.tools.edit import apply, diff

CODE = "def total(items):\n    return sum(items)\n\n\ndef count(items):\n    return len(items)\n"


def refused(text: str, old: str, new: str = "anything") -> str:
    with pytest.raises(ToolRefusal) as caught:
        apply(text, old, new)
    return str(caught.value)


def test_the_one_match_is_replaced() -> None:
    assert apply(CODE, "sum(items)", "sum(i.price for i in items)").count("price") == 1


def test_several_matches_are_refused_with_their_lines() -> None:
    assert "occurs 2 times (at lines 2, 6)" in refused(CODE, "    return")


def test_every_match_is_replaced_when_that_is_asked_for() -> None:
    assert apply(CODE, "items", "things", expect_once=False).count("things") == 4


def test_no_match_shows_the_nearest_lines() -> None:
    said = refused(CODE, "    return sum(item)")
    assert "does not occur" in said
    assert "    2      return sum(items)" in said


def test_no_match_at_all_says_to_read_again() -> None:
    assert "read the file again" in refused(CODE, "qqqqqqqqqqqqqqqqqqqqqq")


@pytest.mark.parametrize(
    ("text", "old", "hint"),
    [
        pytest.param(CODE, "def total(items):\n  return sum(items)", "white space", id="indentation"),
        pytest.param("if x:\n\treturn 1\n", "if x:\n        return 1", "tabs and spaces", id="tabs"),
        pytest.param(CODE, "    1  def total(items):\n    2      return sum(items)", "line numbers", id="numbers"),
        pytest.param(CODE, "DEF total(items)", "upper and lower case", id="case"),
        pytest.param("x = 'a\u200bb'\n", "x = 'a\\u200bb'", "hidden characters", id="hidden"),
        pytest.param("x = 'caf\u00e9'\n", "x = 'cafe\u0301'", "Unicode", id="unicode"),
        pytest.param("", "x", "empty", id="empty file"),
    ],
)
def test_a_near_miss_says_what_differs(text: str, old: str, hint: str) -> None:
    assert hint in refused(text, old)


@pytest.mark.parametrize(("old", "new", "says"), [("", "x", "empty"), ("def", "def", "the same")])
def test_a_call_that_means_nothing_is_refused(old: str, new: str, says: str) -> None:
    assert says in refused(CODE, old, new)


def test_windows_line_ends_are_kept() -> None:
    text = CODE.replace("\n", "\r\n")
    changed = apply(text, "def total(items):\n    return sum(items)", "def total(items):\n    x = 1\n    return x")
    assert changed.count("\r\n") == CODE.count("\n") + 1
    assert "\n" not in changed.replace("\r\n", "")


def test_a_replacement_within_one_line_keeps_windows_line_ends_too() -> None:
    assert apply("a\r\nb\r\n", "b", "c\nd") == "a\r\nc\r\nd\r\n"


def test_lines_an_edit_does_not_name_keep_their_mixed_ends() -> None:
    assert apply("a\r\nb\nc\n", "b\nc", "x\ny") == "a\r\nx\ny\n"


def test_the_final_newline_is_kept() -> None:
    assert apply("a\nb\n", "b\n", "c") == "a\nc\n"
    assert apply("a\nb", "b", "c") == "a\nc"


def test_the_whole_text_may_be_deleted() -> None:
    assert apply("a\n", "a\n", "") == ""


def test_the_diff_shows_the_change_alone() -> None:
    shown = diff("a.py", CODE, CODE.replace("len(items)", "3"))
    assert "-    return len(items)\n+    return 3" in shown
    assert "sum" not in shown


def test_a_long_diff_is_cut_and_says_so() -> None:
    shown = diff("a", "", "\n".join(map(str, range(500))))
    assert len(shown.splitlines()) == 61
    assert "more lines" in shown


@given(st.text(max_size=200), st.text(min_size=1, max_size=20), st.text(max_size=20))
def test_no_text_crashes_an_edit(text: str, old: str, new: str) -> None:
    try:
        changed = apply(text, old, new)
    except ToolRefusal as refusal:
        assert str(refusal)
    else:
        assert changed != text or "\r" in text + old + new or text.endswith("\n")


@given(
    st.text(alphabet="ab\n ", max_size=60), st.text(alphabet="ab\n ", max_size=60), st.text(alphabet="xy", min_size=1)
)
def test_a_unique_passage_is_replaced_and_nothing_else(head: str, tail: str, new: str) -> None:
    changed = apply(f"{head}§{tail}", "§", new)
    assert changed == f"{head}{new}{tail}"


HIDING = "role = 'user\u202e'  # \u2066admin\nother = 1\n"


def test_an_edit_may_hold_the_marks_of_hidden_characters_and_keeps_them() -> None:
    assert apply(HIDING, "'user⟦U+202E⟧'", "'guest⟦U+202E⟧'") == HIDING.replace("user", "guest")
    assert apply(HIDING, "role = 'user⟦U+202E⟧'  # ⟦U+2066⟧admin", "role = 'user'") == "role = 'user'\nother = 1\n"


def test_a_mark_that_the_passage_does_not_hold_is_refused_with_what_to_do() -> None:
    with pytest.raises(ToolRefusal, match=r"⟦U\+200B⟧ in `new` stands for an invisible character"):
        apply(HIDING, "other = 1", "other = '⟦U+200B⟧'")


def test_a_file_that_spells_a_mark_itself_is_edited_as_it_reads() -> None:
    assert apply("MARK = '⟦U+202E⟧'\n", "'⟦U+202E⟧'", "'⟦U+202E⟧ x'") == "MARK = '⟦U+202E⟧ x'\n"
