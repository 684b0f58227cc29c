"""Tasks that wait for an answer already: the state another run might have handed on. Tests start from them, too."""

import time

from activities.messages import Bounds, OpenedWorkspace
from aurora.domain.questions import Question, QuestionKind
from aurora.domain.steps import Step
from aurora.domain.task import Draft, Task, TaskRef, Uploaded
from aurora.ports import TaskArtifacts
from aurora.stored_values import keep
from tests.support.workspaces import workspace
from workflows.context_check import ContextCheck
from workflows.journal import Entry
from workflows.state import State

D = "sha256:" + "0" * 64
BASE = "a" * 40
BOUNDS = Bounds(max_rounds=5, max_turns=120, turns_per_step=40, microdollars=10_000_000, review="off")


def task(task_id: str = "t1", text: str = "Create a POST /users endpoint") -> Task:
    source = Uploaded(base=BASE, pack=D, label="shop", path=None)
    return Task(id=task_id, text=text, source=source, submitted_at=1_700_000_000, submitted_by="ada")


def opened(task: Task, bounds: Bounds = BOUNDS) -> OpenedWorkspace:
    draft = Draft(task=TaskRef(id=task.id), workspace=D, base=BASE, base_pack=D, commit=BASE)
    return OpenedWorkspace(draft=draft, bounds=bounds, repository="shop")


def waiting(task: Task, given: OpenedWorkspace | None = None, *, deadline: int = 0, text: str = "Which?") -> State:
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
    state.ledger.set_bounds(given.bounds)
    state.architect.settings, state.architect.remind_seconds = given.bounds.architect, given.bounds.remind_seconds
    state.architect.open, state.architect.asked = {"q1": question}, 1
    clearing = ContextCheck(draft=given.draft, rounds=1, question_ids=("q1",))
    state.journal["open"] = Entry.of(OpenedWorkspace, given)
    state.journal["context/@"] = Entry.of(ContextCheck, clearing)
    return State.model_validate(state.model_dump())


async def waiting_for_real(task: Task, artifacts: TaskArtifacts, bounds: Bounds = BOUNDS) -> State:
    """As `waiting`, with the artifacts of an opened workspace: what follows an answer can be the real activities."""
    listing = await artifacts.put(b"shop/main.py\nshop/services/users.py\n")
    begun = opened(task, bounds)
    draft = begun.draft.model_copy(
        update={"workspace": await keep(artifacts, workspace(task, listing=listing, base=BASE))}
    )
    return waiting(task, begun.model_copy(update={"draft": draft}))
