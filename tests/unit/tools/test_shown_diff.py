"""A diff in a brief: whole where it fits, else cut by files, with every cut named."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activities.turns.brief import Brief, opening
from aurora.domain.frozen_tests import FrozenTests
from aurora.domain.questions import AnswerBook
from aurora.tools.shown_diff import fitted, split
from tests.support.workspaces import workspace


def change(path: str, lines: int, text: str = "line") -> str:
    body = "".join(f"+{text} {n}\n" for n in range(lines))
    return (
        f"diff --git a/{path} b/{path}\nnew file mode 100644\nindex 0000000..1111111\n--- /dev/null\n+++ b/{path}\n"
        f"@@ -0,0 +1,{lines} @@\n{body}"
    )


STUBS = change("app/services.py", 40, "def stub")


def test_a_diff_that_fits_is_shown_as_it_is():
    diff = STUBS + change("README.md", 3)
    assert fitted(diff, 60_000) == diff


def test_the_stubs_in_the_middle_survive_a_cut():
    diff = change("a.lock", 6_000) + STUBS + change("tests/test_big.py", 6_000)
    shown = fitted(diff, 20_000)
    assert STUBS in shown and len(shown) <= 20_000
    assert "[… shown in part: tests/test_big.py …]" in shown and "[… not shown for length: a.lock …]" in shown


def test_source_is_kept_before_tests_and_tests_before_other_files_and_those_before_generated_ones():
    names = ["docs/a.md", "package-lock.json", "src/a.ts", "src/a.test.ts"]
    shown = fitted("".join(change(name, 400) for name in names), 9_000)
    kept = [file.path for file in split(shown)[1]]
    assert kept[:2] == ["src/a.ts", "src/a.test.ts"] and "package-lock.json" not in kept
    assert all(name in shown.partition("diff --git")[0] for name in names[:2])


def test_one_large_file_does_not_push_the_small_ones_out():
    diff = change("app/big.py", 9_000) + "".join(change(f"app/m{n}.py", 20) for n in range(10))
    shown = fitted(diff, 30_000)
    assert all(change(f"app/m{n}.py", 20) in shown for n in range(10))
    assert "shown in part: app/big.py" in shown and "+line 0\n" in shown


def test_a_shortened_file_ends_at_a_line_and_says_so():
    shown = fitted(change("app/big.py", 9_000), 10_000)
    last, mark = shown.rstrip("\n").split("\n")[-2:]
    assert last.startswith("+line ") and last.removeprefix("+line ").isdigit()
    assert mark.startswith("[… ") and "the rest of this file is not shown" in mark


def test_files_shown_elsewhere_are_left_out_by_their_names_as_git_writes_them():
    odd = STUBS.replace("app/services.py", "tests/a b.py")
    quoted = STUBS.replace("a/app/services.py", '"a/tests/\\303\\251.py"').replace(
        "b/app/services.py", '"b/tests/\\303\\251.py"'
    )
    diff = change("tests/test_new.py", 5) + odd.replace("+++ b/tests/a b.py", "+++ b/tests/a b.py\t") + quoted + STUBS
    assert [file.path for file in split(diff)[1]][1:3] == ["tests/a b.py", "tests/é.py"]
    shown = fitted(diff, 60_000, elsewhere={"tests/test_new.py", "tests/a b.py", "tests/é.py"})
    assert shown == "[… 3 files shown elsewhere left out …]\n" + STUBS
    one = fitted(change("tests/test_new.py", 5) + STUBS, 60_000, elsewhere={"tests/test_new.py"})
    assert one.startswith("[… 1 file shown elsewhere left out …]\n")


def test_content_that_looks_like_a_files_beginning_begins_none():
    trap = change("app/a.py", 1, "diff --git a/x b/x\n+++ b/x")
    assert [file.path for file in split(trap.replace("\n+++ b/x 0", "\n++++ b/x 0"))[1]] == ["app/a.py"]


def test_modes_and_binary_files_have_their_paths_too():
    diff = (
        "diff --git a/run me.sh b/run me.sh\nold mode 100644\nnew mode 100755\n"
        "diff --git a/x.png b/x.png\nnew file mode 100644\nindex 0..1\nBinary files /dev/null and b/x.png differ\n"
        "diff --git a/gone.py b/gone.py\ndeleted file mode 100644\n--- a/gone.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n"
    )
    assert [file.path for file in split(diff)[1]] == ["run me.sh", "x.png", "gone.py"]


def test_what_was_cut_before_is_still_named_after_a_second_cut():
    stored = fitted(STUBS + change("docs/huge.md", 20_000) + change("docs/more.md", 20_000), 40_000)
    again = fitted(stored, 20_000)
    assert "docs/huge.md" in again and "docs/more.md" in again and STUBS in again and len(again) <= 20_000


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a.py", "t/test_a.py", "x.md", "yarn.lock", "é b.ts"]),
            st.integers(0, 400),
            st.text(max_size=9),
        ),
        max_size=9,
    ),
    st.integers(0, 9_000),
)
def test_the_bound_holds_and_the_same_diff_gives_the_same_bytes(files, limit):
    diff = "".join(change(path, lines, text.replace("\n", "")) for path, lines, text in files)
    shown = fitted(diff, limit)
    assert len(shown) <= limit and shown == fitted(diff, limit)


@given(st.text(), st.integers(0, 50))
def test_any_text_is_taken_for_a_diff_without_an_error(text, limit):
    assert len(fitted(text + "\ndiff --git " + text + '\n+++ "' + text + '\\9"\n@@ ', limit)) <= limit


def test_the_brief_shows_frozen_tests_once_and_names_those_too_long_for_it():
    long = "x = 1\n" * 20_000
    frozen = FrozenTests(
        files={"tests/test_new.py": "0", "tests/test_long.py": "1"},
        test_ids=(),
        red=("tests/test_new.py::test_a",),
        texts={"tests/test_new.py": "def test_a(): ...\n", "tests/test_long.py": long},
    )
    diff = change("tests/test_new.py", 1, "def test_a(): ...") + change("tests/test_long.py", 9_000) + STUBS
    reported = opening(Brief(workspace=workspace(), answers=AnswerBook(), listing="", frozen=frozen, diff=diff))
    assert reported.count("def test_a(): ...") == 1 and STUBS.rstrip() in reported
    assert "1 frozen file too long to show here, read them with read_file: `tests/test_long.py`." in reported


@pytest.mark.parametrize("number", [1, 5_000])
def test_more_names_than_fit_are_counted(number):
    diff = "".join(change(f"docs/page_{n:04d}.md", 2) for n in range(number))
    shown = fitted(diff, 500 if number > 1 else 100)
    assert len(shown) <= 500 and (number == 1 or "more …]" in shown)
