"""A model that lacks something where it works: the Architect is asked, and the step goes on with the answer.

Only a person can fix an environment, so each report is one question, and the same one is not asked twice once the
answer was to go on without. A model can't go round with it: past `ASKED` questions of a task a report is answered here,
and the bound on a visit's turns holds as ever.
"""

from aurora.domain.environment import EnvironmentReport
from aurora.domain.outcome import OutcomeKind
from aurora.domain.questions import GO_ON_WITHOUT, TRY_AGAIN, QuestionKind
from aurora.domain.steps import Step
from aurora.domain.task import Draft
from aurora.text import fit
from workflows.answers import answer_ids, record_answers
from workflows.environment import goes_on, set_by
from workflows.task_context import GO_ON, TaskContext
from workflows.visit_state import Settled

ASKED = 4
"""Questions of this kind in one task."""
KINDS = {"environment": QuestionKind.STUCK, "missing_tool": QuestionKind.DEPENDENCY}
WITHOUT = (
    "do what can be done without it, change nothing to get around it, and say in `finish` what could not be checked"
)


async def unblocked(context: TaskContext, draft: Draft, report: EnvironmentReport) -> Settled:
    """The answer to a report. Raises `Ended` when the Architect abandons the task."""
    # decided once: the answer itself would decide otherwise in the next run
    known = context.journal.note("known", str, lambda: _known(context, report))
    if known:
        return Settled(draft=draft, nudge=known)
    text = question(context.state.step, report)
    said = await context.decide(KINDS[report.kind], text, GO_ON_WITHOUT, TRY_AGAIN, otherwise=OutcomeKind.ABANDONED)
    draft = await record_answers(context, draft, said)
    without = said.word == GO_ON or goes_on(said, GO_ON_WITHOUT)
    context.journal.note("remembered", bool, lambda: _remember(context, report, without))
    changed = None if without else await set_by(context, draft, said)
    if changed is not None and not changed.went_on:
        nudge = f"The Architect changed the environment after you reported {report.missing}: try again."
        return Settled(draft=changed.draft, nudge=nudge)
    if said.word == TRY_AGAIN:
        return Settled(draft=draft, nudge="The Architect has looked at what you reported: try again.")
    nudge = f"The Architect was asked about {report.missing}: "
    nudge += f"go on without it; {WITHOUT}." if without else "the answer follows; go on with it."
    return Settled(draft=draft, nudge=nudge, said=() if said.word in (GO_ON, GO_ON_WITHOUT) else answer_ids(said))


def question(step: Step, report: EnvironmentReport) -> str:
    """The question to the Architect: the model's words, what is known beside them, and the choices."""
    what = "a command or package is missing" if report.kind == "missing_tool" else "the environment is not as needed"
    facts = f"\n\nWhat is known:\n{report.facts}" if report.facts else ""
    return (
        f"{step} reports that {what}: {report.missing}\n\n"
        f'The model says (its own words, not verified): "{report.why}"{facts}\n\n'
        f"Answer `{GO_ON_WITHOUT}`; `{TRY_AGAIN}` once it is there; settings of aurora.yaml as YAML, for this task "
        "only (`project: {test_env: {NAME: value}}`); advice for the model; or `abandon`."
    )


def _known(context: TaskContext, report: EnvironmentReport) -> str:
    """The message to the model without a question, or nothing."""
    state = context.state
    if _key(report) in state.without:
        return f"The Architect was asked about {report.missing} before, and said to go on without it: {WITHOUT}."
    if state.environment_asked >= ASKED:
        return f"No further report of this kind is taken in this task ({ASKED} were): {WITHOUT}."
    return ""


def _remember(context: TaskContext, report: EnvironmentReport, without: bool) -> bool:
    state = context.state
    state.environment_asked += 1
    if without:
        state.without = (*state.without, _key(report))
        context.warn([f"the Architect chose to go on without {report.missing} (reported by {state.step})"])
    return without


def _key(report: EnvironmentReport) -> str:
    return fit(report.key, 300)
