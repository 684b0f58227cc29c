"""What the desk refuses is said in plain English, with what helps."""

import pytest

from aurora.client.refusals import unknown_task
from aurora.client.send import check_text
from aurora.errors import Refusal


def test_an_unknown_task_names_the_nearest_and_never_itself() -> None:
    near = unknown_task("20261124-a1b2c4", ["20261124-a1b2c3", "key-1"])
    assert (near.what, near.hint) == ("there is no task '20261124-a1b2c4'", "did you mean '20261124-a1b2c3'?")
    itself = unknown_task("20261124-a1b2c4", ["20261124-a1b2c4", "20261124-a1b2c3"])
    assert "no record that can be read" in itself.what and itself.hint == ""


@pytest.mark.parametrize(("text", "said"), [(" ", "an answer can't be empty"), ("x" * 20_001, "not 20,001")])
def test_a_text_of_the_wrong_length_is_refused_for_what_is_wrong_with_it(text: str, said: str) -> None:
    with pytest.raises(Refusal, match=said) as refused:
        check_text("an answer", text)
    assert ("shorten" in refused.value.hint) == bool(text.strip())
