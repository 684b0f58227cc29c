"""The plugins of every runner tell events of the one written format; those of vitest, jest and mocha are held to it in
../node/test_node_toolchain.py, Django's in ../python/test_django.py, where their packages are."""

import shutil

import pytest

from aurora.domain import runs
from aurora.toolchains import registry
from aurora.toolchains.runs import changed_lines
from tests.support.event_format import SCHEMA, faults
from tests.support.perl.language import PERL
from tests.support.projects import detected, execute, written
from tests.support.workspaces import workspace

PYTEST = """
import pytest, app
def test_green(): assert app.one() == 1
def test_red(): assert app.one() == 2
@pytest.mark.skip(reason="later")
def test_skipped(): pass
@pytest.mark.xfail
def test_expected(): assert False
@pytest.fixture
def broken(): raise OSError("no database")
def test_fixture(broken): pass
"""
UNITTEST = """
import unittest, app
class Shop(unittest.TestCase):
    def test_green(self): self.assertEqual(app.one(), 1)
    def test_red(self): self.assertEqual(app.one(), 2)
    def test_parts(self):
        with self.subTest(n=1): self.assertEqual(app.one(), 3)
    @unittest.skip("later")
    def test_skipped(self): pass
    @unittest.expectedFailure
    def test_expected(self): self.fail()
class Broken(unittest.TestCase):
    @classmethod
    def setUpClass(cls): raise OSError("no database")
    def test_never(self): pass
"""
NODE_TEST = """
import { describe, it } from "node:test"; import assert from "node:assert";
describe("shop", () => {
  it("green", () => assert.equal(1, 1));
  it("red", () => assert.equal(1, 2));
  it("skipped", { skip: "later" }, () => {});
  it("todo", { todo: true }, () => { throw new Error("later"); });
  it("throws", () => { throw new TypeError("no"); });
});
"""
PROVE = """
use Test::More;
ok 1, 'green';
is 1, 2, 'red';
SKIP: { skip 'later', 1 }
TODO: { local $TODO = 'later'; ok 0, 'expected' }
subtest parts => sub { plan tests => 1; is 1, 3, 'one' };
die 'no database';
"""
APP = "def one():\n    return (\n        1\n    )\n"
PROJECTS = {
    "pytest": {"requirements.txt": "pytest", "app.py": APP, "tests/test_a.py": PYTEST,
               "tests/test_b.py": "import gone\n"},
    "unittest": {"setup.py": "", "app.py": APP, "tests/__init__.py": "", "tests/test_a.py": UNITTEST,
                 "tests/test_b.py": "import unittest, gone\n"},
    "node:test": {"package.json": '{"type": "module", "scripts": {"test": "node --test"}}', "test/a.test.js": NODE_TEST,
                  "test/b.test.js": 'import "./gone.js";\n'},
    "prove": {"cpanfile": "", "t/a.t": PROVE, "t/b.t": "use Gone;\n"},
}  # fmt: skip


@pytest.mark.parametrize("runner", PROJECTS)
async def test_a_plugin_tells_the_format_that_is_written_down(runner, tmp_path):
    with registry.added(PERL):
        toolchain = await detected(PROJECTS[runner])
        assert toolchain.runner == runner
        space = workspace().model_copy(update={"toolchain": toolchain})
        command = changed_lines.measuring(registry.tools(space).test_command(), ["app.py"])
        plugins = {f"/opt/aurora/plugins/{path.name}": str(path) for path in registry.language(toolchain).plugins}
    if shutil.which(command.argv[0]) is None:
        pytest.skip(f"needs {command.argv[0]}")
    argv = list(command.argv)
    for there, here in plugins.items():
        argv = [word.replace(there, here) for word in argv]
    reported = execute(written(tmp_path, PROJECTS[runner]), command.model_copy(update={"argv": tuple(argv)})).events
    assert faults(reported) == []
    kinds = {event["t"] for event in reported}
    assert {"begin", "collected", "result", "collect_error", "session"} <= kinds
    assert {event["outcome"] for event in reported if event["t"] == "result"} >= {
        "passed",
        "failed",
        "skipped",
        "xfailed",
    }


def test_the_format_names_the_outcomes_and_kinds_that_are_read():
    results = next(one for one in SCHEMA["oneOf"] if one["title"] == "result")["properties"]
    assert set(results["outcome"]["enum"]) == set(runs.TestOutcome)
    assert set(SCHEMA["$defs"]["kind"]["enum"]) == set(runs.FailureKind)


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ({"seq": 1, "t": "session", "exit": 0}, "event 0 has the number 1"),
        ({"seq": 0, "t": "begin"}, "'base' is a required property"),
        ({"seq": 0, "t": "nonsense"}, "nonsense"),
    ],
)
def test_what_is_not_of_the_format_is_a_fault(event, said):
    assert any(said in fault for fault in faults([event]))
