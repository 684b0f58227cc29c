"""Applications of Node that a module only exports: Aurora's program listens for each."""

import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parents[3] / "aurora/toolchains/in_box/aurora_listen.mjs"
NODE = shutil.which("node")


@contextmanager
def served(folder: Path, name: str, text: str, exported: str = "default") -> Iterator[int]:
    """The port, once it accepts connections."""
    (folder / name).write_text(text, encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    assert NODE is not None
    process = subprocess.Popen([NODE, str(PROGRAM), name, exported, str(port)], cwd=folder)
    try:
        for _ in range(200):
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            assert process.poll() is None, "it ended"
            time.sleep(0.05)
        yield port
    finally:
        process.kill()
        process.wait()


def answered(port: int, body: bytes | None = None) -> str:
    request = urllib.request.Request(f"http://127.0.0.1:{port}/a?b=1", data=body)
    with urllib.request.urlopen(request, timeout=10) as response:
        return str(response.read().decode())


@pytest.mark.skipif(NODE is None, reason="there is no Node on this machine")
@pytest.mark.parametrize(
    ("name", "text", "exported"),
    [
        pytest.param("a.cjs", "module.exports = (req, res) => res.end('seen ' + req.url)", "default", id="a handler"),
        pytest.param("a.mjs", "export const app = (req, res) => res.end('seen ' + req.url)", "app", id="a named one"),
        pytest.param(
            "a.cjs",
            "exports.__esModule = true; exports.default = (req, res) => res.end('seen ' + req.url)",
            "default",
            id="what TypeScript writes",
        ),
        pytest.param(
            "a.mjs",
            "export default { callback: () => (req, res) => res.end('seen ' + req.url) }",
            "default",
            id="as Koa gives its handler",
        ),
        pytest.param(
            "a.mjs",
            "export default { fetch: (r) => new Response('seen ' + new URL(r.url).pathname + new URL(r.url).search) }",
            "default",
            id="as Hono answers",
        ),
        pytest.param(
            "a.mjs",
            "import { createServer } from 'node:http'\nexport async function buildApp() {\n"
            "  const server = createServer((req, res) => res.end('seen ' + req.url))\n"
            "  return { inject() {}, listen: ({ port, host }) => server.listen(port, host) }\n}\n",
            "buildApp",
            id="what a function makes, as Fastify listens",
        ),
    ],
)
def test_each_kind_of_application_answers(tmp_path: Path, name: str, text: str, exported: str) -> None:
    with served(tmp_path, name, text, exported) as port:
        assert answered(port) == "seen /a?b=1"


@pytest.mark.skipif(NODE is None, reason="there is no Node on this machine")
def test_a_body_and_a_status_travel_through_fetch(tmp_path: Path) -> None:
    text = "export default { fetch: async (r) => new Response('got ' + await r.text(), { status: 201 }) }"
    with served(tmp_path, "a.mjs", text) as port:
        assert answered(port, b"x" * 100_000) == "got " + "x" * 100_000


@pytest.mark.skipif(NODE is None, reason="there is no Node on this machine")
def test_a_module_that_exports_nothing_such_ends_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "a.mjs").write_text("export const app = 3", encoding="utf-8")
    assert NODE is not None
    argv = [NODE, str(PROGRAM), "a.mjs", "app", "1"]
    done = subprocess.run(argv, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "a.mjs exports nothing as app" in done.stderr
