"""Texts of 3 MB, and a task whose activities' results must stay small whatever is given to them."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from temporalio.testing import ActivityEnvironment

from activities.messages import (
    TurnInput,
)
from activities.turns.calls import Calls
from activities.turns.turn import Turns
from aurora import ports
from aurora.client.converter import data_converter
from aurora.domain.outcome import Usage
from aurora.domain.plan import Plan, PlannedFile, PlannedTest
from aurora.domain.steps import Step
from aurora.domain.task import Draft
from aurora.settings.repository import BackendSettings
from aurora.stored_values import keep
from tests.support.memory_artifacts import MemoryArtifacts, MemoryTaskArtifacts
from tests.support.memory_box import MemorySandbox
from tests.support.workspaces import DIGEST, SHA, workspace

LIMIT = 64 * 1024
MB3 = 3_000_000

TEXTS = [
    pytest.param("x" * MB3, id="letters"),
    pytest.param("\x01" * MB3, id="control characters"),
    pytest.param('"\\' * (MB3 // 2), id="quotes"),
    pytest.param("\n\t" * (MB3 // 2), id="line breaks"),
    pytest.param("🦀" * (MB3 // 4), id="emoji"),
    pytest.param("\ud83d" * (MB3 // 3), id="halves of surrogate pairs"),
]
big = pytest.mark.parametrize("text", TEXTS)


def encodable(text: str) -> str:
    """As it comes out of a driver that decodes UTF-8."""
    return text.encode("utf-8", "replace").decode()


def large_plan(whole: str) -> Plan:
    said = whole[: MB3 // 10]
    return Plan(
        summary=said,
        reasoning=said,
        files=(PlannedFile(path=said, purpose=said, symbols=(said,) * 3),) * 2,
        tests=(PlannedTest(path=said, behaviour=said),) * 2,
        operations=(said,) * 2,
        dependencies=(said,) * 2,
        risks=(said,) * 2,
    )


def events(said: str, count: int) -> tuple[dict[str, Any], ...]:
    test_ids = [f"tests/test_a.py::test_{n}[{said[: MB3 // count]}]" for n in range(count)]
    made: list[dict[str, Any]] = [{"event": "begin"}, {"event": "collected", "nodes": test_ids}]
    for test_id in test_ids:
        made.append({"event": "start", "node": test_id})
        made.append({"event": "result", "node": test_id, "when": "call", "outcome": "failed", "message": said[:9_999]})
    return (*made, {"event": "session", "exit": 1})


class Model:
    """Replies what a test says, and takes any request."""

    def __init__(self, *content: dict[str, Any], **more: Any) -> None:
        given = {"id": "m", "model": "claude-sonnet-5-5", "stop_reason": "end_turn", "usage": Usage(calls=1)}
        self.answer = ports.ModelReply(**({**given, "content": content} | more))

    async def reply(self, request: ports.ModelRequest, *, provider: str) -> ports.ModelReply:
        return self.answer

    async def count(self, request: ports.ModelRequest, *, provider: str) -> int:
        return 1

    async def describe(self, model: str, *, provider: str) -> ports.ModelCard:
        raise NotImplementedError

    def upper_bound(self, request: ports.ModelRequest, input_tokens: int) -> int:
        return 1


class Desk:
    """One task's artifacts, and its activities' results as Temporal would be given them."""

    def __init__(self) -> None:
        self.artifacts = MemoryArtifacts()
        self.sandbox = MemorySandbox()

    @property
    def kept(self) -> MemoryTaskArtifacts:
        return self.artifacts.of(workspace().task.ref)

    async def draft(self, settings: BackendSettings | None = None, **more: Any) -> Draft:
        space = workspace(settings=settings).model_copy(update={"listing": await self.kept.put(b"app.py")})
        kept = await keep(self.kept, space)
        draft = Draft(task=space.task.ref, workspace=kept, base=SHA, base_pack=DIGEST, commit=SHA)
        return draft.model_copy(update=more)

    def turns(self, *content: dict[str, Any], **more: Any) -> Turns:
        return Turns(self.artifacts, Calls(Model(*content, **more)))

    async def order(self, step: Step = Step.WRITE_CODE, settings: BackendSettings | None = None) -> TurnInput:
        draft = await self.draft(settings)
        return TurnInput(draft=draft, step=step, visit=1, turn=1, conversation=None, left_microdollars=10)


async def small(activity: Callable[[Any], Awaitable[Any]], order: Any) -> Any:
    """The activity's result, which the converter makes small and reads again."""
    result = await ActivityEnvironment().run(activity, order)
    payloads = await data_converter().encode([result])
    assert sum(payload.ByteSize() for payload in payloads) < LIMIT
    (again,) = await data_converter().decode(payloads, [type(result)])
    assert again == result
    return result


@pytest.fixture
def desk() -> Desk:
    return Desk()
