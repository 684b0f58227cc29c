"""The gates before the commit, all together: what a commit may change is what the steps may do, and nothing else."""

import pytest

from aurora import bounded
from aurora.domain.findings import Finding
from aurora.domain.questions import AnswerBook
from aurora.gates import GATES, gate_runner
from aurora.gates.context import EXECUTABLE, LINK, NOTHING
from aurora.gates.gate import FileGate, When
from aurora.tools.grants import Grants, asked_for
from tests.support.gate_cases import Case

TEST = b"def test_a():\n    assert 1\n"
NAMES = tuple(gate.name for gate in GATES if isinstance(gate, FileGate) and When.COMMIT in gate.when)


def refused(case: Case) -> tuple[Finding, ...]:
    return gate_runner.in_files(NAMES, case.facts, (case.file,))


@pytest.mark.parametrize(
    "case",
    [
        Case("code", "app/users.py", b"x = 2\n", "x = 1\n"),
        Case("new code", "app/new.py", b"x = 1\n"),
        Case("a frozen test", "tests/test_users.py", TEST, frozen={"tests/test_users.py": TEST}),
        Case("an executable that stays one", "bin/run.py", b"x = 2\n", "x = 1\n", EXECUTABLE, EXECUTABLE),
        Case("a Dockerfile that was asked for", "Dockerfile", b"FROM scratch\n", task="Add a Dockerfile"),
    ],
    ids=lambda case: case.id,
)
def test_what_the_steps_may_do_is_accepted(case: Case) -> None:
    assert refused(case) == ()


@pytest.mark.parametrize(
    ("case", "gate"),
    [
        (Case("a symbolic link", "app/link.py", None, mode=LINK), "file_kinds"),
        (Case("a test that is gone", "tests/test_old.py", None, "x", mode=NOTHING), "file_kinds"),
        (Case("a device", "app/aux.py", b"x = 1\n"), "file_names"),
        (Case("a test that was never frozen", "tests/test_late.py", TEST), "protected_paths"),
        (Case("settings", "aurora.yaml", b"x = 2\n", "x = 1\n"), "protected_paths"),
        (Case("a binary", "app/blob.py", b"\x00\x01"), "plain_text"),
        (Case("too large to be read", "app/huge.py", None), "plain_text"),
        (Case("too large", "app/big.py", b"x" * 2_000_001), "size"),
        (Case("an encoding", "app/x.py", b"# coding: rot13\n"), "source_encoding"),
        (Case("a direction override", "app/x.py", "x = '\u202e'\n".encode()), "hidden_characters"),
        (Case("a key", "app/x.py", b"-----BEGIN PRIVATE KEY-----\n"), "secrets"),
        (Case("another option of the runner", "pyproject.toml", b"[tool.pytest]\n", "", task="Change pyproject.toml"),
         "manifest_changes"),
    ],
    ids=lambda one: getattr(one, "id", ""),
)  # fmt: skip
def test_whatever_no_step_may_do_is_refused_by_one_gate(case: Case, gate: str) -> None:
    assert [(finding.check, finding.path) for finding in refused(case)] == [(gate, case.path)]


@pytest.mark.parametrize(
    ("task", "path"),
    [
        ("Add a Dockerfile", "Dockerfile"),
        ("Add a CI workflow", ".github/workflows/ci.yml"),
        ("Update the lock file", "uv.lock"),
        ("Say in AGENTS.md that prices are cents", "AGENTS.md"),
        ("add requests to requirements.txt", "requirements.txt"),
    ],
)
async def test_what_the_task_asks_for_is_named(task: str, path: str) -> None:
    grants = Grants.of(Case("any", task=task).workspace.task, AnswerBook())
    (allowed,) = await bounded.call(asked_for, grants, (path, "app/users.py"), about="paths")
    assert allowed.path == path and allowed.asked_by == "the task" and allowed.words == task
