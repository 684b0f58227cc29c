"""The things that outlive a task: its record, its audit, and the texts that its history has only the heads of."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from temporalio.testing import ActivityEnvironment

from activities.keep_texts import KeepTextsActivity
from activities.messages import KeepTextsInput, KeepTextsResult, RecordAnswersInput, RecordTaskInput, RecordTaskResult
from activities.record_answers import RecordAnswersActivity
from activities.record_task import RecordTaskActivity, audit
from aurora.domain.questions import AuditEntry, Exchange, Question, QuestionKind
from aurora.domain.steps import Step
from aurora.domain.task import Draft, TaskRef
from aurora.domain.view import TaskView
from aurora.names import AUDIT, RECORD
from aurora.stored_values import answers_of, fetch, tell
from tests.support.memory_artifacts import MemoryArtifacts
from tests.support.workspaces import DIGEST, SHA

TASK = TaskRef(id="t1")


def entries(*ats: int) -> tuple[AuditEntry, ...]:
    return tuple(AuditEntry(at=at, what="answered", about=f"q{at}", who="ann") for at in ats)


def order(*ats: int, audit_from: int = 0, step: str = "") -> RecordTaskInput:
    return RecordTaskInput(view=TaskView(task_id="t1", step=step, audit=entries(*ats)), audit_from=audit_from)


async def recorded(artifacts: MemoryArtifacts, given: RecordTaskInput) -> int:
    done: RecordTaskResult = await ActivityEnvironment().run(RecordTaskActivity(artifacts).record_task, given)
    return done.audit


async def ats(artifacts: MemoryArtifacts) -> list[int]:
    return [entry.at for entry in await audit(artifacts.of(TASK))]


async def test_a_record_is_the_view_and_its_audit_is_a_list() -> None:
    artifacts = MemoryArtifacts()
    assert await recorded(artifacts, order(1, 2, step="write_code")) == 2
    named = artifacts.of(TASK).named
    assert TaskView.model_validate_json(named[RECORD]).step == "write_code"
    assert [entry["at"] for entry in json.loads(named[AUDIT])] == [1, 2]


async def test_a_record_for_each_run_of_the_history_adds_to_the_audit() -> None:
    artifacts = MemoryArtifacts()
    await recorded(artifacts, order(1, 2))
    assert await recorded(artifacts, order(3, audit_from=2)) == 3
    assert await ats(artifacts) == [1, 2, 3]


async def test_the_same_order_again_adds_nothing_even_after_a_later_one() -> None:
    artifacts = MemoryArtifacts()
    first, second = order(1, 2), order(3, audit_from=2)
    for again in (first, first, second, second, first):
        await recorded(artifacts, again)
    assert await ats(artifacts) == [1, 2, 3]


@given(st.lists(st.integers(1, 4), max_size=6), st.data())
async def test_an_audit_is_whole_however_often_its_orders_are_repeated(sizes: list[int], data: st.DataObject) -> None:
    artifacts, orders, count = MemoryArtifacts(), [], 0
    for size in sizes:
        orders.append(order(*range(count, count + size), audit_from=count))
        count += size
        await recorded(artifacts, orders[-1])
        for again in data.draw(st.lists(st.sampled_from(orders), max_size=3)):
            await recorded(artifacts, again)
    assert await ats(artifacts) == list(range(count))


async def test_an_audit_that_cannot_be_read_does_not_keep_a_task_from_ending() -> None:
    artifacts = MemoryArtifacts()
    await artifacts.of(TASK).replace(AUDIT, b"[{")
    assert await recorded(artifacts, order(5, audit_from=9)) == 1


# ── texts ────────────────────────────────────────────────────────────────────────────────────────────────────────

LONG = "Every field of the user is required, and an e-mail is unique. " * 300


def asked(text: str = LONG, id: str = "q1", said: str = LONG) -> Exchange:
    question = Question(
        id=id, kind=QuestionKind.DECISION, text=text[:4_000], options=("o" * 400,) * 8, step=Step.WRITE_CODE, asked_at=1
    )
    return Exchange(question=question, text=said, by="ann", at=2)


async def kept(artifacts: MemoryArtifacts, *exchanges: Exchange) -> tuple[Exchange, ...]:
    done: KeepTextsResult = await ActivityEnvironment().run(
        KeepTextsActivity(artifacts).keep_texts, KeepTextsInput(task=TASK, exchanges=exchanges)
    )
    return done.exchanges


def draft() -> Draft:
    return Draft(task=TASK, workspace=DIGEST, base=SHA, base_pack=DIGEST, commit=SHA)


async def test_a_kept_text_travels_as_its_head_and_is_read_whole() -> None:
    artifacts, said = MemoryArtifacts(), asked()
    (head,) = await kept(artifacts, said)
    assert head.question is not None and head.whole is not None
    assert len(head.text.encode()) <= 300 and len(head.question.text.encode()) <= 300
    assert (head.question.id, head.question.options, head.by, head.at) == ("q1", (), "ann", 2)
    assert await fetch(artifacts.of(TASK), head.whole, Exchange) == said


async def test_a_text_that_was_kept_already_stays_what_it_is() -> None:
    artifacts = MemoryArtifacts()
    once = await kept(artifacts, asked())
    assert await kept(artifacts, *once) == once


async def test_a_question_of_control_characters_has_a_head_all_the_same() -> None:
    (head,) = await kept(MemoryArtifacts(), asked(text="\x01\x02", said="\x03"))
    assert Exchange.model_validate_json(head.model_dump_json()).question is not None


async def test_the_answer_book_holds_whole_texts_whatever_has_travelled() -> None:
    artifacts, said = MemoryArtifacts(), asked()
    heads = await kept(artifacts, said)
    reported = await ActivityEnvironment().run(
        RecordAnswersActivity(artifacts).record_answers, RecordAnswersInput(draft=draft(), exchanges=heads)
    )
    assert (await answers_of(artifacts.of(TASK), reported)).exchanges == (said,)


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(asked(), id="an answer"),
        pytest.param(Exchange(question=None, text=LONG, by="ann", at=3, id="c1"), id="a clarification"),
        pytest.param(Exchange(question=None, text=LONG, by="ann", at=3), id="a clarification without an id"),
    ],
)
async def test_what_was_said_once_stands_in_the_book_once(said: Exchange) -> None:
    artifacts = MemoryArtifacts()
    heads = await kept(artifacts, said)
    once = await tell(artifacts.of(TASK), draft(), (said,))
    for again in ((said,), heads, (*heads, said)):
        assert await tell(artifacts.of(TASK), once, again) == once


async def test_the_same_words_said_twice_are_two_things_said() -> None:
    artifacts = MemoryArtifacts()
    twice = (Exchange(question=None, text="again", id="c1"), Exchange(question=None, text="again", id="c2"))
    reported = await tell(artifacts.of(TASK), draft(), twice)
    assert (await answers_of(artifacts.of(TASK), reported)).exchanges == twice
