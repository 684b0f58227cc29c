"""Messages to Temporal from somebody without the key: refused and said, and the run goes on."""

import asyncio
import gc
from collections.abc import Callable
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.api.workflowservice.v1 import SignalWorkflowExecutionRequest, StartWorkflowExecutionRequest
from temporalio.client import ActivityFailureError, Client, WorkflowFailureError, WorkflowUpdateFailedError
from temporalio.common import RetryPolicy
from temporalio.converter import WorkflowSerializationContext
from temporalio.exceptions import ApplicationError

from aurora import names
from aurora.client.converter import data_converter
from aurora.domain.outcome import OutcomeKind
from aurora.domain.questions import Answer, QuestionDraft, QuestionKind
from aurora.domain.view import Control
from aurora.payloads.keys import PayloadKeys
from tests.support.played import Handle, say, started, view, waits, working
from tests.support.scripted_steps import Steps, result, task
from tests.support.sealing import OTHER_KEYS, SAME_NAME, TEST_KEYS
from workflows.backend_task import BackendTask
from workflows.state import State

pytestmark = pytest.mark.server

QUESTION = QuestionDraft(kind=QuestionKind.MISSING_SPEC, text="Which status?")
REFERENCE = Payload(metadata={"encoding": b"json/external-storage-reference"}, data=b"{}")
"""The SDK looks for these before it asks the codec."""
FORGERS = {"plain": None, "another key": OTHER_KEYS, "another key under our key's id": SAME_NAME}


def asking() -> Steps:
    return Steps(check_context=[result(questions=(QUESTION,)), result()])


def forger(server: Client, keys: PayloadKeys | None) -> Client:
    config = server.config()
    config["data_converter"] = data_converter(keys)
    return Client(**config)


async def refused(handle: Handle, why: str, times: int = 1) -> None:
    """Until the run says that it refused so many things, for this reason."""
    for _ in range(600):
        notes = [entry.note for entry in (await view(handle)).audit if entry.what == "refused"]
        if sum(why in note for note in notes) == times:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"not refused because {why!r}: {await view(handle)}")


async def goes_on(handle: Handle) -> None:
    await say(handle, await waits(handle, QuestionKind.MISSING_SPEC), "201")
    assert (await asyncio.wait_for(handle.result(), 60)).kind is OutcomeKind.COMMITTED


async def test_forged_signals_are_refused_for_all_to_see_and_stop_nothing(server: Client) -> None:
    async with started(server, asking()) as handle:
        question = await waits(handle, QuestionKind.MISSING_SPEC)
        for keys in FORGERS.values():
            stranger = forger(server, keys).get_workflow_handle(handle.id)
            await stranger.signal(names.ANSWER_SIGNAL, Answer(question_id=question, text="500", by="ada"))
            await stranger.signal(names.CLARIFY, {"text": "delete everything", "by": "ada", "id": "x"})
        await refused(handle, "a signal was refused: it was", 2 * len(FORGERS))
        assert [q.id for q in (await view(handle)).questions] == [question]
        await goes_on(handle)


async def test_forged_updates_are_refused(server: Client) -> None:
    async with started(server, asking()) as handle:
        question = await waits(handle, QuestionKind.MISSING_SPEC)
        words = {
            names.ANSWER: Answer(question_id=question, text="500", by="ada"),
            names.CONTROL: Control(verb="cancel"),
        }
        for keys, (name, value) in product(FORGERS.values(), words.items()):
            stranger = forger(server, keys).get_workflow_handle(handle.id)
            with pytest.raises((WorkflowUpdateFailedError, ApplicationError)):
                await stranger.execute_update(name, value)
        await goes_on(handle)


BREAKS: dict[str, Callable[[Payload], Payload]] = {
    "a byte altered": lambda p: Payload(metadata=p.metadata, data=p.data[:-1] + bytes([p.data[-1] ^ 1])),
    "cut": lambda p: Payload(metadata=p.metadata, data=p.data[:20]),
    "emptied": lambda p: Payload(metadata=p.metadata, data=b""),
    "a key id that is no text": lambda p: Payload(metadata={**p.metadata, "encryption-key-id": b"\xff"}, data=p.data),
    "an encoding that is no text": lambda p: Payload(metadata={**p.metadata, "encoding": b"\xff"}, data=p.data),
    "a marker of ours": lambda _: Payload(metadata={"encoding": b"aurora/unreadable"}, data=b"\xff"),
    "nothing": lambda _: Payload(),
    "a reference to an external storage": lambda _: REFERENCE,
    "such a reference in another form": lambda _: Payload(
        metadata={"encoding": b"json/protobuf", "messageType": b"temporal.api.sdk.v1.ExternalStorageReference"}
    ),
    "a sealed value that is marked as a reference": lambda p: Payload(
        metadata={**p.metadata, "__temporal_external_storage_reference": b"true"}, data=p.data
    ),
    "JSON of another kind": lambda _: Payload(metadata={"encoding": b"json/protobuf"}, data=b"{}"),
}


async def test_broken_payloads_stop_nothing(server: Client) -> None:
    async with started(server, asking()) as handle:
        await waits(handle, QuestionKind.MISSING_SPEC)
        for breaks in BREAKS.values():
            (good,) = await sealed_for(handle.id, {"question_id": "q1", "text": "500", "by": "ada"})
            await raw_signal(server, handle.id, names.ANSWER_SIGNAL, [breaks(good)])
        await refused(handle, "a signal was refused: it was", len(BREAKS))
        await goes_on(handle)


async def test_signals_with_more_or_fewer_arguments_stop_nothing(server: Client) -> None:
    async with started(server, asking()) as handle:
        await waits(handle, QuestionKind.MISSING_SPEC)
        for name, count in product((names.ANSWER_SIGNAL, names.CLARIFY), (0, 2)):
            await raw_signal(server, handle.id, name, await sealed_for(handle.id, *[{"text": "x"}] * count))
        await refused(handle, "arguments, not one", 4)
        await goes_on(handle)


async def test_a_captured_answer_says_nothing_to_another_task(server: Client) -> None:
    steps = Steps(check_context=[result(questions=(QUESTION,)), result(questions=(QUESTION,)), result(), result()])
    async with working(server, steps):
        one, other = [
            await server.start_workflow(
                BackendTask.run, task(name), id=names.workflow_id(name), task_queue=names.WORKFLOW_QUEUE
            )
            for name in ("captured", "target")
        ]
        for handle in (one, other):
            await waits(handle, QuestionKind.MISSING_SPEC)
        await one.signal(BackendTask.answer_signal, Answer(question_id="q1", text="201", by="ada"))
        await one.result()
        events = (await one.fetch_history()).events
        signals = [e for e in events if e.HasField("workflow_execution_signaled_event_attributes")]
        captured = signals[0].workflow_execution_signaled_event_attributes.input.payloads
        await raw_signal(server, other.id, names.ANSWER_SIGNAL, list(captured))
        await refused(other, "altered, or sealed for another task")
        await goes_on(other)


@pytest.mark.parametrize("workflow", [names.WORKFLOW, names.NOTICE_WORKFLOW])
async def test_forged_starts_are_ended_without_a_step(server: Client, workflow: str) -> None:
    async with working(server, Steps()):
        for number, keys in enumerate(FORGERS.values()):
            given, name = task("forged"), f"forged-{workflow}-{number}"
            stranger = forger(server, keys)
            await stranger.start_workflow(workflow, given, id=name, task_queue=names.WORKFLOW_QUEUE)
            assert "refused: it was" in await ended_by(server, name)


@pytest.mark.parametrize("workflow", [names.WORKFLOW, names.NOTICE_WORKFLOW])
async def test_a_start_with_a_reference_in_every_place_is_ended(server: Client, workflow: str) -> None:
    request = StartWorkflowExecutionRequest(namespace="default", workflow_id=f"referring-{workflow}", request_id="1")
    request.workflow_type.name, request.task_queue.name = workflow, names.WORKFLOW_QUEUE
    request.input.payloads.append(REFERENCE)
    request.last_completion_result.payloads.append(REFERENCE)
    request.user_metadata.summary.CopyFrom(REFERENCE)
    for fields in (request.memo.fields, request.header.fields):
        fields["any"].CopyFrom(REFERENCE)
    async with working(server, Steps()):
        await server.workflow_service.start_workflow_execution(request)
        assert "refused: it was" in await ended_by(server, request.workflow_id)


async def test_a_captured_start_begins_no_ended_task_again(server: Client) -> None:
    """Nor is its record written anew; tests/unit/activities/test_open_workspace.py has the activity's part."""
    said = ApplicationError("it has ended", type="EndedBefore", non_retryable=True)
    steps = Steps(open_workspace=[said])
    async with started(server, steps) as handle:
        with pytest.raises(WorkflowFailureError):
            await handle.result()
    assert not steps.orders["check_context"]
    assert not steps.orders["close_task"]


async def test_a_captured_state_begins_no_run(server: Client) -> None:
    state = State.of(task("replayed")).model_copy(update={"run": 2})
    steps = Steps()
    async with started(server, steps, state=state) as handle:
        assert "only from the previous run" in await ended_by(server, handle.id)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # the SDK drops the run it had prepared
@pytest.mark.parametrize("workflow", [names.WORKFLOW, names.NOTICE_WORKFLOW])
async def test_starts_with_more_or_fewer_arguments_are_ended(server: Client, workflow: str) -> None:
    async with working(server, Steps()):
        for count in (0, 2):
            name = f"counted-{workflow}-{count}"
            await server.start_workflow(workflow, args=[1] * count, id=name, task_queue=names.WORKFLOW_QUEUE)
            await ended_by(server, name)
    gc.collect()  # here, and not in another test


async def test_a_forged_activity_does_nothing(server: Client) -> None:
    """Temporal starts activities by themselves, too: with no task around them, on any queue."""
    steps = Steps()
    async with working(server, steps):
        for number, keys in enumerate(FORGERS.values()):
            with pytest.raises(ActivityFailureError):
                await forger(server, keys).execute_activity(
                    "use_tools",
                    {"draft": "x"},
                    id=f"forged-{number}",
                    task_queue=names.SANDBOX_QUEUE,
                    start_to_close_timeout=timedelta(seconds=30),
                    retry_policy=RetryPolicy(maximum_attempts=1),
                )
    assert not steps.orders["use_tools"]


async def ended_by(server: Client, workflow_id: str) -> str:
    """The failure that ended it before its first activity."""
    handle = server.get_workflow_handle(workflow_id)
    with pytest.raises(WorkflowFailureError) as failed:
        await asyncio.wait_for(handle.result(), 60)
    events = (await handle.fetch_history()).events
    assert not [e for e in events if e.HasField("activity_task_scheduled_event_attributes")]
    return str(failed.value.cause)


async def test_nothing_of_a_task_stands_in_its_history_in_plain(server: Client) -> None:
    async with started(server, asking()) as handle:
        await say(handle, await waits(handle, QuestionKind.MISSING_SPEC), "a status that nobody may read")
        await handle.result()
        with pytest.raises(KeyError, match="binary/encrypted"):
            await forger(server, None).get_workflow_handle(handle.id).query(BackendTask.view)
    written = b"".join(e.SerializeToString() for e in (await handle.fetch_history()).events)
    for word in (b"Which status?", b"that nobody may read", task("x").text.encode(), b"check_context 1"):
        assert word not in written


async def sealed_for(workflow_id: str, *values: Any) -> list[Payload]:
    return (
        await data_converter(TEST_KEYS)
        .with_context(WorkflowSerializationContext("default", workflow_id))
        .encode(values)
    )


async def raw_signal(server: Client, workflow_id: str, name: str, payloads: list[Payload]) -> None:
    request = SignalWorkflowExecutionRequest(namespace="default", signal_name=name)
    request.workflow_execution.workflow_id = workflow_id
    request.input.payloads.extend(payloads)
    await server.workflow_service.signal_workflow_execution(request)
