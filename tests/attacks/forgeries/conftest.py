import pytest

from tests.attacks.forgeries.judge import Judges
from tests.support.boxes import artifacts, image, sandbox

__all__ = ["artifacts", "image", "sandbox"]


@pytest.fixture(scope="session")
async def judges(artifacts, sandbox, tmp_path_factory):
    made = Judges(artifacts, sandbox, tmp_path_factory.mktemp("forgeries"))
    yield made
    await made.close()
