"""Files deleted and moved: under the protections of a write, and never a test that the project had before."""

from collections.abc import Sequence

import pytest

from aurora.domain.findings import Finding
from aurora.ports import Box
from aurora.tools.path_policy import PathPolicy
from tests.support.tools_on import AllowingChecks, refused, tools_on, used

TREE = {
    "app/a.py": "x = 1\r\n",
    "tests/test_old.py": "def test_a(): ...\n",
    "tests/test_new.py": "",
    "secret/b.py": "y",
}


async def test_a_file_is_deleted_and_moved_byte_for_byte() -> None:
    on, tree = tools_on(TREE)
    said = await used(on, "move_file", path="app/a.py", to="app/core/b.py")
    assert "imports" in said and tree["app/core/b.py"] == b"x = 1\r\n" and "app/a.py" not in tree
    assert on.wrote and on.changes.written == {"app/core/b.py"} and on.changes.removed == {"app/a.py"}
    await used(on, "delete_file", path="app/core/b.py")
    assert on.changes.written == set() and on.changes.removed == {"app/a.py", "app/core/b.py"}
    await used(on, "write_file", path="app/a.py", content="x = 2\n")
    assert on.changes.written == {"app/a.py"} and on.changes.removed == {"app/core/b.py"}


@pytest.mark.parametrize(
    ("tool", "given", "said"),
    [
        ("delete_file", {"path": "tests/test_old.py"}, "belongs to the tests that the project had before"),
        ("move_file", {"path": "tests/test_old.py", "to": "tests/test_other.py"}, "may not be moved"),
        ("delete_file", {"path": "nowhere.py"}, "there is no file 'nowhere.py'; nothing was deleted"),
        ("delete_file", {"path": "secret/b.py"}, "aurora.yaml excludes"),
        ("delete_file", {"path": "aurora.yaml"}, "may not be written"),
        ("delete_file", {"path": "pyproject.toml"}, "may not be written"),
        ("delete_file", {"path": ".github/workflows/ci.yml"}, "may not be written"),
        ("delete_file", {"path": "../x"}, "could leave the repository"),
        ("move_file", {"path": "app/a.py", "to": "secret/c.py"}, "aurora.yaml excludes"),
        ("move_file", {"path": "app/a.py", "to": "tests/test_new.py"}, "exists already"),
        ("move_file", {"path": "app/a.py", "to": "conftest.py/../x.py"}, "could leave"),
        ("move_file", {"path": "app/a.py", "to": "Makefile"}, "may not be written"),
    ],
)
async def test_what_may_not_be_written_may_be_neither_deleted_nor_moved(
    tool: str, given: dict[str, str], said: str
) -> None:
    policy = PathPolicy(exclude=["secret/**"], test_roots=["tests"])
    on, tree = tools_on(TREE, policy=policy, checks=AllowingChecks(base=["tests/test_old.py", "app/a.py"]))
    before = dict(tree)
    assert said in await refused(on, tool, **given)
    assert tree == before and not on.wrote


async def test_a_coder_moves_nothing_into_or_out_of_the_tests() -> None:
    on, _ = tools_on(TREE, policy=PathPolicy(test_roots=["tests"], no_tests=True, frozen=["tests/test_new.py"]))
    assert "another step's work" in await refused(on, "move_file", path="app/a.py", to="tests/helper.py")
    assert "another step's work" in await refused(on, "delete_file", path="tests/test_old.py")
    assert "is frozen" in await refused(on, "delete_file", path="tests/test_new.py")


async def test_a_writer_of_tests_takes_back_a_test_of_its_own() -> None:
    on, tree = tools_on(TREE, policy=PathPolicy(test_roots=["tests"], only_tests=True))
    await used(on, "move_file", path="tests/test_new.py", to="tests/test_better.py")
    await used(on, "delete_file", path="tests/test_better.py")
    assert "tests/test_new.py" not in tree
    assert "writes tests only" in await refused(on, "delete_file", path="app/a.py")


async def test_a_move_that_a_gate_refuses_leaves_the_file_where_it_was() -> None:
    class Refusing(AllowingChecks):
        async def edit(self, box: Box, path: str, before: str | None, after: str) -> Sequence[Finding]:
            assert "app/a.py" not in {entry.path for entry in await box.files()}, "judged as it will be"
            return [Finding(check="x", message="No such name.")]

    on, tree = tools_on(TREE, checks=Refusing())
    assert "No such name." in await refused(on, "move_file", path="app/a.py", to="app/a/__init__.py")
    assert tree["app/a.py"] == b"x = 1\r\n" and not on.wrote


async def test_a_binary_is_not_moved() -> None:
    on, tree = tools_on({"app/logo.bin": b"\x00\xff\x01"})
    assert "not text" in await refused(on, "move_file", path="app/logo.bin", to="app/other.bin")
    assert "app/logo.bin" in tree
