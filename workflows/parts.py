"""A plan in parts: interfaces, red, code and clean for one part after the other, in one task."""

from collections.abc import Awaitable, Callable

from activities.messages import CommitResult, NextPartInput
from aurora.domain.plan import PartShape
from aurora.domain.steps import Auxiliary, Step
from aurora.domain.task import Draft
from aurora.domain.value import Value
from aurora.domain.view import Progress
from workflows.interfaces import define_interfaces
from workflows.planning import Planned
from workflows.red_tests import until_red
from workflows.reflexion import Clean, until_clean, write_code
from workflows.task_context import TaskContext

Commit = Callable[[Clean], Awaitable[CommitResult]]


class PartsLoop(Value):
    """The state of the loop between two parts."""

    draft: Draft
    part: int = 1
    rounds: int = 0
    """Rounds of reflexion, in the parts before."""


class FinishedRound(Value):
    """The result of the parts."""

    clean: Clean
    committed: CommitResult | None = None
    """The last part's commit, where each part has one."""


async def part_by_part(context: TaskContext, planned: Planned, commit: Commit) -> FinishedRound:
    """Every part made and clean, the last one together with all before it. `commit`: makes the commit of a part, where
    each has its own."""
    shape = planned.shape
    assert shape is not None and context.state.bounds is not None
    each = context.state.bounds.commits == "each"
    loop = context.journal.loop(PartsLoop)
    at = loop.at or loop.go(PartsLoop(draft=planned.draft.model_copy(update={"part": 1})))
    while True:
        part, last = shape.parts[at.part - 1], at.part == len(shape.parts)
        context.journal.note("begun", int, lambda: _begin(context, planned, at.part))  # noqa: B023  called at once
        draft = at.draft
        if part.has_interfaces or not part.has_tests:
            draft = await context.journal.once(
                "interfaces",
                Draft,
                lambda: define_interfaces(context, draft),  # noqa: B023  awaited at once
            )
        if not part.has_tests and not last:  # a foundation is judged with the part that stands on it
            at = loop.go(PartsLoop(draft=_carried(draft), part=at.part + 1, rounds=at.rounds))
            continue
        clean = await _made_clean(context, part, draft)
        committed = await context.journal.once("commit", CommitResult, lambda: commit(clean)) if each else None  # noqa: B023
        draft = clean.draft if committed is None else committed.draft
        context.journal.note("counted", int, lambda: _count(context, part))  # noqa: B023  called at once
        if last:
            whole = clean.model_copy(update={"draft": draft, "rounds": at.rounds + clean.rounds})
            return FinishedRound(clean=whole, committed=committed)
        order = NextPartInput(
            draft=draft,
            reports=clean.reports,
            rounds=clean.rounds,
            said=context.ledger.said_of(Step.FIX_CODE, Step.WRITE_CODE),
            subject=committed.message if committed is not None else "",
            evidence=committed.evidence if committed is not None else None,
        )
        following = await context.run(
            Auxiliary.NEXT_PART, order, Draft, f"part {at.part} is done: {part.title}", memo="next"
        )
        context.state.draft = following
        at = loop.go(PartsLoop(draft=following, part=at.part + 1, rounds=at.rounds + clean.rounds))


async def _made_clean(context: TaskContext, part: PartShape, draft: Draft) -> Clean:
    planned = Planned(draft=draft, with_interfaces=part.has_interfaces or not part.has_tests)
    once = context.journal.once
    draft = await once("red", Draft, lambda: until_red(context, planned))
    draft = await once("code", Draft, lambda: write_code(context, draft))
    return await once("clean", Clean, lambda: until_clean(context, draft))


def _carried(draft: Draft) -> Draft:
    return draft.model_copy(update={"part": draft.part + 1})


def _begin(context: TaskContext, planned: Planned, number: int) -> int:
    """A part has rounds, a review and conversations of its own: those of the part before would only make its briefs
    longer."""
    state, shape = context.state, planned.shape
    assert shape is not None
    part = shape.parts[number - 1]
    before = state.progress.done
    state.progress = Progress(
        operations=shape.operations,
        done=before,
        before=before,
        part=number,
        parts=len(shape.parts),
        title=part.title,
    )
    state.round, state.tried, state.review, state.refusals, state.rewrites = 0, (), None, 0, 0
    state.conversations.clear()
    context.ledger.forget_said()
    context.show()
    return number


def _count(context: TaskContext, part: PartShape) -> int:
    """A part that is clean has all its operations done, whatever its tests name."""
    progress = context.state.progress
    done = min(progress.operations, progress.before + part.operations)
    context.state.progress = progress.model_copy(update={"done": done, "before": done})
    context.show()
    return done
