"""The two real Temporal servers that the wheels bring."""

import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from functools import cache
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import pytest_asyncio
from temporalio.client import Client
from temporalio.common import SearchAttributeKey
from temporalio.testing import WorkflowEnvironment
from xdist.scheduler import LoadScopeScheduling

from aurora import names
from aurora.client.converter import data_converter
from tests.support.sealing import TEST_KEYS

# A shared machine is no clock: no example may fail for its time. CI plays the same examples at each run; a person's
# machine plays new ones.
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.register_profile("own", deadline=None)
ROOT = Path(__file__).resolve().parents[1]

hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "own")


class ByFile(LoadScopeScheduling):
    """Tests in several processes: a file keeps its servers, and one process has the engine for itself.

    xdist's own groups are lost with pytest 9.2, which no longer lets a plugin write a test's id."""

    @cache  # noqa: B019  one scheduler lives as long as the run
    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.split("::", 1)[0]
        return "engine" if "mark.docker" in (ROOT / path).read_text(encoding="utf-8") else path


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    return ByFile(config, log)


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
