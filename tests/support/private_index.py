"""A package index that asks for a password, for builders to reach over the engine's bridge; and the proxy before it."""

import base64
import hashlib
import io
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote, urlsplit

from tests.support.engine import bridge_address

PACKAGE, VERSION = "aurora-private-thing", "3.1"
WHEEL = f"aurora_private_thing-{VERSION}-py3-none-any.whl"


def wheel() -> bytes:
    info = f"aurora_private_thing-{VERSION}.dist-info"
    files = {
        "aurora_private_thing.py": "THING = 31\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {PACKAGE}\nVersion: {VERSION}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files[f"{info}/RECORD"] = "".join(f"{name},,\n" for name in (*files, f"{info}/RECORD"))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return packed.getvalue()


class Index:
    def __init__(self, address: str, password: str) -> None:
        self.address, self.password = address, password
        self.asked: list[tuple[str, str]] = []
        """(path, the way it came: direct or proxied) of each request that was let in."""

    def url(self, name: str = "") -> str:
        return f"{name}http://shopper:{quote(self.password, safe='')}@{self.address}/simple"


@contextmanager
def private_index(password: str) -> Iterator[Index]:
    """Bound to the engine's bridge, which only this machine and its containers are on."""
    body = wheel()
    expected = "Basic " + base64.b64encode(f"shopper:{password}".encode()).decode()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            proxied = self.path.startswith("http://")
            path = urlsplit(self.path).path
            if self.headers.get("Authorization") != expected:
                self.answer(401, b"", "text/plain", {"WWW-Authenticate": 'Basic realm="index"'})
                return
            index.asked.append((path, "proxied" if proxied else "direct"))
            if path.endswith(".whl"):
                self.answer(200, body, "application/zip")
            elif path.strip("/") == f"simple/{PACKAGE}":
                digest = hashlib.sha256(body).hexdigest()
                self.answer(200, f'<a href="../../{WHEEL}#sha256={digest}">{WHEEL}</a>'.encode(), "text/html")
            else:
                self.answer(404, b"", "text/plain")

        do_HEAD = do_GET  # noqa: N815  the library's name

        def answer(self, code: int, content: bytes, kind: str, more: dict[str, str] | None = None) -> None:
            self.send_response(code)
            for name, value in {"Content-Type": kind, "Content-Length": str(len(content)), **(more or {})}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(content)

        def log_message(self, *_: object) -> None: ...

    gateway = bridge_address()
    server = ThreadingHTTPServer((gateway, 0), Handler)
    index = Index(f"{gateway}:{server.server_port}", password)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield index
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
