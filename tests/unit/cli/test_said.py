"""The model's message when it finished a step is shown as its words, one line a step."""

from aurora.cli.lines import said_lines
from aurora.domain.view import StepSpend, TaskView


def test_what_was_said_stands_on_a_line_of_its_own_and_is_marked() -> None:
    steps = (StepSpend(step="write_tests", said="Eight tests;\n  three fail."), StepSpend(step="run_tests"))
    assert said_lines(TaskView(task_id="t", steps=steps)) == [
        "the model's own summary of each step (not verified):",
        "write_tests: Eight tests; three fail.",
    ]
    assert said_lines(TaskView(task_id="t")) == []
