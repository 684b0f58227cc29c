import pytest

from tests.drivers.box_fixtures import artifacts, image, sandbox
from tests.forgeries.judge import Judges

__all__ = ["artifacts", "image", "sandbox"]


@pytest.fixture(scope="session")
async def judges(artifacts, sandbox, tmp_path_factory):
    made = Judges(artifacts, sandbox, tmp_path_factory.mktemp("forgeries"))
    yield made
    await made.close()
