"""Text that aurora.yaml hides stays hidden when tests print it, in the words of any runner."""

import pytest

from aurora.tools.hidden_content import HIDDEN_FILE, HIDDEN_TEXT, HiddenContent

SECRET = """KEY = "hunter2-and-more-of-it"


def check(given):
    wanted = {"a": 17}
    if given < 0:
        raise ValueError(given)
    assert given == wanted["a"]
    return given
"""


def hidden(shared: frozenset[str] = frozenset(), **texts: str) -> HiddenContent:
    files = {name.replace("___", "/").replace("__", "."): text for name, text in texts.items()}
    files = files or {"app/vault.py": SECRET}
    return HiddenContent(frozenset(files), files, shared)


NODE = """
file:///work/src/vault.js:3
const a = 1 +;
             ^

SyntaxError: Unexpected token ';'
    at compileSourceTextModule (node:internal/modules/esm/utils:346:16)
"""
JEST = """
  ● checks

    expect(received).toBe(expected)

      1 | const few = 17;
    > 2 |   throw new Error(few);
        |   ^
      3 | }

      at check (src/vault.js:2:9)
      at Object.<anonymous> (test/vault.test.js:5:3)
"""
VITEST = """
 FAIL  test/vault.test.js > checks
Error: 17
 ❯ check src/vault.js:2:9
      1| const few = 17;
      2|   throw new Error(few);
       |         ^
      3| }
 ❯ test/vault.test.js:5:3
"""


@pytest.mark.parametrize(
    ("text", "gone", "kept"),
    [
        pytest.param(NODE, "const a = 1", "SyntaxError: Unexpected token", id="node"),
        pytest.param(JEST, "few", "test/vault.test.js:5:3", id="jest"),
        pytest.param(VITEST, "few", "test/vault.test.js:5:3", id="vitest"),
    ],
)
def test_what_node_shows_of_a_hidden_file_is_left_out(text: str, gone: str, kept: str) -> None:
    masked = hidden(src___vault__js="x\n").mask(text)
    assert gone in text and gone not in masked
    assert kept in masked
    assert "src/vault.js" not in masked and HIDDEN_FILE in masked


@pytest.mark.parametrize("text", [JEST, VITEST, NODE])
def test_what_node_shows_of_visible_files_stays(text: str) -> None:
    assert hidden(src___other__js="x\n").mask(text) == text


# ── words of the file ────────────────────────────────────────────────────────────────────────────────────────────

ENV = "DB_PASSWORD=correct horse battery staple\nPORT=8080\n"


@pytest.mark.parametrize(
    "line",
    [
        "the config said: DB_PASSWORD=correct horse battery staple, and failed",
        "E   AssertionError: assert 'correct horse battery staple' == ''",
        "> DB_PASSWORD=correct horse battery staple",
        "   12 | DB_PASSWORD=correct horse battery staple",
    ],
)
def test_a_line_or_value_of_a_hidden_file_is_left_out_wherever_it_stands(line: str) -> None:
    masked = hidden(secrets__env=ENV).mask(f"before\n{line}\nafter")
    assert "battery" not in masked
    assert masked.startswith("before\n") and "\nafter\n" in masked and HIDDEN_TEXT in masked


def test_short_and_common_words_of_a_hidden_file_are_left_alone() -> None:
    text = "assert 8080 == 8081\nreturn x\n}\nPORT is 8080"
    assert hidden(secrets__env=ENV, a__py="return x\n}\n").mask(text) == text


def test_what_stands_in_visible_files_too_is_no_secret() -> None:
    text = "E   ImportError: from shop.orders import Order, Line"
    content = hidden(a__py="from shop.orders import Order, Line\n")
    assert content.quoted(text) == {"from shop.orders import Order, Line"}
    assert content.without(content.quoted(text)).mask(text) == text


def test_a_line_that_a_hidden_one_only_begins_with_is_its_own_where_a_visible_file_has_it() -> None:
    text = "    from shop.orders import Order\nE       assert response.status_code == 200"
    content = hidden(a__py="from shop.orders import Order, Margin\nassert response.status_code == 200, 'no margin'\n")
    assert content.quoted(text) == {"from shop.orders import Order", "assert response.status_code == 200"}
    assert content.without(content.quoted(text)).mask(text) == text
    assert HIDDEN_TEXT in content.mask("    from shop.orders import Order, Mar…")


LIBRARY = """Traceback (most recent call last):
  File "/usr/lib/python3/site-packages/lib/views.py", line 4, in view
    return None
  File "/usr/lib/python3/site-packages/lib/views.py", line 9, in other
    raise NotImplementedError
    } catch (error) {
    except Exception as error:
    from typing import Any, Mapping
    import contextlib
    if __name__ == "__main__":
    if (this.default === undefined) {"""


def test_words_of_the_language_itself_are_left_alone_where_no_visible_file_has_them() -> None:
    bare = "\n".join(line.strip() for line in LIBRARY.splitlines() if "File" not in line)
    lines = [line for line in hidden(a__py=bare).mask(LIBRARY).splitlines() if HIDDEN_TEXT in line]
    assert lines == []


@pytest.mark.parametrize("line", ["return margin_of(order)", "import shop_secrets", 'from typing import "x" # 4711'])
def test_a_line_with_a_name_of_its_own_is_left_out(line: str) -> None:
    assert HIDDEN_TEXT in hidden(a__py=f"{line}\n").mask(f"    {line}")


@pytest.mark.parametrize("path", ["app/vault.py", "/work/app/vault.py", "./app/vault.py", "file:///x/app/vault.py"])
def test_a_hidden_files_path_is_told_by_no_form(path: str) -> None:
    masked = hidden().mask(f"see {path}:12: and ('{path}', 3) and {path}::test_x")
    assert "vault" not in masked and ":12" in masked and "::test_x" in masked


def test_paths_that_only_look_alike_stay() -> None:
    text = "app/vault.pyi other/app_vault.py vault.py app/vault/x.py"
    assert hidden().mask(text) == text


def test_nothing_hidden_changes_nothing() -> None:
    assert HiddenContent(frozenset(), {}).mask(SECRET) == SECRET


def test_hostile_output_is_masked_in_no_time_to_speak_of() -> None:
    for text in ("|\n" * 20_000, "app/vault.py:1\n" * 2_000, "> " * 20_000, 'File "' * 5_000, "'" * 40_000):
        hidden().mask(text)
