import pytest
from hypothesis import given
from hypothesis import strategies as st

from aurora.gates.edit_checks import EditContext, check_edit
from aurora.toolchains.python.imports import imports_of
from tests.support.workspaces import workspace

CONTEXT = EditContext.of(workspace(), ("src/shop/app.py",))
BARE = EditContext()
AWS_KEY = "AKIA" + "QWERTYUIOPASDFGH"


def test_a_sound_edit_is_kept() -> None:
    assert check_edit("src/shop/app.py", "import fastapi\n", before="", context=CONTEXT) == ()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param("x = 1\ndef f(:\n", 2, id="invalid"),
        pytest.param("if x:\nprint(1)\n", 2, id="indentation"),
        pytest.param("x = '\n", 1, id="open string"),
        pytest.param("f(" * 2000 + ")" * 2000, 1, id="too deep"),
        pytest.param("x = " + "-" * 200_000 + "1", 1, id="far too deep"),
        pytest.param("x = " + "1" * 5000, 1, id="integer too long"),
        pytest.param("type X = int\n", 1, id="newer Python"),
    ],
)
def test_a_broken_syntax_is_refused_with_its_line(text: str, line: int) -> None:
    (found,) = check_edit("src/shop/app.py", text, before="", context=CONTEXT)
    assert (found.check, found.line) == ("syntax", line)


def test_a_file_that_was_broken_before_may_be_mended_in_steps() -> None:
    assert check_edit("a.py", "def f(:\n  x\n", before="def f(:\n", context=CONTEXT) == ()


def test_an_invalid_escape_is_not_an_error_here() -> None:
    assert check_edit("a.py", "x = '\\d'\n", before="", context=CONTEXT) == ()


def test_imports_are_judged_together_with_the_rest() -> None:
    text = f"import requests\nkey = '{AWS_KEY}'\n"
    found = check_edit("src/shop/app.py", text, before="", context=CONTEXT)
    assert {f.check for f in found} == {"secrets", "bill_of_materials"}


def test_a_text_that_is_not_python_is_not_parsed() -> None:
    assert check_edit("README.md", "import requests (", before=None, context=CONTEXT) == ()


@pytest.mark.parametrize(
    "secret",
    [
        pytest.param("-----BEGIN RSA PRIVATE KEY-----", id="private key"),
        pytest.param("-----BEGIN PRIVATE KEY-----", id="pkcs8"),
        pytest.param(AWS_KEY, id="aws"),
        pytest.param("ghp_" + "a1B2" * 9, id="github"),
        pytest.param("xoxb-" + "123456789012-abcdef", id="slack"),
        pytest.param("sk-ant-" + "api03-" + "x" * 40, id="anthropic"),
        pytest.param("sk-proj-" + "x" * 48, id="openai"),
        pytest.param("AIza" + "S" * 35, id="google"),
        pytest.param("glpat-" + "a" * 20, id="gitlab"),
    ],
)
def test_a_credential_is_refused_and_not_repeated(secret: str) -> None:
    (found,) = check_edit("config.txt", f"a\nb = '{secret}'\n", before="a\n", context=BARE)
    assert (found.check, found.line) == ("secrets", 2)
    assert secret not in found.message


@pytest.mark.parametrize(
    "harmless", ["AKIAIOSFODNN7EXAMPLE", "sk-learn", "sk-test", "ghp_short", "a" * 64, "task-" + "a" * 40]
)
def test_what_only_resembles_a_credential_is_kept(harmless: str) -> None:
    assert check_edit("config.txt", harmless, before=None, context=BARE) == ()


def test_a_credential_that_was_there_before_does_not_block_but_a_second_one_does() -> None:
    assert check_edit("c.txt", f"{AWS_KEY}\nmore", before=AWS_KEY, context=BARE) == ()
    assert len(check_edit("c.txt", f"{AWS_KEY}\n{AWS_KEY}", before=AWS_KEY, context=BARE)) == 1


@pytest.mark.parametrize(
    ("text", "check"),
    [("a\0b", "text"), ("a\ud800", "text"), ("é" * 1_100_000, "size"), ("x = '\u202e'", "hidden_characters")],
)
def test_what_no_source_file_should_hold_is_refused(text: str, check: str) -> None:
    (found,) = check_edit("a.txt", text, before="", context=BARE)
    assert found.check == check


def test_a_large_file_may_shrink() -> None:
    assert check_edit("a.txt", "x" * 2_100_000, before="x" * 2_200_000, context=BARE) == ()


@given(st.text(max_size=300), st.text(max_size=300) | st.none())
def test_no_text_crashes_the_checks(text: str, before: str | None) -> None:
    for path in ("a.py", "a.txt"):
        check_edit(path, text, before=before, context=CONTEXT)


@given(st.text(max_size=300))
def test_a_text_is_never_trouble_against_itself(text: str) -> None:
    assert check_edit("src/shop/app.py", text, before=text, context=CONTEXT) == ()


@given(
    st.lists(
        st.sampled_from(["import ", "from ", "a", ".", " as ", "\n", "try:\n ", "except ImportError:\n ", "(", ","])
    )
)
def test_imports_are_found_in_any_text(parts: list[str]) -> None:
    assert all(found.line >= 1 and found.top for found in imports_of("".join(parts)))


MARKED = "\ufeff"


@pytest.mark.parametrize(
    ("text", "checks"),
    [
        pytest.param("import fastapi\n", [], id="sound"),
        pytest.param("def f(:\n", ["syntax"], id="broken"),
        pytest.param("import requests\n", ["bill_of_materials"], id="an import on its first line"),
    ],
)
def test_a_file_that_begins_with_a_byte_order_mark_is_judged_like_any_other(text: str, checks: list[str]) -> None:
    before = MARKED + "x = 1\n"
    found = check_edit("src/shop/app.py", MARKED + text, before=before, context=CONTEXT)
    assert [one.check for one in found] == checks
