"""Hundreds of things that several clients say through the Desk, while the real task goes on in dozens of runs: asked,
paused and at work. What was accepted has its effect once, nothing is lost, and nobody is told that the task has ended.
"""

import asyncio
import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from temporalio.client import Client

from activities.messages import Asked, ToolsResult
from aurora import names
from aurora.client.desk import Desk
from aurora.domain.outcome import OutcomeKind
from aurora.domain.questions import Question, QuestionDraft, QuestionKind, Receipt
from aurora.domain.view import Control, TaskView
from aurora.errors import Refusal
from tests.support.memory_artifacts import MemoryArtifacts
from tests.support.played import started
from tests.support.scripted_steps import Steps, digest, tools

pytestmark = [
    pytest.mark.server,
    pytest.mark.timeout(300),
    # what it is about: a run that ends while it still owes an answer
    pytest.mark.filterwarnings("ignore:.*TMPRL1102"),
]

CLIENTS = ("ada", "bob", "carol", "dora")
RAISES = NOTES = 40
"""Of each client."""
TURNS = 16
"""Each asks two things; the last turn's are answered when the crowd is done."""
LAST = "the last thing"
EVENTS = 40


def _asking(order: Any) -> Any:
    text = LAST if order.turn == TURNS else f"turn {order.turn}"
    asks = tuple(
        Asked(
            tool_use_id=f"toolu_{order.turn}_{n}",
            question=QuestionDraft(kind=QuestionKind.DECISION, text=f"{text}, part {n}?"),
        )
        for n in range(2)
    )
    return tools(order.turn, asks=asks)


def _used(order: Any) -> ToolsResult:
    draft = order.draft.at(f"{order.turn:040x}", digest(order.turn))
    last = order.turn == TURNS
    return ToolsResult(draft=draft, conversation=digest(0), finished=last, same_key=f"{order.turn}")


def _done(order: Any) -> ToolsResult:
    return ToolsResult(draft=order.draft.at("b" * 40, digest(0)), conversation=digest(0), finished=True, same_key="y")


@dataclass
class Crowd:
    """Clients that say things at once, and what was accepted of it."""

    desk: Desk
    task_id: str
    answered: dict[str, tuple[str, Receipt]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    phases: Counter[str] = field(default_factory=Counter)
    done: asyncio.Event = field(default_factory=asyncio.Event)

    async def view(self) -> TaskView:
        return await self.desk.view(self.task_id)

    async def asked(self) -> Sequence[Question]:
        return (await self.view()).questions

    async def speak(self, name: str) -> None:
        """Raises and notes, every third one said twice, as a client does that lost the answer."""
        for n in range(RAISES):
            control = Control(verb="raise_budget", amount=0.01, by=name, id=f"{name}-{n}")
            for _ in range(2 if n % 3 == 0 else 1):
                await self.desk.control(self.task_id, control)
            note = f"note {name} {n}"
            for _ in range(2 if n % 3 == 1 else 1):
                await self.desk.clarify(self.task_id, note, by=name, id=f"{name}-{n}")

    async def pause_and_resume(self) -> None:
        for n in itertools.count():
            if self.done.is_set():
                return
            for verb in ("pause", "resume"):
                control = Control.model_validate({"verb": verb, "by": "ops", "id": f"{verb}-{n}"})
                self.phases[await self.desk.control(self.task_id, control)] += 1
                await asyncio.sleep(0.05)

    async def answer(self, name: str) -> None:
        """Whatever is open; two clients race for each, so one of them is refused by what the other said."""
        while not self.done.is_set():
            for question in await self.asked():
                if question.text.startswith(LAST):
                    return
                text = f"{name} on {question.id}"
                try:
                    receipt = await self.desk.answer(self.task_id, question.id, text, by=name)
                except Refusal as refusal:
                    assert "answered differently by" in str(refusal), refusal
                    self.refused.append(text)
                    continue
                assert question.id not in self.answered, "two different answers were accepted"
                self.answered[question.id] = (text, receipt)
                assert await self.desk.answer(self.task_id, question.id, text, by=name) == receipt
            await asyncio.sleep(0.02)


async def test_whatever_several_clients_say_over_dozens_of_runs_has_its_effect_once(server: Client) -> None:
    steps = Steps()
    steps.script["write_code"] = [_asking] * TURNS
    steps.script["use_tools"] = [_done, _done, *[_used] * TURNS]
    async with started(server, steps, most_events=EVENTS) as handle:
        crowd = Crowd(Desk(server, MemoryArtifacts()), handle.id.removeprefix(names.workflow_id("")))
        answering = [asyncio.create_task(crowd.answer(name)) for name in ("ann", "ben")]
        while not await crowd.asked():
            await asyncio.sleep(0.02)
        pausing = asyncio.create_task(crowd.pause_and_resume())
        await asyncio.gather(*(crowd.speak(name) for name in CLIENTS))
        await asyncio.gather(*answering)
        crowd.done.set()
        await pausing
        seen = await crowd.view()
        for question in seen.questions:
            await crowd.desk.answer(crowd.task_id, question.id, "go on", by="ada")
        assert (await asyncio.wait_for(handle.result(), 60)).kind is OutcomeKind.COMMITTED
    assert seen.run >= 24, f"only {seen.run} runs"
    assert crowd.phases["paused"] or crowd.phases["waiting"]
    assert seen.budget_microdollars == 10_000_000 + 10_000 * RAISES * len(CLIENTS)
    observed = steps.answers()
    for name in CLIENTS:
        assert [t for t in observed if t.startswith(f"note {name} ")] == [f"note {name} {n}" for n in range(NOTES)]
    accepted = [text for text, _ in crowd.answered.values()]
    assert len(accepted) == 2 * (TURNS - 1)
    assert sorted(t for t in observed if " on q" in t) == sorted(accepted)
    reported = [
        (one.tool_use_id, next(e.text for e in order.said if e.question and e.question.id == one.question_id))
        for order in steps.orders["use_tools"]
        for one in order.answers
    ]
    assert len({use for use, _ in reported}) == len(reported) == 2 * TURNS
    assert [t for _, t in reported if t != "go on"] and {t for _, t in reported} == {*accepted, "go on"}
    assert steps.ran.count("write_code") == TURNS, "a turn was taken twice"
