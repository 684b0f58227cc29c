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


@pytest.mark.parametrize(("seconds", "patience", "by_clock"), [(0.05, 5, False), (5, 0.05, True)])
def test_it_is_told_whether_the_processors_time_or_the_clocks_was_over(
    seconds: float, patience: float, by_clock: bool
) -> None:
    with pytest.raises(TooSlow) as late, in_time(seconds, patience):
        while True:
            pass
    assert late.value.by_clock is by_clock
