"""The making of requests is bounded by the processor's time that it takes."""

import pytest

from aurora.drivers.in_box.exercise.generating import TooSlow, in_time


def test_what_never_ends_is_ended_and_passes_whoever_catches_errors() -> None:
    made: list[int] = []
    with pytest.raises(TooSlow), in_time(0.05):
        while True:
            try:
                made.append(len(made))
            except Exception:  # noqa: BLE001 (as generators do)
                made.clear()
    assert made


def test_what_ends_in_time_is_left_alone() -> None:
    with in_time(5):
        total = sum(range(1000))
    assert total == 499_500
