"""The tests' copy once tests are frozen: what code under test may change there, and what it may plant."""

import hashlib
import json

import pytest

from activities.checks.project_tools import ProjectTools
from aurora.domain.frozen_tests import FrozenTests
from aurora.domain.steps import Step
from aurora.toolchains import registry
from aurora.toolchains.runs import baseline
from tests.support.boxes import FILES, new_draft, python, workspace_of
from tests.support.projects import detected

pytestmark = pytest.mark.docker
DATA = "tests/data/prices.json"
PROBE = f"""
import json, os
def tried(action, *given):
    try:
        action(*given)
        return "done"
    except OSError as error:
        return type(error).__name__
print(json.dumps({{
    "write": tried(open, {DATA!r}, "w"), "append": tried(open, {DATA!r}, "a"),
    "remove": tried(os.unlink, {DATA!r}),
    "mode": tried(os.chmod, {DATA!r}, 0o777), "move": tried(os.rename, "tests/data", "tests/other"),
    "replace": tried(os.rename, "data/prices.json", {DATA!r}),
    "beside": tried(open, "tests/data/new.json", "w"), "sqlite": tried(open, "tests/test.db", "w"),
    "folder": tried(os.mkdir, "tests/__snapshots__"), "other data": tried(open, "data/prices.json", "w"),
}}))
"""
PROJECT = {
    **FILES,
    "requirements.txt": "",
    DATA: "[1]\n",
    "tests/data/count.txt": "0\n",
    "tests/test_app.py": "import app\nfrom pathlib import Path\n\n\n"
    "def test_value():\n    assert app.main() == 1\n\n\n"
    "def test_counts():\n    Path('tests/data/count.txt').write_text('1')\n"
    "    Path('tests/made.txt').write_text('x')\n",
}


@pytest.fixture
async def opened(artifacts, sandbox, image, tmp_path):
    draft = await new_draft(artifacts, tmp_path / "shop", PROJECT)
    workspace = workspace_of(draft, image).model_copy(update={"toolchain": await detected(PROJECT)})
    async with sandbox.open(draft, workspace) as box:
        taken = await baseline.taken(registry.tools(workspace), box, registry.languages())
        workspace = workspace.model_copy(update={"baseline": taken})
        paths = [entry.path for entry in await box.files() if registry.tools(workspace).is_test(entry.path)]
        frozen = FrozenTests(files={}, support=await box.digests(paths), test_ids=(), red=())
        yield box, ProjectTools(artifacts.of(draft.task), workspace, Step.RUN_TESTS, frozen)
    await sandbox.release(draft.task)


async def test_frozen_files_are_read_only_and_honest_tests_still_write(opened):
    box, tools = opened
    assert tools.workspace.baseline.written == ("tests/data/count.txt",)
    assert tools.frozen.support[DATA] == hashlib.sha256(b"[1]\n").hexdigest()
    assert set(tools.frozen.support) == {DATA, "tests/data/count.txt", "tests/test_app.py"}
    command = python(PROBE).model_copy(update={"protected": tuple(tools.frozen.support)})
    assert json.loads((await box.run_tests(command)).stdout) == {
        "write": "PermissionError", "append": "PermissionError", "remove": "PermissionError",
        "mode": "PermissionError", "move": "PermissionError", "replace": "PermissionError",
        "beside": "done", "sqlite": "done", "folder": "done", "other data": "done",
    }  # fmt: skip
    run = await tools.tests(box, ())
    assert run.valid and run.counts.passed == 2, run.output
    assert await box.read(DATA) == b"[1]\n"


@pytest.mark.parametrize(
    ("planted", "content"),
    [
        ("tests/conftest.py", ""),
        ("tests/__init__.py", ""),
        ("tests/test_app/__init__.py", ""),
        ("tests/test_app.cpython-311-x86_64-linux-gnu.so", ""),
    ],
)
async def test_what_code_plants_beside_frozen_tests_makes_the_run_invalid(opened, planted, content):
    box, tools = opened
    lines = f"import pathlib\np = pathlib.Path({planted!r})\np.parent.mkdir(exist_ok=True)\np.write_text({content!r})\n"
    await box.write("app.py", (lines + FILES["app.py"]).encode())
    run = await tools.tests(box, ())
    assert not run.valid and "was made while the tests ran" in run.why_invalid, run.why_invalid


@pytest.mark.parametrize(
    "files",
    [
        {"helper.egg-info/entry_points.txt": "[pytest11]\nlie = lie\n", "helper.egg-info/PKG-INFO": "Name: helper\n"},
        {"src/x.DIST-INFO/entry_points.txt": "[pytest11]\nlie = lie\n", "src/x.DIST-INFO/METADATA": "Name: x\n"},
    ],
    ids=lambda files: next(iter(files)),
)
async def test_metadata_in_the_tree_makes_no_plugin(opened, files):
    box, tools = opened
    for path, text in {**files, "lie.py": "raise SystemExit('loaded')\n"}.items():
        await box.write(path, text.encode())
    run = await tools.tests(box, ())
    assert run.valid and run.counts.passed == 2, run.output


async def test_a_plugin_that_the_base_commit_does_not_load_makes_the_run_invalid(opened):
    box, tools = opened
    assert tools.workspace.baseline.plugins == ()
    await box.write("lie.py", b"def pytest_runtest_call(): pass\n")
    run = await tools.tests(box, ())
    assert run.valid
    lying = f"pytest_plugins = ['lie']\n{PROJECT['tests/test_app.py']}"
    run = await tools.tests(box, (), instead={"tests/test_app.py": lying})
    assert not run.valid and run.why_invalid.startswith("lie.py was loaded as a plugin"), run.why_invalid


async def test_a_plugin_under_development_is_loaded_as_at_the_base(artifacts, sandbox, tmp_path):
    files = {
        "pyproject.toml": "[project]\nname = 'pytest-x'\nversion = '1'\n"
        "[project.entry-points.pytest11]\nx = 'pytest_x'\n",
        "pytest_x.py": "import pytest\n@pytest.fixture\ndef x():\n    return 1\n",
        "tests/test_x.py": "def test_x(x):\n    assert x == 1\n",
    }
    draft = await new_draft(artifacts, tmp_path / "plugin", files)
    chain = await detected(files)
    image = await sandbox.build(draft.task, chain.dependencies, chain.project)
    workspace = workspace_of(draft, image).model_copy(update={"toolchain": chain})
    async with sandbox.open(draft, workspace) as box:
        taken = await baseline.taken(registry.tools(workspace), box, registry.languages())
        assert (taken.why_invalid, taken.counts.passed, taken.plugins) == ("", 1, ("pytest_x.py",))
        tools = registry.tools(workspace.model_copy(update={"baseline": taken}))
        assert not tools.is_test("pytest_x.py")
        run = tools.read_tests(await box.run_tests(tools.test_command()))
        assert run.valid and run.counts.passed == 1
    await sandbox.release(draft.task)
