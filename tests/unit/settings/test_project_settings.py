"""`agents.backend.project` of aurora.yaml: its bounds, its lines, and one of them over another."""

import pytest

from aurora.errors import Refusal
from aurora.settings.project import ProjectSettings
from aurora.settings.repository import BackendSettings
from aurora.settings.repository_file import load


def block(text: str) -> BackendSettings:
    return load(f"agents:\n  backend:\n    {text}\n").settings


def test_each_value_may_be_set() -> None:
    text = """project:
      root: services/api
      language: python
      python: "3.12"
      install: ["pip install -r requirements/dev.txt"]
      test_env: {DJANGO_SETTINGS_MODULE: site.settings.test, DEBUG: "1"}
      groups: [test]
      extras: []
      contract: none"""
    project = block(text).project
    assert project.named() == tuple(ProjectSettings.model_fields)
    assert project.extras == ()
    assert block(text).contract.path == "none"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("project: {python: 3.10}", ":3: .*in quotes", id="a number for a version"),
        pytest.param("project:\n      root: ../elsewhere", ":4: .*inside the repository", id="a root outside"),
        pytest.param("project: {roots: a}", "did you mean 'root'?", id="an unknown key"),
        pytest.param("project: {test_env: {DEBUG: true}}", "DEBUG: expected a text, found true", id="no text"),
        pytest.param("project:\n      test_env:\n        A: b\n        LD_PRELOAD: x", ":6: .*LD_PRELOAD", id="loader"),
        pytest.param("project: {test_env: {AURORA_KEY_FD: '7'}}", "AURORA_KEY_FD is set by the sandbox", id="ours"),
        pytest.param("project: {test_env: {PYTHONOPTIMIZE: '1'}}", "changes the interpreter", id="no assertions"),
        pytest.param("project: {test_env: {PYTEST_ADDOPTS: -x}}", "commands.test", id="the runner's options"),
        pytest.param("project: {test_env: {NODE_OPTIONS: --require ./x.cjs}}", "not '--require'", id="preloaded"),
        pytest.param("project: {test_env: {NODE_TEST_CONTEXT: child}}", "changes the interpreter", id="node:test"),
        pytest.param("project: {test_env: {K: AKIAIOSFODNN7QXAMPLA}}", "K looks like a real credential", id="a secret"),
        pytest.param("contract: a.yaml\n    project: {contract: b.yaml}", ":4: .*in line 3", id="two contracts"),
        pytest.param("project:\n      contract: /etc/passwd", ":4: .*not a path inside", id="a contract outside"),
    ],
)
def test_a_value_that_can_not_be_is_refused_with_its_line(text: str, said: str) -> None:
    with pytest.raises(Refusal, match=said) as refused:
        block(text)
    assert "AKIA" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PYTHONPATH", "src"),
        ("PYTHONHASHSEED", "0"),
        ("NODE_ENV", "test"),
        ("NODE_OPTIONS", "--experimental-vm-modules --max-old-space-size=4096"),
        ("GIT_AUTHOR_NAME", "Somebody"),
        ("SECRET_KEY", "only-for-tests"),
        ("AWS_ACCESS_KEY_ID", "testing"),
        ("JWT_PRIVATE_KEY", "dummy\nof two lines"),
    ],
)
def test_what_tests_read_may_be_set(name: str, value: str) -> None:
    assert ProjectSettings(test_env={name: value}).test_env == {name: value}


def test_a_later_piece_wins_value_by_value_and_variable_by_variable() -> None:
    earlier = ProjectSettings(root="api", groups=("dev",), test_env={"A": "1", "B": "1"})
    later = ProjectSettings(groups=(), test_env={"B": "2"})
    assert later.over(earlier) == ProjectSettings(root="api", groups=(), test_env={"A": "1", "B": "2"})
    settings = BackendSettings(project=earlier, contract="a.yaml")
    assert settings.with_project(ProjectSettings(contract="none")).contract.path == "none"
    assert settings.with_project(later).contract.path == "a.yaml"
