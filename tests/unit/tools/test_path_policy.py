from typing import Any

import pytest

from aurora.domain.workspace import Contract, GraphQLSchema
from aurora.errors import ToolRefusal
from aurora.settings.repository import BackendSettings, ContextWindow
from aurora.toolchains.project_tests import Rules
from aurora.toolchains.python.layout import TEST_NAMES
from aurora.tools.path_policy import PathPolicy
from tests.support.workspaces import DIGEST, workspace

SPECIFICATION = ContextWindow(
    include=("src/backend/core/**/*.py", "src/backend/api/**/*.py"), exclude=("**/__pycache__", "frontend/**")
)


def policy(window: ContextWindow = SPECIFICATION, **changes: Any) -> PathPolicy:
    given = {
        "include": window.include,
        "exclude": window.exclude,
        "manifests": ("pyproject.toml",),
        "contracts": ("openapi.yaml",),
        "conventions": ("CONTRIBUTING.md",),
        "test_roots": ("tests",),
        "is_test": Rules(("tests",), TEST_NAMES).is_test,
        "protected": ("config/pytest-extra.cfg",),
    }
    return PathPolicy(**{**given, **changes})


@pytest.mark.parametrize(
    ("path", "readable"),
    [
        ("src/backend/core/money.py", True),
        ("src/backend/core/deep/er/money.py", True),
        ("src/backend/api/users.py", True),
        ("src/backend/api/users.txt", False),
        ("src/backend/worker.py", False),
        ("src/backend/core/__pycache__/money.py", False),
        ("frontend/users.py", False),
        ("tests/test_users.py", True),
        ("tests/data/users.json", True),
        ("testsuite/test_users.py", False),
        ("tests/__pycache__/x.pyc", False),
        ("pyproject.toml", True),
        ("openapi.yaml", True),
        ("CONTRIBUTING.md", True),
        ("README.md", False),
        (".git/config", False),
        (".GIT/config", False),
        ("sub/.git/hooks/pre-commit", False),
        ("../outside.py", False),
        ("/etc/passwd", False),
        ("src/backend/core/../../../etc/passwd", False),
    ],
)
def test_the_specifications_globs_bind_reading(path: str, readable: bool) -> None:
    assert policy().may_read(path) is readable


def test_exclude_wins_over_all_but_the_manifest_and_the_contract() -> None:
    strict = policy(ContextWindow(include=("**/*",), exclude=("**/*.yaml", "**/*.toml", "tests/**", "*.md")))
    assert strict.may_read("openapi.yaml") and strict.may_read("pyproject.toml")
    assert not strict.may_read("tests/test_users.py")
    assert not strict.may_read("CONTRIBUTING.md")
    assert not strict.may_read("other.yaml")


def test_what_is_hidden_is_counted() -> None:
    assert policy().visible(["frontend/a.ts", "tests/a.py", "frontend/b.ts"]) == (("tests/a.py",), 2)


def test_writes_are_allowed_under_include_test_roots_and_the_plan() -> None:
    planned = policy(planned=("src/backend/worker.py",))
    for path in ("src/backend/core/new.py", "tests/test_new.py", "tests/data/new.json", "src/backend/worker.py"):
        assert planned.may_write(path) is None, path
    assert planned.may_read("src/backend/worker.py")


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        ("src/backend/worker.py", "include"),
        ("README.md", "include"),
        ("frontend/app.py", "exclude"),
        ("openapi.yaml", "contract"),
        ("OpenAPI.yaml", "contract"),
        ("pyproject.toml", "manifest"),
        ("sub/PyProject.toml", "manifest"),
        ("requirements-dev.txt", "manifest"),
        ("uv.lock", "manifest"),
        ("package.json", "manifest"),
        ("setup.cfg", "manifest"),
        ("aurora.yaml", "settings"),
        ("Aurora.YAML", "settings"),
        (".github/workflows/ci.yml", "ci"),
        (".GitHub/workflows/ci.yml", "ci"),
        (".gitlab-ci.yml", "ci"),
        (".circleci/config.yml", "ci"),
        ("Jenkinsfile", "ci"),
        ("deploy/Jenkinsfile.release", "ci"),
        ("azure-pipelines.yml", "ci"),
        (".ci/run", "ci"),
        ("pytest.ini", "tests_configuration"),
        ("tests/pytest.ini", "tests_configuration"),
        (".pytest.toml", "tests_configuration"),
        ("tox.ini", "tests_configuration"),
        ("noxfile.py", "tests_configuration"),
        ("vitest.config.ts", "tests_configuration"),
        ("ruff.toml", "lint_configuration"),
        ("src/backend/core/sitecustomize.py", "interpreter"),
        ("tests/x.pth", "interpreter"),
        (".gitmodules", "git"),
        ("config/pytest-extra.cfg", "protected"),
        ("config/PYTEST-extra.cfg", "protected"),
        (".git/config", "path"),
        (".GIT/config", "path"),
        (".git /config", "path"),
        ("git~1/config", "path"),
        ("tests/../pyproject.toml", "path"),
        ("/etc/passwd", "path"),
        ("~/x", "path"),
        ("C:/x", "path"),
        ("tests\\x.py", "path"),
        ("tests/a\0.py", "path"),
        ("tests/a\n.py", "path"),
        ("tests/a\u200b.py", "path"),
        ("tests/a\u202e.py", "path"),
        ("pyproject.toml.", "path"),
        ("pyproject.toml ", "path"),
        ("tests//x.py", "path"),
        ("tests/./x.py", "path"),
        ("tests/", "path"),
        ("", "path"),
        (".", "path"),
        ("x" * 2000, "path"),
        ("tests/" + "é" * 200, "path"),
    ],
)
def test_a_refused_write_names_its_rule_and_says_what_it_is_about(path: str, rule: str) -> None:
    every = policy(planned=(path,)) if rule not in ("include",) else policy()
    refused = every.may_write(path)
    assert refused is not None
    assert refused.rule == rule
    assert len(str(refused)) > 20


def test_a_leading_dot_slash_is_the_same_path() -> None:
    assert policy().may_write("./tests/test_a.py") is None
    assert policy().may_read("./pyproject.toml")


def test_frozen_tests_and_then_every_conftest_are_untouchable() -> None:
    assert policy().may_write("tests/conftest.py") is None
    frozen = policy(frozen=("tests/test_users.py",))
    for path in ("tests/test_users.py", "tests/TEST_users.py", "tests/conftest.py", "tests/new/conftest.py"):
        refused = frozen.may_write(path)
        assert refused is not None and refused.rule == "frozen", path
        assert "report_blocked" in refused.reason
    assert frozen.may_write("tests/test_other.py") is None


def test_a_test_named_in_another_unicode_form_is_still_frozen() -> None:
    refused = policy(frozen=("tests/test_caf\u00e9.py",)).may_write("tests/test_cafe\u0301.py")
    assert refused is not None and refused.rule == "frozen"


def test_a_writer_of_tests_writes_tests_only() -> None:
    writer = policy(only_tests=True)
    assert writer.may_write("tests/test_a.py") is None
    refused = writer.may_write("src/backend/core/a.py")
    assert refused is not None and refused.rule == "step"


def test_a_writer_of_tests_is_told_by_which_names_files_are_tests() -> None:
    writer = policy(only_tests=True, test_names=("test_*.py", "tests_*.py"))
    refused = writer.may_write("src/backend/core/a.py")
    assert refused is not None and "files named test_*.py, tests_*.py" in refused.reason


def test_a_coder_writes_no_tests() -> None:
    coder = policy(no_tests=True)
    assert coder.may_write("src/backend/core/a.py") is None
    for path in ("tests/test_a.py", "tests/data.json", "src/backend/core/test_a.py"):
        refused = coder.may_write(path)
        assert refused is not None and refused.rule == "step", path


def test_a_test_root_that_is_the_whole_repository_opens_only_files_named_as_tests() -> None:
    whole = policy(test_roots=("",))
    assert whole.may_write("test_a.py") is None
    refused = whole.may_write("setup_things.py")
    assert refused is not None and refused.rule == "include"


def test_a_policy_is_made_from_the_workspace() -> None:
    settings = BackendSettings(context_window=SPECIFICATION, contract="docs/api.yaml")
    space = workspace(settings=settings, protected=("tests/run.cfg",))
    contract = Contract(
        path="api/openapi.yaml", digest=DIGEST, operations=(), files=("api/openapi.yaml", "api/paths/users.yaml")
    )
    space = space.model_copy(update={"contract": contract})
    made = PathPolicy.of(space, planned=("app.py",), frozen=("tests/test_a.py",))
    assert made.may_write("app.py") is None
    for path, rule in (
        ("docs/api.yaml", "contract"),
        ("api/openapi.yaml", "contract"),
        ("api/paths/users.yaml", "contract"),
        ("tests/run.cfg", "protected"),
        ("tests/test_a.py", "frozen"),
    ):
        refused = made.may_write(path)
        assert refused is not None and refused.rule == rule
    assert made.may_read("api/openapi.yaml") and made.may_read("api/paths/users.yaml")


@pytest.mark.parametrize(
    ("glob", "expected"),
    [
        ("**", ["app/a.py", "app/b/c.py", "README.md"]),
        ("", ["app/a.py", "app/b/c.py", "README.md"]),
        ("*.py", ["app/a.py", "app/b/c.py"]),
        ("app/*.py", ["app/a.py"]),
        ("./app", ["app/a.py", "app/b/c.py"]),
        ("app/b/", ["app/b/c.py"]),
        ("**/*.{py,md}", ["app/a.py", "app/b/c.py", "README.md"]),
    ],
)
def test_a_models_glob_selects_among_the_paths(glob: str, expected: list[str]) -> None:
    assert policy().matching(["app/a.py", "app/b/c.py", "README.md"], glob) == expected


def test_a_glob_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(ToolRefusal, match="negation"):
        policy().matching([], "!a")


@pytest.mark.parametrize(
    ("source", "rule"),
    [
        pytest.param(True, None, id="the service is built from it"),
        pytest.param(False, "contract", id="printed from it"),
    ],
)
def test_a_graphql_schema_is_protected_unless_the_service_is_built_from_it(source, rule) -> None:
    settings = BackendSettings(context_window=SPECIFICATION)
    files = ("schema/query.graphql", "schema/user.graphql")
    schema = GraphQLSchema(path=files[0], digest=DIGEST, files=files, source=source)
    space = workspace(settings=settings).model_copy(update={"graphql": schema})
    policy = PathPolicy.of(space, planned=files)
    for path in files:
        refused = policy.may_write(path)
        assert (refused.rule if refused else None) == rule
        assert PathPolicy.of(space).may_read(path)
