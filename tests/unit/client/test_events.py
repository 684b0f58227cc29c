"""History events as a person reads them."""

import pytest
from temporalio.api.common.v1 import Payload, Payloads
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent

from aurora.client.events import Event, Reader


def read(event: HistoryEvent) -> Event:
    reported = Reader().read(event)
    assert reported is not None
    return reported


def of_json(text: str) -> Payloads:
    return Payloads(payloads=[Payload(metadata={"encoding": b"json/plain"}, data=text.encode())])


def said(name: str, text: str) -> str:
    event = HistoryEvent(event_type=EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED)
    event.workflow_execution_signaled_event_attributes.signal_name = name
    event.workflow_execution_signaled_event_attributes.input.CopyFrom(of_json(text))
    return read(event).text


@pytest.mark.parametrize(
    ("name", "given", "reported"),
    [
        ("answer", '{"question_id": "q2", "text": "yes", "by": "ada"}', "ada answered q2: yes"),
        ("clarify", '{"text": "be quick", "by": ""}', "somebody said: be quick"),
        ("control", '{"verb": "pause", "by": "ada"}', "ada paused the task"),
        ("control", '{"verb": "raise_budget", "amount": 5, "by": "ada"}', "ada raised the budget by $5.00"),
        ("answer", '"no object"', "answer was refused: it can't be read"),
    ],
)
def test_what_was_said_to_a_task_is_a_sentence(name: str, given: str, reported: str) -> None:
    assert said(name, given) == reported


def test_a_failed_task_tells_its_cause_and_not_temporals_wrapping() -> None:
    event = HistoryEvent(event_type=EventType.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED)
    failure = event.workflow_execution_failed_event_attributes.failure
    failure.message = "Activity task failed"
    failure.activity_failure_info.activity_id = "1"
    failure.cause.message = "aurora.yaml:3: unknown key"
    failure.cause.application_failure_info.type = "Refusal"
    failure.cause.cause.message = "the library's own words"
    assert (read(event).what, read(event).text) == ("failed", "aurora.yaml:3: unknown key")


def test_a_reply_that_calls_tools_says_how_many() -> None:
    event = HistoryEvent(event_type=EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED)
    result = '{"stop": "tool_use", "calls": [{"name": "finish"}, {"name": "run_pytest"}], "summary": "finish"}'
    event.activity_task_completed_event_attributes.result.CopyFrom(of_json(result))
    assert (read(event).calls, read(event).text) == (2, "finish")
