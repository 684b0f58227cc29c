from collections.abc import AsyncIterator

import httpx2
import pytest

from aurora.messages_double.serving import Double, serving
from tests.support.message_bodies import HEADERS, says


@pytest.fixture(scope="session")
async def double() -> AsyncIterator[Double]:
    """One for all tests that need nothing of its state; replies enough for each."""
    async with serving(says(*["Hello."] * 100), key="test-key") as double:
        yield double


@pytest.fixture(scope="session")
async def http(double: Double) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(base_url=double.url, headers=HEADERS) as client:
        yield client
