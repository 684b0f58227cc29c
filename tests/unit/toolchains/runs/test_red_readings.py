"""Recorded errors of real frameworks are read as they are due: what the code, the test or its surroundings lack."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from tests.support.projects import PLUGINS, written
from tests.support.red_corpus import node, record


@pytest.mark.parametrize("name", record.PYTHON)
def test_each_recorded_error_has_the_kind_that_it_is_due(tmp_path, name):
    recording = record.RECORDED / f"{name}.json"
    reported = json.loads(recording.read_text())
    assert reported["sources"] == record.digest(name), "the corpus was changed: record it anew by `make red-corpus`"
    folder = written(tmp_path, record.files(name))
    env = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(PLUGINS),
        "AURORA_REPOSITORY": ".",
        "AURORA_TEST_FILES": '["tests/.*"]',
    }
    argv = [sys.executable, str(record.HERE / "replay.py"), str(recording)]
    done = subprocess.run(argv, cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert not done.returncode, done.stderr
    read = json.loads(done.stdout)
    assert len(read) == len(reported["cases"]) > 10
    assert {test: said for test, said in read.items() if wrong(test, *said)} == {}


@pytest.mark.skipif(shutil.which("node") is None, reason="needs node")
@pytest.mark.parametrize("name", record.NODE)
def test_each_recorded_error_of_node_has_the_kind_that_it_is_due(tmp_path, name):
    recording = record.RECORDED / f"{name}.json"
    assert json.loads(recording.read_text())["sources"] == record.digest(name), "record it anew by `make red-corpus`"
    read = record.in_node(node.REPLAY, written(tmp_path, record.files(name)), str(recording))
    assert len(read) > 10
    assert {test: facts for test, facts in read.items() if wrong(f"test_{test}", facts["kind"], facts["lacks"])} == {}


def wrong(test: str, kind: str, lacks: str) -> bool:
    due = test.rpartition(".")[2].removeprefix("test_").partition("__")[0]
    return kind != due or ("__planned" in test and not lacks)
