"""What a task that revises a commit is told of the one that made it."""

from aurora.client.revising import RECORD_CHARS, record
from tests.support.evidences import HOSTILE, evidence


def test_the_record_has_the_request_the_answers_the_plan_and_the_tests() -> None:
    text = record(evidence())
    for part in (
        "Commit 1a2b3c4d5e6f: Create users by POST /users",
        "Asked:\nAdd POST /users: 201 with the user, 409 when the address is taken.",
        "Question: What does POST /users answer for an address that is taken?\nAnswer: 409, with a problem document.",
        "Answer: Names may be empty.",
        "Assumed: Addresses are compared without case.",
        "- shop/users.py: the service and its route",
        "- Two requests at once: the unique index decides.",
        "- shop/users.py: It queries.",
    ):
        assert part in text, text


def test_the_record_is_bounded() -> None:
    assert len(record(evidence(HOSTILE).model_copy(update={"task": "x" * 30_000}))) <= RECORD_CHARS
