"""The bounded loop: lint, tests, gates; a finding of any of them is reflected on and fixed; then all again."""

from dataclasses import dataclass, field

from activities.wire import CheckOrder, Seen
from aurora.domain import Draft, OutcomeKind, QuestionKind, Report, Step, clip
from workflows.preparing import mechanical_lint, rewrite_tests
from workflows.stage import GO_ON, Stage
from workflows.turns import Made, heard, take_turns

REFLECTIONS_SHOWN = 3
LINT_VISITS = 3


@dataclass
class Progress:
    """What the last rounds found, to see whether the loop still gets anywhere."""

    keys: list[frozenset[str]] = field(default_factory=list)

    def note(self, reports: list[Report]) -> str:
        """Why the loop should stop, or nothing."""
        found = frozenset(f.key for r in reports for f in r.findings)
        self.keys.append(found)
        if len(self.keys) >= 2 and self.keys[-1] == self.keys[-2]:
            return "the same findings twice in a row"
        if len(self.keys) >= 3 and len(self.keys[-1]) >= len(self.keys[-2]) >= len(self.keys[-3]):
            return "no fewer findings in two rounds"
        return ""


@dataclass
class Clean:
    draft: Draft
    rounds: int
    reports: tuple[Report, ...]


async def until_clean(stage: Stage, draft: Draft) -> Clean:
    """Rounds until the draft is clean and green against the baseline, the whole suite included."""
    assert stage.bounds is not None
    stage.max_rounds = stage.bounds.max_rounds
    progress, rewritten = Progress(), False
    reflections: tuple[str, ...] = ()
    while True:
        draft, reports = await _checked(stage, draft)
        failing = [r for r in reports if not r.passed]
        if not failing:
            return Clean(draft, stage.round, tuple(reports))
        stuck = progress.note(failing)
        advice = ""
        if stuck or stage.round >= stage.max_rounds:
            advice = await _hand_over(stage, stuck or f"all {stage.max_rounds} rounds are used", failing)
            progress = Progress()
            stage.max_rounds = stage.round + stage.bounds.max_rounds
        stage.round += 1
        about = tuple(r.whole for r in failing if r.whole)
        reflected = await take_turns(stage, Step.REFLECT, draft, about=(*about, *reflections), advice=advice)
        draft = reflected.draft
        blocked = reflected.contradiction
        if reflected.result:
            reflections = (*reflections, reflected.result)[-REFLECTIONS_SHOWN:]
        if not blocked:
            last = (reflected.result,) if reflected.result else ()
            fixed = await take_turns(stage, Step.FIX_CODE, draft, about=(*about, *last), advice=advice)
            draft, blocked = fixed.draft, fixed.blocked
        if blocked:
            draft = await unblock(stage, draft, blocked, first=not rewritten)
            rewritten = True


async def code(stage: Stage, draft: Draft) -> Draft:
    """write_code; an honest report that a test contradicts the specification is settled before the checks run."""
    made: Made = await take_turns(stage, Step.WRITE_CODE, draft)
    if not made.blocked:
        return made.draft
    draft = await unblock(stage, made.draft, made.blocked, first=True)
    made = await take_turns(stage, Step.WRITE_CODE, draft)
    return await unblock(stage, made.draft, made.blocked, first=False) if made.blocked else made.draft


async def unblock(stage: Stage, draft: Draft, clause: str, *, first: bool) -> Draft:
    """Back to the test writer once; after that only the Architect can say who is right."""
    if not first:
        text = (
            f"A frozen test is reported to contradict the specification again: {clause}\n\n"
            "Say which of them holds; the tests are then rewritten accordingly."
        )
        said = await stage.decide(QuestionKind.STUCK, text, "the specification holds", otherwise=OutcomeKind.EXHAUSTED)
        draft = await heard(stage, draft, said)
        clause = f"{clause} (the Architect: {said.text})"
    return await rewrite_tests(stage, draft, clause)


async def _checked(stage: Stage, draft: Draft) -> tuple[Draft, list[Report]]:
    """Lint first, for it may change the draft; then the touched tests, the gates, and, all green, the whole suite."""
    draft, lint = await _lint_until_clean(stage, draft)
    if not lint.passed:
        return draft, [lint]
    stage.at(Step.RUN_TESTS)
    focused = await stage.hands(
        Step.RUN_TESTS, CheckOrder(draft=draft, mode="focused"), Seen, "runs the frozen and the touched tests"
    )
    stage.at(Step.RUN_GATES)
    gates = await stage.hands(Step.RUN_GATES, CheckOrder(draft=draft), Seen, "runs the gates")
    reports = [lint, focused.report, gates.report]
    if all(r.passed for r in reports):
        stage.at(Step.RUN_TESTS)
        whole = await stage.hands(
            Step.RUN_TESTS, CheckOrder(draft=draft, mode="whole"), Seen, "runs the whole suite against the baseline"
        )
        reports.append(whole.report)
    return draft, reports


async def _lint_until_clean(stage: Stage, draft: Draft) -> tuple[Draft, Report]:
    for _ in range(LINT_VISITS):
        draft, seen = await mechanical_lint(stage, draft, "changed")
        if seen.report.passed or seen.report.whole is None:
            break
        made = await take_turns(stage, Step.FIX_LINT, draft, about=(seen.report.whole,))
        draft = made.draft
    else:
        draft, seen = await mechanical_lint(stage, draft, "changed")
    return draft, seen.report


async def _hand_over(stage: Stage, why: str, failing: list[Report]) -> str:
    found = [f"- {f.check} {f.node or f.path}: {clip(f.message, 300)}" for r in failing for f in r.findings[:5]]
    text = (
        f"Reflexion stopped after {stage.round} rounds: {why}. What is left:\n"
        + "\n".join(found)
        + f"\n\nAdvice (as free text) and another {stage.max_rounds} rounds, `{GO_ON}` without advice, or abandon?"
    )
    said = await stage.decide(QuestionKind.STUCK, text, GO_ON, otherwise=OutcomeKind.EXHAUSTED)
    return said.text
