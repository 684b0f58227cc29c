"""Tests counted while a run's events come in, in whatever pieces they come."""

import json
import os

import pytest

from aurora.drivers.in_box import frames
from aurora.drivers.in_box.tally import Tally


def line(**event: object) -> bytes:
    return b"0123456789abcdef " + json.dumps(event).encode() + b"\n"


EVENTS = b"".join(
    [
        *(line(seq=n, t="collected", node=f"tests/test_a.py::test_{n}") for n in range(3)),
        line(t="result", node="tests/test_a.py::test_0", when="call", outcome="passed"),
        line(t="result", node="tests/test_a.py::test_0", when="teardown", outcome="passed"),
        line(t="result", node="a.test.ts > x", when="whole", message='says "t": "collected" and "when": "whole"'),
        b'{"t":"collected","node":"b"}\n',
    ]
)


@pytest.mark.parametrize("size", [1, 7, 100, 10_000])
def test_events_are_counted_however_they_are_cut(size: int) -> None:
    with open(os.devnull, "wb") as nobody:
        tally = Tally(nobody)
        for at in range(0, len(EVENTS), size):
            tally.add(EVENTS[at : at + size])
    assert (tally.collected, tally.ended) == (4, 2)


def test_a_reader_that_does_not_read_is_not_waited_for() -> None:
    read_end, write_end = os.pipe()
    with open(write_end, "wb") as target:
        for _ in range(20_000):
            frames.send_if_read(target, frames.pack({"ended": 1, "collected": 2}))
        os.set_blocking(read_end, False)
        with os.fdopen(read_end, "rb") as source:
            assert frames.read(source) == ({"ended": 1, "collected": 2}, b"")
