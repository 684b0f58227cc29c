"""The question that a plan raises: its approval where that is asked for, and protected files that nobody asked for.

It is settled before the money is spent.
"""

from collections.abc import Sequence

from activities.messages import TurnInput
from activities.turns.calls import stock_of
from activities.turns.questions import allowable, cleaned, of_protected, worded
from aurora.domain.outcome import Usage
from aurora.domain.plan import Plan, PlannedPart
from aurora.domain.questions import WITHOUT, AnswerBook, QuestionDraft, QuestionKind
from aurora.ports import TaskArtifacts
from aurora.stored_values import answers_of, whole, workspace_of
from aurora.text import counted, fit
from aurora.tools.grants import Grants

APPROVE = "approve"
UNASKED = "The plan wants files that run, or are believed, where the work is checked out, built or reviewed. Approve?"

FEWEST_CALLS = 6
"""Interfaces, tests, code: two calls each, if all goes well at once."""
LONGER = 3
"""A later call carries a longer conversation than those so far: at most about three times their price."""


async def questions_of(artifacts: TaskArtifacts, order: TurnInput, plan: Plan) -> tuple[QuestionDraft, ...]:
    """The questions about the plan; nothing where nobody must say anything."""
    workspace = await workspace_of(artifacts, order.draft)
    said = await whole(artifacts, order.said)
    book = await answers_of(artifacts, order.draft)
    grants = Grants.of(workspace.task, AnswerBook(exchanges=(*book.exchanges, *said)))
    unasked = grants.unasked(cleaned([*(file.path for file in plan.files), *(test.path for test in plan.tests)]))
    allows = allowable(unasked)
    if workspace.settings.architect.approve_plan:
        spent = (await stock_of(artifacts)).usage
        text = shown(plan, estimate(plan, spent, workspace.settings.budget.dollars), of_protected(allows, unasked))
    elif unasked:
        text = "\n\n".join((UNASKED, fit(plan.summary, 300), of_protected(allows, unasked)))
    else:
        return ()
    question = worded(QuestionKind.PLAN, text, (APPROVE, *((WITHOUT,) if unasked else ()), "abandon"))
    return () if question is None else (question.model_copy(update={"allows": allows}),)


def shown(plan: Plan, cost: str, protected: str = "") -> str:
    """Everything an approval is about, each part in a space of its own: a long one hides no other."""
    files = [f"{f.path}: {f.purpose}" + (f" ({', '.join(f.symbols[:20])})" if f.symbols else "") for f in plan.files]
    tests = [f"{test.path}: {test.behaviour}" for test in plan.tests]
    parts = [
        "Approve this plan, or say what to change.",
        fit(plan.summary, 300),
        protected,
        _listed("Files", files, 700 if protected else 1_200),
        _listed("Tests", tests, 400 if protected else 800),
        _listed("Parts, made one by one", [_part(part) for part in plan.parts], 300),
        _listed("Contract operations", plan.operations, 250),
        _listed("Dependencies", plan.dependencies, 200),
        _listed("Risks", plan.risks, 400),
        f"Cost: {cost}",
    ]
    return "\n\n".join(part for part in parts if part)


def _part(part: PlannedPart) -> str:
    counts = (
        counted(len(part.operations), "operation"),
        counted(len(part.files), "file"),
        counted(len(part.tests), "test"),
    )
    return f"{part.title}: {', '.join(counts)}"


def estimate(plan: Plan, spent: Usage, budget: float) -> str:
    """A range from this task's own calls so far, and how it was come by."""
    pieces = len(plan.files) + len(plan.tests)
    fewest, most = FEWEST_CALLS + pieces, 3 * (FEWEST_CALLS + pieces)
    each = spent.dollars / max(1, spent.calls)
    return (
        f"${spent.dollars:.2f} for {spent.calls} calls so far; the rest perhaps ${fewest * each:.2f} to "
        f"${most * LONGER * each:.2f}. A guess: {fewest} to {most} more calls for {len(plan.files)} files and "
        f"{len(plan.tests)} tests, each at the average of those so far, later ones up to {LONGER} times that. "
        f"The budget of ${budget:.2f} binds whatever the guess."
    )


def _listed(title: str, lines: Sequence[str], room: int) -> str:
    """As many lines as fit, none over a third of the room, and how many more there are."""
    shown, left = [], room
    for line in lines:
        entry = f"- {fit(' '.join(fit(line, room).split()), room // 3)}"
        if len(entry.encode()) > left:
            break
        shown.append(entry)
        left -= len(entry.encode()) + 1
    if len(shown) < len(lines):
        shown.append(f"- … and {len(lines) - len(shown)} more")
    return "\n".join([f"{title}:", *shown]) if shown else ""
