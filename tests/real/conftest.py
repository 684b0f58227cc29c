"""The fixtures of all tests on real parts: a session has one sandbox, and one daemon with its stand-in worker."""

from tests.support.boxes import artifacts, box, draft, image, sandbox, workspace
from tests.support.command_line import alone, aurora, daemon, repository
from tests.support.servers import env, server, temporal_binary, test_server

__all__ = [
    "alone", "artifacts", "aurora", "box", "daemon", "draft", "env", "image", "repository", "sandbox", "server",
    "temporal_binary", "test_server", "workspace",
]  # fmt: skip
