"""When an answer about an environment means to go on without it."""

import pytest

from aurora.domain.questions import GO_ON_WITHOUT, Exchange
from workflows.environment import goes_on
from workflows.task_context import GO_ON


@pytest.mark.parametrize(
    ("text", "silent", "means"),
    [
        ("go on without", False, True),
        ("Go on", False, True),
        ("go on without: the new tests judge the work", False, True),
        ("go on without: tests are optional", True, True),
        ("go on, with this:\nproject:\n  test_env: {A: b}", False, False),
        ("try again", False, False),
    ],
)
def test_words_that_set_something_are_no_word_to_go_on_without(text: str, silent: bool, means: bool) -> None:
    assert goes_on(Exchange(question=None, text=text, silent=silent), GO_ON_WITHOUT, GO_ON) is means
