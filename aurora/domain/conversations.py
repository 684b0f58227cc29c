"""Conversations that steps share: each step adds its words to what the steps before it have read and said.

Who writes code shares none with who writes the tests, so that a misreading of the task is not made twice. Checkers and
reflection share none with those whose work they look at.
"""

from enum import StrEnum
from typing import Final

from aurora.domain.steps import Step


class Conversation(StrEnum):
    SPECIFYING = "specifying"
    """The specification: context, plan, interfaces, tests."""
    CODING = "coding"
    """The code under frozen tests, and its fixes."""


SHARED_BY: Final[dict[Conversation, tuple[Step, ...]]] = {
    Conversation.SPECIFYING: (Step.CHECK_CONTEXT, Step.DRAFT_PLAN, Step.DEFINE_INTERFACES, Step.WRITE_TESTS),
    Conversation.CODING: (Step.WRITE_CODE, Step.FIX_CODE, Step.FIX_LINT),
}
"""The steps of each, in the order in which the flow visits them first."""


def shared_by(step: Step) -> Conversation | None:
    """The conversation that the step takes part in; none for one that has its own at each visit."""
    return next((conversation for conversation, steps in SHARED_BY.items() if step in steps), None)
