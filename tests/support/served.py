"""Boxes whose driver is whatever the order says, and small applications to be driven."""

import json
import os

import pytest

from aurora import ports
from aurora.drivers.sandbox.docker_sandbox import DockerSandbox
from tests.support.boxes import RUNTIME

ALL = os.environ.get("AURORA_SERVED") == "all"
slow = pytest.mark.skipif(not ALL, reason="played by `make served`")
"""On a test that `make test` leaves out."""
PORT = 8123
DRIVER = ("/opt/contract/bin/python", "-I", "-c", "import json, sys; order = json.load(sys.stdin); exec(order['code'])")
"""In place of the real one: it does what the order says."""
ASK = """
import http.client, os
def ask(path, host=order["host"]):
    asked = http.client.HTTPConnection(host, order["port"], timeout=5)
    asked.request("GET", path, headers={"Authorization": order.get("value", "")})
    answer = asked.getresponse()
    return answer.status, answer.read(1 << 16).decode()
def statements(path):
    asked = http.client.HTTPConnection(order["host"], order["port"], timeout=5)
    asked.request("GET", path)
    return asked.getresponse().getheader("X-Aurora-Statements")
"""
SERVICE = """
import http.server, os, sys
class Service(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        said = self.answer().encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)
    def answer(self):
        return "hello"
    def log_message(self, *_): pass
def serve(kind=Service, host="127.0.0.1", port=int(os.environ["PORT"])):
    http.server.ThreadingHTTPServer((host, port), kind).serve_forever()
"""


def order(code: str) -> bytes:
    """Of a driver with `ask(path)` and `statements(path)`, which prints its result."""
    return json.dumps({"port": PORT, "code": ASK + code}).encode()


def python(code: str) -> tuple[str, ...]:
    """The argv of an application, or of a command before it."""
    return ("python", "-c", SERVICE + code)


def command(code: str = "serve()", **more: object) -> ports.ServeCommand:
    given = {"argv": python(code), "port": PORT, "ready_seconds": 20, "seconds": 60, **more}
    return ports.ServeCommand.model_validate(given)


@pytest.fixture(scope="session")
async def driving(artifacts):
    """A sandbox with that driver."""
    made = DockerSandbox(artifacts, runtime=RUNTIME, driver=DRIVER)
    yield made
    await made.close()


@pytest.fixture
async def served(driving, draft, workspace):
    async with driving.open(draft, workspace) as opened:
        yield opened
    await driving.release(draft.task)
