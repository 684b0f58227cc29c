"""Fixtures that need the Docker engine; the tests that ask for them are marked `docker`."""

from tests.drivers.box_fixtures import artifacts, box, draft, image, sandbox, workspace

__all__ = ["artifacts", "box", "draft", "image", "sandbox", "workspace"]
