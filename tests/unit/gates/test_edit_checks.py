import pytest
from hypothesis import given
from hypothesis import strategies as st

from aurora.domain.findings import Finding
from aurora.gates import edit_checks
from aurora.toolchains.language import Edit
from aurora.toolchains.node.language import NODE
from aurora.toolchains.python.imports import imports_of
from aurora.toolchains.python.language import PYTHON
from tests.support.workspaces import workspace

WORKSPACE = workspace()
AWS_KEY = "AKIA" + "QWERTYUIOPASDFGH"


def check_edit(path: str, text: str, *, before: str | None) -> tuple[Finding, ...]:
    return edit_checks.check_edit(PYTHON, WORKSPACE, Edit(path, before, text, ("src/shop/app.py",)))


def test_a_sound_edit_is_kept() -> None:
    assert check_edit("src/shop/app.py", "import fastapi\n", before="") == ()


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
    (found,) = check_edit("src/shop/app.py", text, before="")
    assert (found.check, found.line) == ("syntax", line)


def test_a_file_that_was_broken_before_may_be_mended_in_steps() -> None:
    assert check_edit("a.py", "def f(:\n  x\n", before="def f(:\n") == ()


def test_an_invalid_escape_is_not_an_error_here() -> None:
    assert check_edit("a.py", "x = '\\d'\n", before="") == ()


def test_imports_are_judged_together_with_the_rest() -> None:
    text = f"import requests\nkey = '{AWS_KEY}'\n"
    found = check_edit("src/shop/app.py", text, before="")
    assert {f.check for f in found} == {"secrets", "bill_of_materials"}


def test_a_text_that_is_not_python_is_not_parsed() -> None:
    assert check_edit("README.md", "import requests (", before=None) == ()


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
    (found,) = check_edit("config.txt", f"a\nb = '{secret}'\n", before="a\n")
    assert (found.check, found.line) == ("secrets", 2)
    assert secret not in found.message


@pytest.mark.parametrize(
    "harmless", ["AKIAIOSFODNN7EXAMPLE", "sk-learn", "sk-test", "ghp_short", "a" * 64, "task-" + "a" * 40]
)
def test_what_only_resembles_a_credential_is_kept(harmless: str) -> None:
    assert check_edit("config.txt", harmless, before=None) == ()


def test_a_credential_that_was_there_before_does_not_block_but_a_second_one_does() -> None:
    assert check_edit("c.txt", f"{AWS_KEY}\nmore", before=AWS_KEY) == ()
    assert len(check_edit("c.txt", f"{AWS_KEY}\n{AWS_KEY}", before=AWS_KEY)) == 1


@pytest.mark.parametrize(
    ("text", "check"),
    [("a\0b", "text"), ("a\ud800", "text"), ("é" * 1_100_000, "size"), ("x = '\u202e'", "hidden_characters")],
)
def test_what_no_source_file_should_hold_is_refused(text: str, check: str) -> None:
    (found,) = check_edit("a.txt", text, before="")
    assert found.check == check


def test_a_large_file_may_shrink() -> None:
    assert check_edit("a.txt", "x" * 2_100_000, before="x" * 2_200_000) == ()


@given(st.text(max_size=300), st.text(max_size=300) | st.none())
def test_no_text_crashes_the_checks(text: str, before: str | None) -> None:
    for path in ("a.py", "a.txt"):
        check_edit(path, text, before=before)


@given(st.text(max_size=300))
def test_a_text_is_never_trouble_against_itself(text: str) -> None:
    assert check_edit("src/shop/app.py", text, before=text) == ()


@given(
    st.lists(
        st.sampled_from(["import ", "from ", "a", ".", " as ", "\n", "try:\n ", "except ImportError:\n ", "(", ","])
    )
)
def test_imports_are_found_in_any_text(parts: list[str]) -> None:
    assert all(found.line >= 1 and found.top for found in imports_of("".join(parts)))


def test_nothing_of_a_node_project_stands_among_installed_packages() -> None:
    edit = Edit("node_modules/axios/index.js", None, "module.exports = 1;\n")
    (found,) = edit_checks.check_edit(NODE, workspace(language="node", runner="vitest"), edit)
    assert found.check == "bill_of_materials"


def test_a_name_that_the_configuration_maps_to_the_project_is_no_package() -> None:
    text, tsconfig = 'import { a } from "@/a.js";\n', '{/* b */ "compilerOptions": {"paths": {"@/*": ["src/*"]}}}'
    for configuration, checks in (({"tsconfig.json": tsconfig}, []), ({}, ["bill_of_materials"])):
        edit = Edit("src/b.ts", "", text, (), configuration)
        found = edit_checks.check_edit(NODE, workspace(language="node", runner="vitest"), edit)
        assert [one.check for one in found] == checks


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
    found = check_edit("src/shop/app.py", MARKED + text, before=before)
    assert [one.check for one in found] == checks
