"""Fixtures that need the Docker engine; the tests that ask for them are marked `docker`."""

from tests.support.boxes import artifacts, box, draft, image, sandbox, workspace

__all__ = ["artifacts", "box", "draft", "image", "sandbox", "workspace"]
