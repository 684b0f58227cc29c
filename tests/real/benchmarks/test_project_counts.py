"""The test counts of real projects in small: that it sees what differs, by name, and says so."""

import json
from pathlib import Path

import pytest

from aurora.drivers.sandbox.docker_sandbox import DockerSandbox
from benchmarks import host_reports
from benchmarks.project_counts import Taker, details, table
from benchmarks.projects import PROJECTS, Project
from tests.support.git_fixtures import git
from tests.support.memory_artifacts import MemoryArtifacts
from tests.support.projects import written

PYTHON = {
    "pyproject.toml": '[project]\nname = "tiny"\nversion = "1.0"\n[tool.pytest.ini_options]\n[tool.ruff]\n',
    "tiny.py": "import os\n",
    "tests/test_tiny.py": """
import os
import pytest

@pytest.mark.parametrize("x", [1, os.urandom(8).hex()])
def test_passes(x):
    pass

class TestIt:
    def test_is_red_anywhere(self):
        assert 1 == 2, "one is not two"

@pytest.mark.skip
def test_skipped():
    pass

@pytest.mark.xfail
def test_expected():
    assert 0

@pytest.mark.xfail
def test_unexpected():
    pass

def test_differs():
    assert os.getcwd().startswith("/work/tree"), "not here"
""",
    "tests/test_unloaded.py": "import nowhere_to_be_found\n",
}
SUITE = """
const { test, describe } = require("node:test");
const assert = require("node:assert");
test("outer", async (t) => { await t.test("inner", () => {}); await t.test("red", () => assert.ok(false)); });
describe("suite", () => { test("same", () => {}); test("same", () => {}); test.skip("skipped", () => {}); });
test("differs", () => assert.ok(process.cwd().startsWith("/work/tree")));
"""
NODE = {
    "package.json": json.dumps({"name": "tiny", "version": "1.0.0", "scripts": {"test": "node --test"}}),
    "test/a.test.js": SUITE,
    "test/helper.js": "module.exports = 1;\n",
}


async def counts_of(folder: Path, files: dict[str, str]):
    tree = written(folder / "tree", files)
    git(tree, "init", "-q", "-b", "main")
    git(tree, "add", "-A")
    git(tree, "-c", "user.name=T", "-c", "user.email=t@localhost", "commit", "-q", "-m", "tiny")
    artifacts = MemoryArtifacts()
    sandbox = DockerSandbox(artifacts)
    try:
        return await Taker(artifacts, sandbox).of_repository(Project("tiny==1.0", "none"), tree)
    finally:
        await sandbox.close()


@pytest.mark.docker
async def test_a_python_test_that_comes_out_otherwise_outside_is_named(tmp_path):
    row = await counts_of(tmp_path, PYTHON)
    assert str(row.inside) == "3 passed, 1 failed, 1 error, 1 skipped, 1 xfailed, 1 xpassed"
    assert str(row.outside) == "2 passed, 2 failed, 1 error, 1 skipped, 1 xfailed, 1 xpassed"
    assert row.differences == ["tests.test_tiny.test_differs: inside passed, outside red"]
    assert not row.same
    red = "1 red on both sides, first tests.test_tiny.TestIt.test_is_red_anywhere: AssertionError: one is not two"
    assert any(red in cause for cause in row.causes), row.causes
    assert row.lint.startswith("ruff: ") and row.lint != "ruff: 0", "os is imported and not used"
    assert row.inside_seconds > 0 and row.outside_seconds > 0 and row.files == len(PYTHON)
    assert "1 by name" in table([row]) and len(details(row)) == 1 + len(row.causes)


@pytest.mark.docker
async def test_a_node_test_that_comes_out_otherwise_outside_is_named(tmp_path):
    row = await counts_of(tmp_path, NODE)
    assert (str(row.inside), str(row.outside)) == ("4 passed, 2 failed, 1 skipped", "3 passed, 3 failed, 1 skipped")
    assert row.differences == ["test/a.test.js > differs: inside passed, outside red"]


@pytest.mark.docker
async def test_a_project_whose_packages_do_not_install_stays_in_the_table_with_its_cause(tmp_path):
    files = PYTHON | {"requirements.txt": "tiny-package-that-nobody-made==9.9.9\n"}
    del files["pyproject.toml"]
    row = await counts_of(tmp_path, files)
    assert not row.same and "do not install" in row.causes[0]
    assert "tiny==1.0" in table([row])


@pytest.mark.docker
async def test_a_run_that_cant_be_trusted_stays_in_the_table_with_its_cause(tmp_path):
    row = await counts_of(tmp_path, PYTHON | {"tests/test_ends.py": "import os\n\ndef test_a():\n    os._exit(0)\n"})
    inside, outside = row.causes
    assert inside.startswith("inside: ") and "test_ends.py::test_a" in inside
    assert "left no report" in outside and not row.same


def test_the_list_is_what_the_table_promises():
    frameworks = [project.framework for project in PROJECTS]
    assert len(PROJECTS) >= 12 and sum(project.of_npm for project in PROJECTS) >= 3
    assert frameworks.count("FastAPI") + frameworks.count("Starlette") >= 3
    assert frameworks.count("Django") >= 3 and frameworks.count("Flask") >= 2
    assert len({project.slug for project in PROJECTS}) == len(PROJECTS)


def test_what_unittest_prints_is_read_by_name():
    reported = """
test_a (tests.test_x.One.test_a) ... ok
test_b (tests.test_x.One.test_b)
What it is about. ... FAIL
test_c (tests.test_x.One.test_c) ... skipped 'no'
test_d (tests.test_x.One) ... expected failure
"""
    assert host_reports.unittest_lines(reported).outcomes == (
        ("tests.test_x.One.test_a", "passed"),
        ("tests.test_x.One.test_b", "failed"),
        ("tests.test_x.One.test_c", "skipped"),
        ("tests.test_x.One.test_d", "xfailed"),
    )


def test_a_report_that_lacks_what_node_counted_is_refused():
    with pytest.raises(ValueError, match="counted 2 tests and told of 0"):
        host_reports.node_test(['{"counts": {"tests": 2}}'], Path("/"))
