"""The two real Temporal servers that the wheels bring."""

import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import hypothesis
import pytest
import pytest_asyncio
from temporalio.client import Client
from temporalio.common import SearchAttributeKey
from temporalio.testing import WorkflowEnvironment

from aurora import names
from aurora.converter import data_converter
from tests.sealing import TEST_KEYS

# A shared machine is no clock: no example may fail for its time. CI plays the same examples at each run; a person's
# machine plays new ones.
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.register_profile("own", deadline=None)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "own")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Groups for runs in several processes: a file keeps its servers, and one process has the engine for itself."""
    for item in items:
        group = "engine" if item.get_closest_marker("docker") else str(item.path)
        item.add_marker(pytest.mark.xdist_group(group))


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


# A shell's background job ignores Ctrl-C, and so would every command that a test starts and interrupts.
signal.signal(signal.SIGINT, signal.default_int_handler)

KINDS = {"Keyword": SearchAttributeKey.for_keyword, "KeywordList": SearchAttributeKey.for_keyword_list}


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def server(temporal_binary: str) -> AsyncIterator[Client]:
    """The dev server, for what the time-skipping one does not do: continue-as-new under queries, visibility."""
    attributes = [KINDS[kind](name) for name, kind in names.SEARCH_ATTRIBUTES.items()]
    rates = [f"history.{queue}ProcessorMaxPollRPS=2000" for queue in ("transfer", "timer", "visibility")]
    # a run that continues another would wait for a second: our runs are long, those of a test are not
    rates.append('history.workflowIdReuseMinimalInterval="0s"')
    async with await WorkflowEnvironment.start_local(
        dev_server_existing_path=temporal_binary,
        data_converter=data_converter(TEST_KEYS),
        search_attributes=attributes,
        dev_server_extra_args=[word for rate in rates for word in ("--dynamic-config-value", rate)],
    ) as environment:
        yield environment.client
