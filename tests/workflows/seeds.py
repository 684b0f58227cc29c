"""A task that waits for an answer already: the state another run might have handed on."""

import time

from activities.wire import Opened
from aurora.asking import Question, QuestionKind
from aurora.domain import Step, Task
from tests.workflows.scripted_steps import opened
from workflows.preparing import Clearing
from workflows.state import State


def waiting(task: Task, given: Opened | None = None, *, deadline: int = 0, text: str = "Which?") -> State:
    """At its first question, asked by check_context and told to whoever handed it in; `deadline` as in `Question`."""
    given = given or opened(task)
    question = Question(
        id="q1",
        kind=QuestionKind.MISSING_SPEC,
        text=text,
        options=("this", "that"),
        step=Step.CHECK_CONTEXT,
        asked_at=int(time.time()),
        asked=(task.submitted_by,),
        deadline=deadline,
    )
    state = State.of(task)
    state.step, state.draft, state.bounds = Step.CHECK_CONTEXT, given.draft, given.bounds
    state.ledger.bound(given.bounds)
    state.architect.settings, state.architect.remind_seconds = given.bounds.architect, given.bounds.remind_seconds
    state.architect.open, state.architect.asked = {"q1": question}, 1
    clearing = Clearing(draft=given.draft, rounds=1, asked=("q1",), again=True)
    state.journal["open"] = given.model_dump(mode="json")
    state.journal["context/@"] = clearing.model_dump(mode="json")
    return State.model_validate(state.model_dump())
