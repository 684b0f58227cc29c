"""The double as a process of its own."""

import json
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.support.message_bodies import HEADERS, body


def start(*words: str | Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "aurora.messages_double", *map(str, words)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_it_says_its_address_keeps_a_ledger_and_ends_when_told(tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text("replies: [{reply: {text: hi}}]")
    ledger, address = tmp_path / "ledger.jsonl", tmp_path / "address"
    with start("--scenario", tmp_path / "s.yaml", "--ledger", ledger, "--address", address) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            assert address.read_text().strip() == url
            asked = urllib.request.Request(f"{url}/v1/messages", json.dumps(body()).encode(), HEADERS)
            with urllib.request.urlopen(asked, timeout=10) as answer:
                assert json.load(answer)["content"] == [{"type": "text", "text": "hi"}]
        finally:
            process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=20)
        assert (process.returncode, errors) == (0, "")
    (line,) = ledger.read_text().splitlines()
    entry = json.loads(line)
    assert (entry["n"], entry["outcome"], entry["step"], entry["task"]) == (1, "replied", "write_code", "t1")
    # four characters a token; sonnet's 2 and 10 dollars per million
    usage = entry["usage"]
    assert entry["microdollars"] == 2 * usage["input_tokens"] + 10 * usage["output_tokens"]


@pytest.mark.parametrize("written", ["replies: [{reply: {txt: a}}]", "replies: ["], ids=["unknown key", "no YAML"])
def test_a_bad_scenario_ends_it_with_the_place(tmp_path: Path, written: str) -> None:
    (tmp_path / "s.yaml").write_text(written)
    with start("--scenario", tmp_path / "s.yaml") as process:
        _, errors = process.communicate(timeout=20)
    assert process.returncode == 1 and "s.yaml" in errors and "Traceback" not in errors
