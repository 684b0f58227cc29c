"""Check whether a path is a test: every asker gives the one answer, also where a test root is the whole repository, and
for a language whose tests stand beside the code."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aurora.bootstrap.project_examination import effects
from aurora.domain.workspace import Toolchain
from aurora.gates.context import ChangedFile, DraftFacts, FileContext
from aurora.globs import Globs
from aurora.settings.repository import BackendSettings, Commands
from aurora.survey import reading
from aurora.toolchains import project_tests, registry
from aurora.toolchains.python.bill_of_materials import BillOfMaterials
from aurora.toolchains.runs import command
from aurora.tools.path_policy import PathPolicy
from tests.support.gopher import GO
from tests.support.perl.language import PERL
from tests.support.projects import PLUGINS, DictProbe
from tests.support.workspaces import workspace

PYTHON = {"requirements.txt": "pytest", "app/a.py": "", "tests/test_a.py": ""}
VITEST = {"scripts": {"test": "vitest run"}, "devDependencies": {"vitest": "4"}}
NODE = {"package.json": json.dumps(VITEST), "src/a.ts": ""}
SPECS = {**PYTHON, "pytest.ini": "[pytest]\npython_files = *_spec.py check_[ab]?.py\n"}
CASES = {
    "Python": (PYTHON, [], "tests/data.json app/test_b.py", "app/a.py app/testing.py"),
    "Python, the whole repository": (PYTHON, ["."], "tests/test_b.py conftest.py", "tests/data.txt app/a.py"),
    "Python, a root of aurora.yaml": (PYTHON, ["./checks/"], "checks/any.txt tests/test_b.py", "tests/data.txt"),
    "Python, names of its configuration": (SPECS, ["."], "app/b_spec.py check_ax.py", "check_cx.py app/test_b.py"),
    "Node": (NODE, [], "src/b.spec.tsx src/__mocks__/fs.ts", "src/b.tsx src/test.ts"),
    "Node, the whole repository": (NODE, ["."], "src/b.test.mts tools/test_b.py", "src/b.mts"),
    "Perl": ({"cpanfile": "", "lib/A.pm": "", "t/a.t": ""}, [], "t/lib/Faked.pm lib/a.t", "lib/B.pm script/test.pl"),
    "Perl, the whole repository": ({"cpanfile": "", "lib/A.pm": ""}, ["."], "lib/a.t tools/test_b.py", "t/Faked.pm"),
    "tests beside the code": ({"go.mod": "module x"}, [], "svc/b_test.go svc/testdata/x.txt", "svc/b.go svc/test.go"),
}
"""(files, `tests` of aurora.yaml, tests, no tests)"""
TESTS = "web/a.test.ts app/__snapshots__/a.snap svc/a_test.go t/a.t"
CODE = "web/a.ts svc/a.go"
OF_PYTHON = """
import json, sys
sys.path.insert(0, sys.argv[1])
import aurora_events
print(json.dumps([aurora_events.is_test_file(path) for path in sys.argv[2:]]))
"""
OF_NODE = """
const events = require(process.argv[1] + "/aurora_node_events.cjs");
console.log(JSON.stringify(process.argv.slice(2).map(events.isTestFile)));
"""
OF_PERL = """
BEGIN { require shift @ARGV }
print JSON::PP::encode_json([map { Aurora::Events::is_test_file($_) ? JSON::PP::true() : JSON::PP::false() } @ARGV]);
"""


@pytest.fixture(autouse=True, scope="module")
def beside_the_products_own() -> Iterator[None]:
    with registry.added(GO), registry.added(PERL):
        yield


def in_the_box(toolchain: Toolchain, paths: Sequence[str]) -> dict[str, list[bool]]:
    """The answers of the plugins beside the tests, each in an interpreter of its own."""
    env = dict(command.command(toolchain, BackendSettings(), (), {}, judge=()).env)
    programs = {"Python's plugins": [sys.executable, "-c", OF_PYTHON, str(PLUGINS)]}
    if node := shutil.which("node"):
        programs["Node's plugins"] = [node, "-e", OF_NODE, str(PLUGINS)]
    if perl := shutil.which("perl"):
        programs["Perl's plugin"] = [perl, "-e", OF_PERL, str(PERL.plugins[1])]
    answers = {}
    for who, argv in programs.items():
        done = subprocess.run([*argv, *paths], env=env, capture_output=True, text=True, check=True)
        answers[who] = json.loads(done.stdout)
    return answers


def told_by_doctor(toolchain: Toolchain, path: str) -> bool:
    """Return whether a file is counted among the tests, where the root is the whole repository."""
    whole = toolchain.model_copy(update={"test_roots": (*toolchain.test_roots, ".")})
    rows = effects(BackendSettings(), whole, (path,), "")
    found = [row.found for row in rows if row.what == "test root" and row.found.startswith("'.'")]
    return "no file" not in found[0]


@pytest.mark.parametrize(("files", "roots", "tests", "code"), CASES.values(), ids=CASES)
async def test_every_asker_gives_the_one_answer(
    files: Mapping[str, str], roots: list[str], tests: str, code: str
) -> None:
    table = {**dict.fromkeys(f"{TESTS} {tests}".split(), True), **dict.fromkeys(f"{CODE} {code}".split(), False)}
    toolchain = await reading.toolchain(DictProbe(files), Commands(), roots)
    space = workspace().model_copy(update={"toolchain": toolchain})
    tools = registry.tools(space)
    writer, coder = PathPolicy.of(space, only_tests=True), PathPolicy.of(space, no_tests=True)
    facts = DraftFacts(space, registry.language(toolchain), frozenset(files))
    boxed = in_the_box(toolchain, list(table))
    for at, (path, due) in enumerate(table.items()):
        answers = {
            "project_tests": project_tests.is_test(toolchain, path),
            "tools": tools.is_test(path),
            "policy": coder.is_test(path),
            "bill of materials": BillOfMaterials.of(space, [path]).first_party.is_test(path),
            "gates": FileContext(ChangedFile(path), facts).is_test,
            "doctor": told_by_doctor(toolchain, path),
            **{who: answered[at] for who, answered in boxed.items()},
        }
        assert answers == dict.fromkeys(answers, due), path
        # a test is the test writer's and not the coder's; what is none, the other way round
        may = {who: policy.may_write(path) is None for who, policy in (("writer", writer), ("coder", coder))}
        assert may == {"writer": due, "coder": not due}, path


async def test_a_root_that_is_the_whole_repository_opens_its_tests_only() -> None:
    toolchain = await reading.toolchain(DictProbe({"go.mod": "module x", "svc/a.go": ""}), Commands(), ())
    tools = registry.tools(workspace().model_copy(update={"toolchain": toolchain}))
    narrow = PathPolicy(include=["api/**"], test_roots=toolchain.test_roots, is_test=tools.is_test)
    assert narrow.may_read("svc/a_test.go") and not narrow.may_read("svc/a.go")


async def test_a_language_that_is_added_is_detected_beside_the_others() -> None:
    assert (await reading.toolchain(DictProbe({"go.mod": "", "a.go": ""}), Commands(), ())).language == "go"
    assert GO not in registry.LANGUAGES
    with pytest.raises(ValueError, match="'go' already"), registry.added(GO):
        pass


PARTS = st.sampled_from(["a", "ab", "*", "**", "?", "[ab]", "[!a]*", "*.py", "test_*", "a.b", "[.-]x", "b+c", "(d)"])
NAMES = st.sampled_from(["a", "ab", "b", "a.py", "test_a", "a.b", ".x", "-x", "b+c", "(d)", "z", "c"])


@given(
    parts=st.lists(PARTS, min_size=1, max_size=4),
    first=st.sampled_from(["", "/"]),
    last=st.sampled_from(["", "/"]),
    names=st.lists(NAMES, min_size=1, max_size=5),
)
def test_an_expression_names_what_its_glob_names(parts: list[str], first: str, last: str, names: list[str]) -> None:
    glob, path = first + "/".join(parts) + last, "/".join(names)
    if project_tests.usable([glob]):
        assert bool(re.fullmatch(project_tests.expression(glob), path)) == Globs([glob]).match(path)


def test_the_rule_fits_into_the_environment() -> None:
    roots = tuple(f"{'x' * 200}/{n}" for n in range(2_000))
    reported = project_tests.expressions(workspace().toolchain.model_copy(update={"test_roots": roots}))
    assert 1_000 < len(reported) <= project_tests.MAX_RULE_BYTES
