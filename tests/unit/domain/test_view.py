"""The progress of a task in words."""

from aurora.domain.view import Progress


def test_progress_is_told_by_part_and_by_operation() -> None:
    assert str(Progress(operations=63, done=14, part=2, parts=5, title="orders")) == (
        "part 2 of 5: orders; 14 of 63 operations done"
    )
    assert str(Progress(operations=4, done=1)) == "1 of 4 operations done"


def test_a_small_task_has_nothing_to_tell() -> None:
    assert str(Progress(operations=1)) == str(Progress()) == ""
