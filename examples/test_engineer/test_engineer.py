"""A Test Engineer: a program that Aurora asks about each draft before its commit. Standard library alone.

    TEST_ENGINEER_SECRET=whsec_... python test_engineer.py --port 8765

It refuses a planned behaviour that no test of the draft speaks of, and advises where a test file has no case of a
refusal. What is asked and answered: docs/using/checkers.md.
"""

import argparse
import base64
import hmac
import json
import os
import re
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MOST_BYTES = 8_000_000
OLDEST_SECONDS = 300
COMMON = frozenset(
    re.findall(
        r"[a-z]+",
        "a an and are as at be been by for from gives has have if in into is it its must no not of on or that the "
        "their then there this to when where which while who with without should shall can does do answer answers "
        "return returns given",
    )
)
A_TEST = re.compile(
    r"^\s*(?:async\s+)?def\s+(?P<python>test\w*)|\b(?:it|test)(?:\.\w+)*\(\s*(?P<quote>['\"`])(?P<node>.*?)(?P=quote)",
    re.M,
)
DOCSTRING = re.compile(r'"""(.{1,400}?)"""', re.S)
REFUSES = re.compile(
    r"\b4\d\d\b|pytest\.raises|assertRaises|toThrow|\.rejects\b|assert\.(?:throws|rejects)|HTTPException|is None\b"
    r"|\b(?:invalid|refus|reject|missing|forbidden|not_found|duplicate|taken|error|too_|empty|negative)",
    re.I,
)


def findings(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Of one draft."""
    spoken = [words(one) for file in data["tests"] for one in sentences(file["text"])]
    for number, planned in enumerate(data["plan"]["tests"], 1):
        wanted = words(planned["behaviour"])
        if wanted and not any(len(wanted & said) * 2 >= len(wanted) for said in spoken):
            yield {
                "path": planned["path"],
                "message": f"No test speaks of planned behaviour {number}: {planned['behaviour']}",
                "hint": "Name a test, or its docstring, after the behaviour that it checks.",
                "weight": "blocks",
            }
    for file in data["tests"]:
        if A_TEST.search(file["text"]) and not REFUSES.search(file["text"]):
            yield {
                "path": file["path"],
                "message": "No test of this file sees anything refused: no error, no status of 4xx, no exception.",
                "hint": "Add the case that must not work.",
                "weight": "advice",
            }


def sentences(text: str) -> Iterator[str]:
    """The statements of tests about themselves: their names, each with the docstring that follows it."""
    for found in A_TEST.finditer(text):
        said = found["python"] or found["node"]
        docstring = DOCSTRING.search(text, found.end(), found.end() + 800)
        yield f"{said} {docstring[1] if docstring else ''}"


def words(text: str) -> set[str]:
    """Stems of the words that say something."""
    found = re.findall(r"[a-z]+|\d+", re.sub(r"([a-z])([A-Z])", r"\1 \2", text).lower())
    return {re.sub(r"(?:ing|ed|es|s)$", "", word) for word in found if word not in COMMON and word != "test"}


def is_ours(headers: Any, body: bytes, secret: str) -> bool:
    """Whether the body was signed with the secret, lately: https://www.standardwebhooks.com."""
    try:
        late = abs(time.time() - int(headers["webhook-timestamp"])) > OLDEST_SECONDS
    except (TypeError, ValueError):
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    due = b"v1," + base64.b64encode(hmac.digest(key, signed, "sha256"))
    given = str(headers["webhook-signature"]).encode().split()
    return not late and any(hmac.compare_digest(one, due) for one in given)


class Desk(BaseHTTPRequestHandler):
    secret = ""

    def do_POST(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        body = self.rfile.read(length) if length <= MOST_BYTES else b""
        if not is_ours(self.headers, body, self.secret):
            self._answer(401, {"error": "the signature is not ours"})
            return
        try:
            self._answer(200, {"findings": list(findings(json.loads(body)["data"]))[:200]})
        except (ValueError, KeyError, TypeError) as error:
            self._answer(400, {"error": f"{type(error).__name__}: {error}"})

    def _answer(self, status: int, said: dict[str, Any]) -> None:
        content = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def main() -> None:
    given = argparse.ArgumentParser(description="A Test Engineer that Aurora asks before a commit.")
    given.add_argument("--host", default="127.0.0.1")
    given.add_argument("--port", type=int, default=8765)
    arguments = given.parse_args()
    Desk.secret = os.environ["TEST_ENGINEER_SECRET"]
    server = ThreadingHTTPServer((arguments.host, arguments.port), Desk)
    print(f"http://{arguments.host}:{server.server_address[1]}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
