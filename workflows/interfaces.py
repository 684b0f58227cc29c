"""The interfaces: importable stubs, before any test is written against them."""

from aurora.domain.outcome import OutcomeKind
from aurora.domain.questions import QuestionKind
from aurora.domain.steps import Step
from aurora.domain.task import Draft
from aurora.domain.value import Digest
from aurora.text import fit
from workflows.answers import record_answers
from workflows.contract_edits import settled_check
from workflows.linting import lint_and_fix
from workflows.task_context import GO_ON, TaskContext
from workflows.turns import take_turns
from workflows.visits import Visits

INTERFACE_VISITS = 3


async def define_interfaces(context: TaskContext, draft: Draft, report: Digest | None = None) -> Draft:
    """Importable stubs: what does not import goes back to the writer. `report`: why they are asked for, where the plan
    had none."""
    loop = context.journal.loop(Visits)
    at = loop.at or loop.go(Visits(draft=draft, reports=(report,) if report else ()))
    while True:
        if text := at.stuck(INTERFACE_VISITS, "The interfaces do not pass"):
            said = await context.decide(QuestionKind.STUCK, text, GO_ON, otherwise=OutcomeKind.EXHAUSTED)
            draft = await record_answers(context, at.draft, said)
            at = loop.go(at.advised(draft, fit(said.text, 400)))
        step = Step.DEFINE_INTERFACES
        made = await take_turns(
            context,
            step,
            at.draft,
            reports=at.reports,
            advice=at.advice,
            last=at.said,
            attempt=at.attempt(INTERFACE_VISITS),
            fresh=at.fresh,
        )
        draft, _ = await lint_and_fix(context, made.draft, "changed")
        seen = await settled_check(
            context, Step.CHECK_INTERFACES, draft, "imports every changed module", memo="imports"
        )
        if seen.report.passed:
            return seen.draft
        at = loop.go(at.after(seen.draft, seen, made.summary))
