"""An environment that does not work, brought to the Architect: an answer that changes it is acted on.

A setting of aurora.yaml in an answer is applied to this task, over the commit's own; what else is said decides only
whether it is tried again or gone on without. Silence and models set nothing.
"""

from collections.abc import Sequence

from activities.messages import (
    ChangeEnvironmentInput,
    ChangeEnvironmentResult,
    ReadSettingsInput,
    ReadSettingsResult,
)
from aurora.domain.environment_problem import EnvironmentProblem, environment_question
from aurora.domain.outcome import OutcomeKind
from aurora.domain.questions import GO_ON_WITHOUT, TRY_AGAIN, Exchange, QuestionDraft
from aurora.domain.steps import Auxiliary
from aurora.domain.task import Draft, SettingsOverride
from aurora.domain.value import Value
from aurora.settings import override_text
from aurora.text import clip, fit
from workflows.answers import record_answers
from workflows.architect import name_of
from workflows.ending import Ended
from workflows.task_context import ABANDON, GO_ON, TaskContext

KEPT_OVERRIDES = 20
WITHOUT = "the step goes on as it is"


class Asked(Value):
    """The number of times the question was asked, and why the last answer set nothing."""

    times: int = 0
    refused: tuple[str, ...] = ()


class Settled(Value):
    """The decision of the Architect."""

    question_ids: tuple[str, ...]
    went_on: bool = False
    """To go on without; else it is tried again, with what was set."""
    changed: bool = False
    """True if something was set."""

    def exchanges(self, context: TaskContext) -> tuple[Exchange, ...]:
        return tuple(context.architect.exchanges[i] for i in self.question_ids)


async def settle(
    context: TaskContext, questions: Sequence[QuestionDraft], *, can_go_on: bool, name: str = "environment"
) -> Settled:
    """Ask until the answers can be acted on. What they set is in the state's task from then on.

    Raises `Ended` when the Architect would rather give up."""

    async def work() -> Settled:
        loop = context.journal.loop(Asked)
        at = loop.at or loop.go(Asked())
        while True:
            asked = [_again(q, why) for q, why in zip(questions, (*at.refused, *[""] * len(questions)), strict=False)]
            exchanges = await context.ask(*asked)
            ids = tuple(name_of(e) for e in exchanges)
            if any(e.word == ABANDON for e in exchanges):
                raise Ended(OutcomeKind.ABANDONED, f"abandoned: {clip(questions[0].text, 200)}")
            if can_go_on and all(goes_on(e, GO_ON_WITHOUT, GO_ON) for e in exchanges):
                return Settled(question_ids=ids, went_on=True)
            read = [await _read(context, e, f"read {i}") for i, e in enumerate(exchanges)]
            if not any(one.refused for one in read):
                said = [one.override for one in read if one.override is not None]
                plain = [e for e, one in zip(exchanges, read, strict=True) if one.override is None]
                _set(context, said)
                context.warn(f"understood as `{TRY_AGAIN}`: {e.text}" for e in plain if e.word != TRY_AGAIN)
                return Settled(question_ids=ids, changed=bool(said))
            at = loop.go(Asked(times=at.times + 1, refused=tuple(one.refused for one in read)))

    return await context.journal.once(name, Settled, work)


class EnvironmentResult(Value):
    """The result of a question about the environment in the middle of a task."""

    draft: Draft
    """Draft with what was said among its answers; in the environment that was set, where something was."""
    question_ids: tuple[str, ...] = ()
    """The last one asked."""
    went_on: bool = False
    """To go on without; else it was changed, or looked at, and is to be tried again."""


async def ask_about(
    context: TaskContext, draft: Draft, trouble: EnvironmentProblem, *, pending: tuple[str, ...] = ()
) -> EnvironmentResult:
    """Ask in the middle of a task: the question, what was set applied, the image built and the baseline taken again;
    asked anew while that does not help. `pending`: questions whose answers were set and could not be applied, which is
    the trouble. Raises `Ended` when the Architect would rather give up."""

    async def work() -> EnvironmentResult:
        loop = context.journal.loop(EnvironmentLoop)
        at = loop.at or loop.go(EnvironmentLoop(draft=draft, trouble=trouble, pending=pending, tried=bool(pending)))
        while True:
            settled = await settle(context, (environment_question(at.trouble),), can_go_on=bool(at.trouble.without))
            noted = await record_answers(context, at.draft, *settled.exchanges(context))
            if settled.went_on:
                _drop(context, at.pending)
            if settled.went_on or not (settled.changed or at.tried):
                return EnvironmentResult(draft=noted, question_ids=settled.question_ids, went_on=settled.went_on)
            changed = await change(context, ChangeEnvironmentInput(draft=noted, overrides=context.state.task.overrides))
            if changed.trouble is None:
                return EnvironmentResult(draft=changed.draft, question_ids=settled.question_ids)
            still = changed.trouble.model_copy(update={"without": at.trouble.without})
            applied = changed.draft.workspace != noted.workspace
            unapplied = () if applied else (*at.pending, *settled.question_ids)
            at = loop.go(EnvironmentLoop(draft=changed.draft, trouble=still, pending=unapplied, tried=True))

    return await context.journal.once("mended", EnvironmentResult, work)


async def set_by(context: TaskContext, draft: Draft, exchange: Exchange) -> EnvironmentResult | None:
    """The settings in an answer to another question, applied as `ask_about` does; None where it sets nothing."""
    if exchange.whole is None and not override_text.names_a_setting(exchange.text):
        return None
    read = await _read(context, exchange, "read setting")
    if read.refused:
        refused = EnvironmentProblem(what=f"Your answer changed nothing: {read.refused}", without=WITHOUT)
        return await ask_about(context, draft, refused)
    if read.override is None:
        return None
    override = read.override
    context.journal.note("set", bool, lambda: _set(context, (override,)))
    return await apply(context, draft, (override.question,))


async def apply(context: TaskContext, draft: Draft, pending: tuple[str, ...]) -> EnvironmentResult:
    """Apply to a draft the settings in the answers to `pending`; asked about where that can't be."""

    async def work() -> EnvironmentResult:
        order = ChangeEnvironmentInput(draft=draft, overrides=context.state.task.overrides)
        changed = await change(context, order)
        if changed.trouble is None:
            return EnvironmentResult(draft=changed.draft)
        trouble = changed.trouble.model_copy(update={"without": WITHOUT})
        return await ask_about(context, changed.draft, trouble, pending=pending)

    return await context.journal.once("applied", EnvironmentResult, work)


def goes_on(exchange: Exchange, *words: str) -> bool:
    """Return whether an answer begins with one of the words, and sets nothing beside them."""
    sets = not exchange.silent and override_text.names_a_setting(exchange.text) and override_text.said(exchange.text)
    return exchange.word.startswith(words) and not sets


def _drop(context: TaskContext, questions: Sequence[str]) -> None:
    """A setting that could not be applied, and is gone on without, is not tried again with the next one."""
    task = context.state.task
    kept = tuple(one for one in task.overrides if one.question not in questions)
    context.warn(f"not applied, the task goes on without: {one}" for one in task.overrides if one.question in questions)
    context.state.task = context.task = task.model_copy(update={"overrides": kept})


def _set(context: TaskContext, overrides: Sequence[SettingsOverride]) -> bool:
    task = context.state.task
    kept = (*task.overrides, *overrides)[-KEPT_OVERRIDES:]
    context.state.task = context.task = task.model_copy(update={"overrides": kept})
    return bool(overrides)


class EnvironmentLoop(Value):
    draft: Draft
    trouble: EnvironmentProblem
    pending: tuple[str, ...] = ()
    """Questions whose answers were set and are not in the draft's workspace."""
    tried: bool = False
    """True if the trouble is of a change, which is made again when it is to be tried again."""


async def change(context: TaskContext, order: ChangeEnvironmentInput) -> ChangeEnvironmentResult:
    what = f"adds {' '.join(order.packages)}" if order.packages else "builds the image and takes the baseline again"
    changed = await context.run(Auxiliary.CHANGE_ENVIRONMENT, order, ChangeEnvironmentResult, what, memo="change")
    context.state.draft = changed.draft
    context.warn([changed.said] if changed.said else [])
    return changed


async def _read(context: TaskContext, exchange: Exchange, memo: str) -> ReadSettingsResult:
    if exchange.silent or (exchange.whole is None and not override_text.said(exchange.text)):
        return ReadSettingsResult()
    order = ReadSettingsInput(task=context.task.ref, exchange=exchange)
    return await context.run(Auxiliary.READ_SETTINGS, order, ReadSettingsResult, "what the answer sets", memo=memo)


def said_by(exchanges: Sequence[Exchange]) -> str:
    """The person who answered, after `accepted by`."""
    return " and ".join(dict.fromkeys("default" if e.silent else e.by or "somebody" for e in exchanges))


def _again(question: QuestionDraft, refused: str) -> QuestionDraft:
    if not refused:
        return question
    text = f"Your answer changed nothing: {refused}\n\n{question.text}"
    return question.model_copy(update={"text": fit(text, 4_000)})
