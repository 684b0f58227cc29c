# ruff: noqa: E501  tables, read as a whole
"""The acceptance check: what a commit may change is what the steps may do, and nothing else."""

from functools import partial
from hashlib import sha256

import pytest

from activities.checks.project_tools import policy_for
from aurora.domain.plan import Plan, PlannedFile
from aurora.domain.questions import AnswerBook
from aurora.domain.steps import Step
from aurora.gates.acceptance import EXECUTABLE, LINK, NOTHING, REGULAR, SUBMODULE, Change, Rules, judged
from aurora.gates.manifest_changes import judged as manifest
from aurora.toolchains import project_tests
from aurora.tools.grants import Grants
from tests.support.workspaces import workspace

PLAN = Plan(summary="s", files=(PlannedFile(path="./app/users.py", purpose="p"),), tests=())
TEST = b"def test_a():\n    assert 1\n"
BASE = frozenset({"app/users.py", "tests/test_old.py", "README.md", "bin/run.py"})


def check(*changes: Change, task: str = "Create users", frozen: dict[str, str] | None = None):
    space = workspace()
    space = space.model_copy(update={"task": space.task.model_copy(update={"text": task})})
    grants = Grants.of(space.task, AnswerBook())
    rules = Rules(
        code=policy_for(space, PLAN, None, Step.WRITE_CODE, grants=grants),
        tests=policy_for(space, PLAN, None, Step.WRITE_TESTS, grants=grants),
        frozen=frozen if frozen is not None else {},
        is_test=partial(project_tests.is_test, space.toolchain),
        grants=grants,
        files=BASE | {change.path for change in changes if change.mode != NOTHING},
    )
    return judged(changes, rules)


def new(path: str, content: bytes = b"x = 1\n", mode: str = REGULAR) -> Change:
    return Change(path=path, before_mode=NOTHING, mode=mode, content=content if mode != LINK else None)


def changed(
    path: str, content: bytes = b"x = 2\n", before: str = "x = 1\n", was: str = REGULAR, mode: str = REGULAR
) -> Change:
    return Change(path=path, before_mode=was, mode=mode, content=content, before=before)


def test_code_and_frozen_tests_are_accepted() -> None:
    frozen = {"tests/test_users.py": sha256(TEST).hexdigest()}
    changes = (
        changed("app/users.py"),
        new("app/new.py"),
        new("tests/test_users.py", TEST),
        changed("bin/run.py", was=EXECUTABLE, mode=EXECUTABLE),
    )
    assert check(*changes, frozen=frozen) == ((), ())


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(new("app/link.py", mode=LINK), id="a symbolic link"),
        pytest.param(new("vendored", mode=SUBMODULE), id="a submodule"),
        pytest.param(new("app/run.py", mode=EXECUTABLE), id="a new executable"),
        pytest.param(changed("app/users.py", mode=EXECUTABLE), id="an executable bit"),
        pytest.param(changed("bin/run.py", was=EXECUTABLE), id="an executable bit lost"),
        pytest.param(changed("app/users.py", was=LINK), id="a file in a link's place"),
        pytest.param(Change(path="README.md", before_mode=REGULAR, mode=NOTHING, before="x"), id="a file that is gone"),
        pytest.param(Change(path="tests/test_old.py", before_mode=REGULAR, mode=NOTHING, before="x"), id="a test that is gone"),
        pytest.param(new("app/blob.py", b"\x00\x01"), id="a binary"),
        pytest.param(new("app/latin.py", b"# \xe9\n"), id="not UTF-8"),
        pytest.param(new("app/big.py", b"x" * 2_000_001), id="too large"),
        pytest.param(Change(path="app/huge.py", before_mode=NOTHING, mode=REGULAR), id="too large to be read"),
        pytest.param(new("app/aux.py"), id="a device"),
        pytest.param(new("App/other.py"), id="a folder in another case"),
        pytest.param(new("app/USERS.py"), id="a file in another case"),
        pytest.param(changed("tests/test_old.py"), id="a test of the base that was not frozen"),
        pytest.param(new("tests/test_late.py", TEST), id="a test that was never frozen"),
        pytest.param(new("tests/helper.egg-info/entry_points.txt"), id="a plugin"),
        pytest.param(new("CLAUDE.md"), id="instructions"),
        pytest.param(new(".github/workflows/x.yml"), id="a workflow"),
        pytest.param(changed("aurora.yaml"), id="settings"),
        pytest.param(changed("pyproject.toml"), id="a manifest"),
        pytest.param(new("app/x.py", b"# coding: rot13\n"), id="an encoding"),
        pytest.param(new("app/x.py", "x = '\u202e'\n".encode()), id="a direction override"),
        pytest.param(new("app/x.py", b"x = 1\ry = 2\n"), id="a lone carriage return"),
    ],
)  # fmt: skip
def test_whatever_no_step_may_do_is_refused(change: Change) -> None:
    refused, _ = check(change)
    assert {finding.path for finding in refused} == {change.path}


def test_a_frozen_file_must_be_as_it_was_frozen_and_be_there() -> None:
    frozen = {"tests/test_users.py": sha256(TEST).hexdigest()}
    (altered,), _ = check(new("tests/test_users.py", TEST + b"# more\n"), frozen=frozen)
    (gone,), _ = check(frozen=frozen)
    assert altered.path == gone.path == "tests/test_users.py"


@pytest.mark.parametrize(
    ("task", "path", "content"),
    [
        ("Add a Dockerfile", "Dockerfile", b"FROM scratch\n"),
        ("Add a CI workflow", ".github/workflows/ci.yml", b"on: push\n"),
        ("Update the lock file", "uv.lock", b"version = 1\n"),
        ("Say in AGENTS.md that prices are cents", "AGENTS.md", b"Cents.\n"),
        ("add requests to requirements.txt", "requirements.txt", b"requests\n"),
    ],
)
def test_what_the_task_asks_for_is_accepted_and_named(task: str, path: str, content: bytes) -> None:
    refused, (allowed,) = check(new(path, content), task=task)
    assert refused == () and allowed.path == path and allowed.asked_by == "the task" and allowed.words == task


PYPROJECT = '[project]\nname = "a"\ndependencies = ["httpx"]\n[tool.pytest.ini_options]\naddopts = "-q"\n'


def test_a_manifest_that_was_asked_for_gains_dependencies_and_no_other_judges() -> None:
    assert list(manifest("pyproject.toml", PYPROJECT.replace('"httpx"', '"httpx", "rich"'), PYPROJECT)) == []
    for text in (
        PYPROJECT.replace("-q", "-p evil"),
        PYPROJECT + "[tool.ruff]\nexclude = ['*']\n",
        PYPROJECT + '[project.entry-points.pytest11]\na = "b"\n',
        "[",
        PYPROJECT + '[build-system]\nrequires = ["evil"]\n',
    ):
        assert list(manifest("pyproject.toml", text, PYPROJECT)), text
    package = '{"dependencies": {"a": "1"}, "scripts": {"test": "vitest", "start": "node ."}}'
    assert list(manifest("package.json", package.replace('"a": "1"', '"a": "2"'), package)) == []
    for text in (
        package.replace('"vitest"', '"true"'),
        package.replace('"start"', '"postinstall"'),
        "[" * 9_000,
        package[:-1] + ', "jest": {}}',
    ):
        assert list(manifest("package.json", text, package)), text[:80]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("requirements.txt", "httpx\n--extra-index-url https://elsewhere.example\n"),
        ("requirements/dev.txt", "-e git+https://elsewhere.example/x\n"),
        ("requirements.txt", "httpx @ https://elsewhere.example/x.whl\n"),
        ("requirements.in", "./vendored\n"),
        ("pyproject.toml", '[project]\ndependencies = ["httpx @ https://elsewhere.example/x.whl"]\n'),
        ("pyproject.toml", '[tool.poetry.dependencies]\nhttpx = { git = "https://elsewhere.example/x" }\n'),
        ("package.json", '{"dependencies": {"zod": "git+ssh://git@elsewhere.example/zod.git"}}'),
        ("package.json", '{"dependencies": {"zod": "npm:other@1"}}'),
        ("package.json", '{"devDependencies": {"zod": "somebody/zod"}}'),
    ],
)
def test_a_manifest_that_may_change_takes_no_package_from_a_place_of_its_own(path: str, text: str) -> None:
    assert [finding.check for finding in manifest(path, text, None)] == ["manifest"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("requirements.txt", "httpx>=0.27  # see https://www.python-httpx.org\n-r base.txt\n"),
        ("requirements.txt", "httpx==0.27.0 \\\n    --hash=sha256:aa\n"),
        ("pyproject.toml", "[project]\ndependencies = [\"httpx[http2]>=0.27; python_version>'3.10'\"]\n"),
        ("package.json", '{"dependencies": {"zod": "^3.23.0", "@types/node": "~20 || >=22"}}'),
    ],
)
def test_a_dependency_of_the_usual_index_may_be_added(path: str, text: str) -> None:
    assert [*manifest(path, text, None)] == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("pyproject.toml", '[tool.uv]\nextra-index-url = ["https://elsewhere.example"]\n'),
        ("pyproject.toml", '[tool.commitizen]\npre_bump_hooks = ["sh x"]\n'),
        ("pyproject.toml", '[tool.semantic_release]\nbuild_command = "sh x"\n'),
        ("package.json", '{"trustedDependencies": ["x"]}'),
        ("package.json", '{"wireit": {"build": {"command": "sh x"}}}'),
    ],
)
def test_keys_of_a_manifest_that_are_no_known_facts_may_not_change(path: str, text: str) -> None:
    assert [finding.check for finding in manifest(path, text, None)] == ["manifest"]


def test_scripts_of_a_package_change_only_where_the_request_speaks_of_them() -> None:
    text = '{"scripts": {"start": "sh x"}}'
    assert [*manifest("package.json", text, "{}", "Add zod to package.json.")]
    assert [*manifest("package.json", text, "{}", "Add a start script to package.json.")] == []
