"""One dev server for all runs of the whole house."""

from collections.abc import AsyncIterator

import pytest_asyncio
from temporalio.client import Client
from temporalio.common import SearchAttributeKey
from temporalio.testing import WorkflowEnvironment

from aurora import names
from aurora.client.converter import data_converter
from tests.support.sealing import TEST_KEYS

KINDS = {"Keyword": SearchAttributeKey.for_keyword, "KeywordList": SearchAttributeKey.for_keyword_list}


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def server(temporal_binary: str) -> AsyncIterator[Client]:
    attributes = [KINDS[kind](name) for name, kind in names.SEARCH_ATTRIBUTES.items()]
    async with await WorkflowEnvironment.start_local(
        dev_server_existing_path=temporal_binary, data_converter=data_converter(TEST_KEYS), search_attributes=attributes
    ) as environment:
        yield environment.client
