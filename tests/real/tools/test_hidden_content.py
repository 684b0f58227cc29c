"""Text that aurora.yaml hides stays hidden when real runs of pytest and unittest print it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from aurora.tools.hidden_content import HiddenContent

SECRET = """KEY = "hunter2-and-more-of-it"


def check(given):
    wanted = {"a": 17}
    if given < 0:
        raise ValueError(given)
    assert given == wanted["a"]
    return given
"""
VISIBLE = """from app import vault


def test_asserts():
    assert vault.check(18) == 1


def test_raises():
    vault.check(-4)


def test_prints():
    print(vault.KEY)
    assert vault.KEY == "visible words"


def test_own():
    shown = {"visible": 1}
    assert shown == {"visible": 2}
"""
SOURCE = ("wanted", "raise ValueError(given)", "given < 0", "hunter2", "assert given")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "app").mkdir()
    (tmp_path / "app/__init__.py").write_text("")
    (tmp_path / "app/vault.py").write_text(SECRET)
    (tmp_path / "test_it.py").write_text(VISIBLE)
    return tmp_path


def hidden() -> HiddenContent:
    return HiddenContent(frozenset({"app/vault.py"}), {"app/vault.py": SECRET}, frozenset())


def said(folder: Path, *argv: str) -> str:
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(folder)}
    done = subprocess.run([sys.executable, *argv], cwd=folder, env=env, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


@pytest.mark.parametrize("style", ["short", "long", "native", "line", "auto"])
def test_what_pytest_shows_of_a_hidden_file_is_left_out_and_said(project: Path, style: str) -> None:
    text = said(project, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--tb={style}", "--showlocals", "test_it.py")
    masked = hidden().mask(text)
    assert any(part in text for part in SOURCE)
    assert not [part for part in SOURCE if part in masked], masked
    assert "app/vault.py" not in masked
    assert "4 failed" in masked and "visible words" in masked
    assert "lines of files that aurora.yaml hides" in masked


def test_what_unittest_shows_of_a_hidden_file_is_left_out(project: Path) -> None:
    (project / "test_unit.py").write_text(
        "import unittest\nfrom app import vault\n\n\nclass Case(unittest.TestCase):\n    def test_a(self):\n"
        "        vault.check(18)\n\n    def test_b(self):\n        self.assertEqual(vault.KEY, 'visible words')\n"
    )
    text = said(project, "-m", "unittest", "test_unit")
    masked = hidden().mask(text)
    assert 'assert given == wanted["a"]' in text and "hunter2" in text
    assert "assert given" not in masked and "hunter2" not in masked and "vault.py" not in masked
    assert "vault.check(18)" in masked and "visible words" in masked
