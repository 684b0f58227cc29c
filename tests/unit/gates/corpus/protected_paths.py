from aurora.gates.context import NOTHING
from tests.support.gate_cases import Case

TEST = b"def test_a():\n    assert 1\n"
FROZEN = {"tests/test_users.py": TEST}
BAD = [
    Case("a test of the base that was not frozen", "tests/test_old.py", b"x = 2\n", "x = 1\n"),
    Case("a test that was never frozen", "tests/test_late.py", TEST),
    Case("a frozen test that was altered", "tests/test_users.py", TEST + b"# more\n", frozen=FROZEN),
    Case("a frozen test that can't be read", "tests/test_users.py", None, frozen=FROZEN),
    Case("a plugin", "tests/helper.egg-info/entry_points.txt", b"x"),
    Case("instructions", "CLAUDE.md", b"x"),
    Case("a workflow", ".github/workflows/x.yml", b"x"),
    Case("settings", "aurora.yaml", b"x = 2\n", "x = 1\n"),
    Case("a manifest", "pyproject.toml", b"x = 2\n", "x = 1\n"),
    Case("a manifest that is gone", "pyproject.toml", None, "x = 1\n", mode=NOTHING),
    Case("a frozen test that is gone", "tests/test_users.py", None, "x", mode=NOTHING, frozen=FROZEN),
    Case("a test that is gone", "tests/test_old.py", None, "x", mode=NOTHING),
]
GOOD = [
    Case("code", "app/users.py", b"x = 2\n", "x = 1\n"),
    Case("code that was removed", "app/old.py", None, "x = 1\n", mode=NOTHING),
    Case("new code", "app/new.py", b"x = 1\n"),
    Case("a frozen test", "tests/test_users.py", TEST, frozen=FROZEN),
    Case("a Dockerfile", "Dockerfile", b"FROM scratch\n", task="Add a Dockerfile"),
    Case("a CI workflow", ".github/workflows/ci.yml", b"on: push\n", task="Add a CI workflow"),
    Case("a lock", "uv.lock", b"version = 1\n", task="Update the lock file"),
    Case("instructions", "AGENTS.md", b"Cents.\n", task="Say in AGENTS.md that prices are cents"),
    Case("requirements", "requirements.txt", b"requests\n", task="add requests to requirements.txt"),
]
