"""Packages that a model asked for and a person allowed: added at once, before the conversation goes on."""

from collections.abc import Mapping, Sequence

from pydantic import Field

from activities.messages import ChangeEnvironmentInput
from aurora.domain.environment_problem import environment_question
from aurora.domain.questions import APPROVALS, Exchange
from aurora.domain.task import Draft
from aurora.domain.value import Value
from aurora.text import fit
from workflows.answers import record_answers
from workflows.environment import apply, change, settle
from workflows.task_context import TaskContext


class Added(Value):
    draft: Draft
    outcomes: Mapping[str, str] = Field(default_factory=dict)
    """The actions taken on answers, by the question's id."""


class AddingLoop(Value):
    """One question's packages, tried until they are there or gone on without."""

    draft: Draft
    times: int = 0


def allowed(exchange: Exchange) -> tuple[str, ...]:
    """Packages that these words of a person add; silence adds none."""
    question = exchange.question
    if question is None or exchange.silent or exchange.word not in APPROVALS:
        return ()
    return question.packages


async def add_packages(context: TaskContext, draft: Draft, exchanges: Sequence[Exchange]) -> Added:
    """The draft with what the answers allow, each question's packages in one change."""
    outcomes = dict[str, str]()
    for exchange in exchanges:
        packages, question = allowed(exchange), exchange.question
        if not packages or question is None:
            continue
        added = await _added(context, draft, packages, exchange.by, f"add {question.id}")
        draft, outcomes = added.draft, {**outcomes, question.id: added.outcomes[""]}
    return Added(draft=draft, outcomes=outcomes)


async def _added(context: TaskContext, draft: Draft, packages: tuple[str, ...], by: str, name: str) -> Added:
    async def work() -> Added:
        loop = context.journal.loop(AddingLoop)
        at = loop.at or loop.go(AddingLoop(draft=draft))
        while True:
            changed = await change(context, ChangeEnvironmentInput(draft=at.draft, packages=packages, by=fit(by, 80)))
            if changed.trouble is None:
                return Added(draft=changed.draft, outcomes={"": changed.said})
            settled = await settle(context, (environment_question(changed.trouble),), can_go_on=True)
            reported = await record_answers(context, at.draft, *settled.exchanges(context))
            if settled.went_on:
                said = f"Not added: {fit(changed.trouble.what, 300)}. Go on without it."
                return Added(draft=reported, outcomes={"": said})
            if settled.changed:
                reported = (await apply(context, reported, settled.question_ids)).draft
            at = loop.go(AddingLoop(draft=reported, times=at.times + 1))

    return await context.journal.once(name, Added, work)
