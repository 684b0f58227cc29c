"""The journal says whose answers the flow still reads; all others leave the state of a continued run."""

from aurora.domain.questions import Exchange, Question, QuestionKind
from aurora.domain.steps import Step
from aurora.domain.value import Value
from workflows.architect import Architect
from workflows.journal import Journal


class Waits(Value):
    question_ids: tuple[str, ...]
    text: str = ""


def answered(question_id: str) -> Exchange:
    question = Question(id=question_id, kind=QuestionKind.DECISION, text="Which?", step=Step.WRITE_CODE, asked_at=1)
    return Exchange(question=question, text="this", by="ada", at=2)


async def test_a_question_is_needed_until_the_scope_that_waits_for_it_has_ended() -> None:
    journal = Journal({})

    async def ask() -> str:
        journal.note("ask", Waits, lambda: Waits(question_ids=("q1",)))
        assert journal.question_ids == {"q1"}
        return "answered"

    await journal.once("scope", str, ask)
    assert journal.question_ids == set()


async def test_a_loop_needs_the_answers_of_the_state_it_is_in_and_of_no_earlier_one() -> None:
    journal = Journal({})
    loop = journal.loop(Waits)
    loop.go(Waits(question_ids=("q1", "q2")))
    assert journal.question_ids == {"q1", "q2"}
    loop.go(Waits(question_ids=("q3",)))
    assert journal.question_ids == {"q3"}


def test_an_answer_is_kept_for_whom_it_is_needed_and_not_for_a_text_that_names_it() -> None:
    journal = Journal({})
    journal.note("ask", Waits, lambda: Waits(question_ids=("q2",), text='"q1" is the id of another question'))
    architect = Architect(exchanges={name: answered(name) for name in ("q1", "q2")})
    architect.forget_exchanges(journal.question_ids)
    assert list(architect.exchanges) == ["q2"]


async def test_what_is_needed_is_known_to_the_run_that_continues_before_it_reads_any_entry() -> None:
    first = Journal({})
    first.note("ask", Waits, lambda: Waits(question_ids=("q1",)))
    assert Journal(dict(first.entries)).question_ids == {"q1"}
