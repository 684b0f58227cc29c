"""The best matches first, bounded by file, and nothing left out without a word."""

import re

import pytest

from aurora.tools.path_policy import PathPolicy
from tests.support.tools_on import content, refused, tools_on

USERS = "import os\n\n\ndef create_user(name):\n    return name\n\n\nclass Users:\n    create_user_quietly = 1\n"
API = "from app.users import create_user\n\n# create_user is slow\nx = create_user('a')\nrecreate_users()\n"
TREE: dict[str, str | bytes] = {
    "app/users.py": USERS,
    "app/api.py": API,
    "docs/users.md": "Call create_user.\n",
    "tests/test_users.py": "from app.users import create_user\n\n\ndef test_create_user():\n    assert create_user\n",
    "vendor/lib.py": "def create_user(): ...\n",
    "web/app.min.js": "function create_user(){}" + "x" * 20_000 + "\n",
    "pnpm-lock.yaml": "create_user: 1\n",
    "app/logo.png": b"\x89PNG\x00create_user",
    "app/users.db": b"SQLite\x00create_user",
}


async def found(pattern: str, glob: str = "**", tree: dict[str, str | bytes] | None = None) -> list[str]:
    on, _ = tools_on(TREE if tree is None else tree, policy=PathPolicy(test_roots=["tests"]))
    return (await content(on, "search_code", pattern=pattern, glob=glob)).split("\n")


async def test_definitions_come_before_uses_and_code_before_everything_else() -> None:
    places = [line.split(": ")[0] for line in await found("create_user") if not line.startswith("[")]
    assert places == [
        *("app/users.py:4", "app/users.py:9", "app/api.py:1", "app/api.py:4", "app/api.py:5", "app/api.py:3"),
        "docs/users.md:1",
        *("tests/test_users.py:4", "tests/test_users.py:1", "tests/test_users.py:5"),
        *("vendor/lib.py:1", "web/app.min.js:1", "pnpm-lock.yaml:1"),
    ]


async def test_tests_count_as_code_where_the_search_is_about_them() -> None:
    assert (await found(r"test_\w+"))[0].startswith("tests/test_users.py:4")


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("a.py", "class Thing(Base):"),
        ("a.py", "    async def Thing(self):"),
        ("a.py", "Thing: TypeAlias = dict"),
        ("a.py", "Thing = 3"),
        ("a.ts", "export default class Thing {"),
        ("a.ts", "export const Thing = () => 1;"),
        ("a.ts", "export type Thing = { a: 1 }"),
        ("a.ts", "export abstract class Thing<T> {"),
        ("a.js", "async function Thing(a) {"),
        ("a.js", "  Thing(a, b) {"),
        ("a.sql", "CREATE TABLE IF NOT EXISTS Thing ("),
        ("a.go", "func Thing() {"),
    ],
)
async def test_what_defines_a_name_in_each_language(path: str, line: str) -> None:
    lines = await found("Thing", tree={"0.py": "use(Thing)\n", f"z/{path}": f"{line}\n"})
    assert lines[0] == f"z/{path}:1: {line}"


async def test_one_file_with_many_matches_hides_no_other_and_the_rest_is_counted() -> None:
    tree: dict[str, str | bytes] = {"app/a.py": f"value = {'1' * 60}\n" * 500, "app/z.py": "value = 2\n"}
    tree |= {f"app/m{n}.py": "call(value)\n" * 3 for n in range(5)}
    lines = await found("value", tree=tree)
    assert sum(line.startswith("app/a.py") for line in lines) == 10
    assert "app/z.py:1: value = 2" in lines
    assert lines[-1] == "[… 516 matches in 7 files; not shown: app/a.py (490); narrow the pattern or the glob …]"


async def test_all_matches_of_one_file_are_told() -> None:
    lines = await found("value", tree={"a.py": "value = 1\n" * 150})
    assert len(lines) == 150


async def test_what_was_not_searched_is_named() -> None:
    lines = await found("create_user")
    assert "[Not searched, binary: app/users.db]" in lines
    assert "[Searched only in the first 10000 characters of its long lines: web/app.min.js]" in lines


async def test_a_match_far_into_a_long_line_is_shown_with_what_is_around_it() -> None:
    (line,) = await found("needle", tree={"a.py": "x" * 3_000 + " needle " + "y" * 3_000 + "\n"})
    assert " needle " in line and line.startswith("a.py:1: …") and len(line) < 300


@pytest.mark.parametrize(
    "pattern", ["^def ", "import$", r"\bcreate_user\b", r"(?i)CREATE_USER\(", r"(?<!re)create_user", r"\Aimport os\Z"]
)
async def test_a_line_is_matched_as_a_line_alone_would_be(pattern: str) -> None:
    tree = {"a.py": USERS, "b.py": API.replace("\n", "\r\n")}
    expected = {
        f"{path}:{number}"
        for path, text in tree.items()
        for number, line in enumerate(text.splitlines(), 1)
        if re.search(pattern, line)
    }
    lines = await found(pattern, tree=tree)
    assert {line.split(": ")[0] for line in lines if line != "No match."} == expected


async def test_a_bad_pattern_says_where_and_what_to_do() -> None:
    said = await refused(tools_on(TREE)[0], "search_code", pattern="create_user(", glob="**")
    assert "missing )" in said and "near 'reate_user('" in said and "backslash" in said


async def test_a_secret_at_the_edge_of_what_is_shown_of_a_long_line_is_hidden() -> None:
    token = "ghp_" + "a1B2" * 9
    for before in range(250, 420, 10):
        (line, *_) = await found("needle", tree={"a.py": token + "x" * before + "needle" + "y" * 2_000})
        assert "a1B2" not in line


# ── what is installed ──

PACKAGES = {
    "site-packages/fastapi/routing.py": "class APIRouter:\n    def get(self): ...\n",
    "site-packages/fastapi/__init__.py": "from .routing import APIRouter\n",
    "node_modules/zod/index.d.ts": "export declare const z: any\n",
}


async def test_an_installed_source_is_read_listed_and_searched() -> None:
    on, _ = tools_on(TREE, packages=PACKAGES)
    assert "class APIRouter" in await content(on, "read_file", path="site-packages/fastapi/routing.py")
    assert "zod/index.d.ts  28" in await content(on, "list_files", glob="node_modules/zod/**")
    lines = (await content(on, "search_code", pattern="APIRouter", glob="site-packages/fastapi/**/*.py")).split("\n")
    assert lines[0] == "site-packages/fastapi/routing.py:1: class APIRouter:" and len(lines) == 2
    assert "no installed file" in await refused(on, "read_file", path="site-packages/flask/app.py")
    assert "is a folder" in await refused(on, "read_file", path="site-packages/fastapi")


@pytest.mark.parametrize(
    ("tool", "given"),
    [
        ("write_file", {"path": "site-packages/fastapi/routing.py", "content": "x"}),
        ("write_file", {"path": "node_modules/zod/new.js", "content": "x"}),
        ("edit_file", {"path": "site-packages/fastapi/routing.py", "old": "class", "new": "x"}),
        ("delete_file", {"path": "node_modules/zod/index.d.ts"}),
        ("move_file", {"path": "app/api.py", "to": "site-packages/api.py"}),
        ("move_file", {"path": "site-packages/fastapi/routing.py", "to": "app/routing.py"}),
    ],
)
async def test_nothing_installed_is_ever_written(tool: str, given: dict[str, str]) -> None:
    on, tree = tools_on(TREE, packages=PACKAGES)
    assert "installed dependency: it can be read, never written" in await refused(on, tool, **given)
    assert set(tree) == set(TREE)


async def test_a_path_of_a_traceback_of_the_draft_is_one_of_the_repository() -> None:
    on, _ = tools_on(TREE)
    assert "def create_user" in await content(on, "read_file", path="/work/tree/app/users.py")
    assert "app/users.py:4" in await content(on, "search_code", pattern="def create", glob="/work/tree/app/**")


async def test_what_is_hidden_says_so_and_what_is_misspelt_is_helped() -> None:
    on, _ = tools_on(TREE | {"secrets/a.py": "x"}, policy=PathPolicy(exclude=["secrets/**"]), packages=PACKAGES)
    assert "is hidden" in await refused(on, "read_file", path="secrets/a.py")
    assert "is hidden" in await refused(on, "read_file", path="secrets/nowhere.py")
    assert "did you mean app/users.py?" in await refused(on, "read_file", path="src/users.py")
    assert "did you mean app/users.py?" in await refused(on, "read_file", path="/srv/project/app/users.py")
    assert "secrets" not in await refused(on, "read_file", path="app/a.py")
    hiding, _ = tools_on(TREE, policy=PathPolicy(exclude=["node_modules/zod/**"]), packages=PACKAGES)
    assert "is hidden" in await refused(hiding, "read_file", path="node_modules/zod/index.d.ts")


async def test_a_file_of_the_repository_is_not_readable_because_it_lies_where_packages_do() -> None:
    hidden = "vendor/node_modules/pay/keys.js"
    policy = PathPolicy(include=["src/**"])
    on, _ = tools_on({hidden: "SECRET = 1\n"}, policy=policy, packages={"node_modules/zod/index.d.ts": "a\n"})
    assert "is hidden" in await refused(on, "read_file", path=hidden)
    assert "a" in await content(on, "read_file", path="node_modules/zod/index.d.ts")
