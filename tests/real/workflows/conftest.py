"""Temporal's time-skipping server, one a test file: its one clock stands still for whatever any test left open."""

from collections.abc import AsyncIterator

import pytest_asyncio
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.testing import WorkflowEnvironment

from aurora import names
from aurora.client.converter import data_converter
from tests.support.sealing import TEST_KEYS


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def env(test_server: str) -> AsyncIterator[WorkflowEnvironment]:
    async with await WorkflowEnvironment.start_time_skipping(
        data_converter=data_converter(TEST_KEYS), test_server_existing_path=test_server
    ) as environment:
        kinds = {
            "Keyword": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
            "KeywordList": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST,
        }
        await environment.client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(
                namespace="default",
                search_attributes={name: kinds[kind] for name, kind in names.SEARCH_ATTRIBUTES.items()},
            )
        )
        yield environment
