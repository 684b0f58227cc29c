"""Temporal's two real servers, which the wheels bring: with our search attributes, and sealed with the tests' keys."""

import shutil
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import Client
from temporalio.common import SearchAttributeKey
from temporalio.testing import WorkflowEnvironment

from aurora import names
from aurora.client.converter import data_converter
from tests.support.sealing import TEST_KEYS

KEYS = {"Keyword": SearchAttributeKey.for_keyword, "KeywordList": SearchAttributeKey.for_keyword_list}
KINDS = {
    "Keyword": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
    "KeywordList": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST,
}
QUICK = {f"history.{queue}ProcessorMaxPollRPS": "2000" for queue in ("transfer", "timer", "visibility")} | {
    # a run that continues another would wait for a second: our runs are long, those of a test are not
    "history.workflowIdReuseMinimalInterval": '"0s"'
}
"""Dynamic configuration for tests, whose tasks are short and many."""


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


@asynccontextmanager
async def dev_server(binary: str, settings: Mapping[str, str]) -> AsyncIterator[Client]:
    """The dev server, with `settings` as its dynamic configuration."""
    given = [f"{name}={value}" for name, value in settings.items()]
    async with await WorkflowEnvironment.start_local(
        dev_server_existing_path=binary,
        data_converter=data_converter(TEST_KEYS),
        search_attributes=[KEYS[kind](name) for name, kind in names.SEARCH_ATTRIBUTES.items()],
        dev_server_extra_args=[word for setting in given for word in ("--dynamic-config-value", setting)],
    ) as environment:
        yield environment.client


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def server(temporal_binary: str) -> AsyncIterator[Client]:
    """The dev server, for what the time-skipping one does not do: continue-as-new under queries, visibility."""
    async with dev_server(temporal_binary, QUICK) as client:
        yield client


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def env(test_server: str) -> AsyncIterator[WorkflowEnvironment]:
    """The time-skipping server, one a test file: its one clock stands still for whatever any test left open."""
    async with await WorkflowEnvironment.start_time_skipping(
        data_converter=data_converter(TEST_KEYS), test_server_existing_path=test_server
    ) as environment:
        attributes = {name: KINDS[kind] for name, kind in names.SEARCH_ATTRIBUTES.items()}
        request = AddSearchAttributesRequest(namespace="default", search_attributes=attributes)
        await environment.client.operator_service.add_search_attributes(request)
        yield environment
