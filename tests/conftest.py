"""Paths of the two real Temporal servers that the wheels bring."""

import os
import shutil
import sys
from pathlib import Path

import hypothesis
import pytest

# A shared machine is no clock: no example may fail for its time. CI plays the same examples at each run; a person's
# machine plays new ones.
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.register_profile("own", deadline=None)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "own")


def _wheel_binary(name: str) -> str:
    beside = Path(sys.executable).with_name(name)
    found = str(beside) if beside.exists() else shutil.which(name)
    assert found, f"{name} is not installed: run `make setup`"
    return found


@pytest.fixture(scope="session")
def test_server() -> str:
    return _wheel_binary("temporal-test-server")


@pytest.fixture(scope="session")
def temporal_binary() -> str:
    return _wheel_binary("temporal")
