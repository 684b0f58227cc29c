"""A reviewer's words on a delivered commit, as a task that starts from that commit and knows how it was made."""

from collections.abc import Iterator

from pydantic import ValidationError

from aurora.client.desk import Desk
from aurora.client.submit import LocalSource, Revised, TaskRequest
from aurora.domain.evidence import Evidence
from aurora.domain.outcome import OutcomeKind
from aurora.errors import Refusal
from aurora.text import clip

RECORD_CHARS = 16_000
"""A step is told no more of the former task."""
PLANNED, EXCHANGES, NOTES = 60, 30, 30


async def request(desk: Desk, task_id: str, text: str, path: str, *, amends: bool, submitted_by: str) -> TaskRequest:
    """`path`: of the repository that has the commit. Raises `Refusal` for an unknown task, and for one without a commit
    or without its evidence."""
    view = await desk.view(task_id)
    outcome = view.outcome
    if outcome is None:
        raise Refusal(
            f"task {task_id} has not ended: there is no commit to revise yet",
            "say it to the task at work: what is said unasked is heard by its next step",
        )
    if outcome.kind is not OutcomeKind.COMMITTED or outcome.commit is None:
        raise Refusal(
            f"task {task_id} ended without a commit ({outcome.kind.value}): there is nothing to revise",
            "hand in a new task",
        )
    try:
        evidence = Evidence.model_validate_json(await desk.evidence(task_id))
    except ValidationError:
        raise Refusal(
            f"the evidence of task {task_id} can't be read",
            f"hand in a new task that starts from {outcome.commit[:12]}",
        ) from None
    revised = Revised(task_id=task_id, record=record(evidence), amends=amends)
    return TaskRequest(text, LocalSource(path, outcome.commit), submitted_by=submitted_by, revises=revised)


def record(evidence: Evidence) -> str:
    """Return what a step is told of the task that made the commit; its words are somebody's, none of ours."""
    return clip("\n".join(_lines(evidence)), RECORD_CHARS)


def _lines(evidence: Evidence) -> Iterator[str]:
    plan = evidence.plan
    yield f"Commit {evidence.commit[:12]}: {evidence.subject}"
    if evidence.revises:
        yield f"It revised {evidence.revises}."
    yield f"\nAsked:\n{evidence.task}"
    for exchange in evidence.answers.exchanges[:EXCHANGES]:
        if exchange.question is not None:
            yield f"\nQuestion: {exchange.question.text}"
        yield f"{'Assumed' if exchange.silent else 'Answer'}: {exchange.text}"
    yield f"\nPlan: {plan.summary}"
    if plan.reasoning:
        yield plan.reasoning
    yield from (f"- {one.path}: {one.purpose}" for one in plan.files[:PLANNED])
    yield "\nTests:"
    for behaviour in evidence.planned[:PLANNED]:
        checked = f" ({', '.join(behaviour.tests)})" if behaviour.tests else ""
        yield f"- {behaviour.path}: {behaviour.behaviour}{checked}"
    if evidence.red:
        yield f"{len(evidence.red)} tests were red before the code and are green on the commit."
    if plan.risks:
        yield "\nRisks that the plan named:"
        yield from (f"- {risk}" for risk in plan.risks)
    if evidence.notes:
        yield "\nAdvice of the checks that blocked nothing:"
        yield from (f"- {note.path}: {note.message}" for note in evidence.notes[:NOTES])
