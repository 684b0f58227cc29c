"""Check whether an engine is there: a slow one is, a silent one is not."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from aurora.bootstrap import engine
from aurora.errors import Refusal

SLOW = 0.6
ANSWERS = {"/version": {"Version": "29.1", "ApiVersion": "1.52"}, "/info": {"MemoryLimit": True, "PidsLimit": True}}


class SlowEngine(BaseHTTPRequestHandler):
    """Answers a ping at once, with a refusal of the version it was asked in, and all else after a while."""

    def do_GET(self) -> None:
        known = next((said for path, said in ANSWERS.items() if self.path.endswith(path)), None)
        if known is not None:
            time.sleep(SLOW)
        body = json.dumps(known or {"message": "client version 1.24 is too old"}).encode()
        self.send_response(200 if known else 400)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def slow_engine() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), SlowEngine)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"tcp://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_an_engine_that_takes_long_to_describe_itself_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    with slow_engine() as address:
        monkeypatch.setenv("DOCKER_HOST", address)
        assert engine.check(there=SLOW / 2, described=20) == "29.1"


def test_an_engine_that_does_not_answer_a_ping_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("DOCKER_HOST", f"tcp://127.0.0.1:{silent.getsockname()[1]}")
        began = time.monotonic()
        with pytest.raises(Refusal, match="does not answer"):
            engine.check(there=0.2, described=20)
        assert time.monotonic() - began < 10
