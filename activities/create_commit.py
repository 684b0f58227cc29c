"""create_commit: the whole draft as one commit on the base, or what a part made on the commit of the part before it;
with the evidence beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from temporalio import activity

from activities.checks.acceptance_check import judged
from activities.checks.evidence_parts import exercises_of, file_changes, log_of, notes_of, style_and_kind, survivors_of
from activities.checks.project_tools import ProjectTools, changed_paths
from activities.messages import CommitInput, CommitResult
from activities.turns.contract_shown import unnamed_clauses
from aurora.commit_message import body_of, one_line, subject_of, trailer
from aurora.commit_style import CommitStyle
from aurora.domain.evidence import VERSION, Allowed, Evidence, Proof
from aurora.domain.findings import Finding, TestCounts
from aurora.domain.finished_parts import FinishedPart
from aurora.domain.frozen_tests import FrozenTests, Rewrite
from aurora.domain.plan import CoveredBehaviour, CoveredBehaviours, Plan
from aurora.domain.questions import MAX_QUESTION_CHARS, TRY_AGAIN, AnswerBook, Exchange, QuestionDraft, QuestionKind
from aurora.domain.steps import Step
from aurora.domain.task import Draft
from aurora.errors import DiskFull, SandboxLost, ToolRefusal
from aurora.gates import choice
from aurora.gates.gate import When
from aurora.names import DIFF, EVIDENCE
from aurora.ports import ArtifactStore, Box, Sandbox, TaskArtifacts
from aurora.stored_values import answers_of, fetch, finished_of, keep, workspace_of
from aurora.text import clip, counted, fit

ASSUMED_SHOWN = 10
ALLOWED_SHOWN = 20
WITHOUT_RED = "commit without a red test"
ABANDON = "abandon"
SHOWN = 12
PLAIN = CommitStyle()
UNPLANNED = CoveredBehaviours(behaviours=())
NO_TESTS = FrozenTests(files={}, test_ids=(), red=())
"""No tests of a task whose Architect said that no test can be red."""


@dataclass(frozen=True)
class CreateCommitActivity:
    artifacts: ArtifactStore
    sandbox: Sandbox

    @activity.defn
    async def create_commit(self, order: CommitInput) -> CommitResult:
        """The same order gives the same commit, bit for bit: the task fixes message, tree, base and dates.

        What the acceptance check refuses, or no red test proves, is not committed: the result is a question."""
        draft = order.draft
        artifacts = self.artifacts.of(draft.task)
        workspace = await workspace_of(artifacts, draft)
        assert draft.plan is not None
        whole_plan = await fetch(artifacts, draft.plan, Plan)
        # one commit in all stands on the base; of one for each part, on that of the part before
        part, onto = (draft.part, draft.since) if workspace.settings.commits == "each" else (0, None)
        revises = workspace.task.revises
        amends = revises is not None and revises.amends and not part
        onto = draft.parent if amends else onto
        plan = whole_plan.of_part(part)
        everything = await fetch(artifacts, draft.frozen, FrozenTests) if draft.frozen else NO_TESTS
        assert everything.thawed is None, "a test is being rewritten"
        frozen = everything.of_part if part else everything
        finished = (await finished_of(artifacts, draft)).parts
        behaviours = await _behaviours(artifacts, draft, whole_plan, finished if not part else ())
        green = next((r.counts for r in reversed(order.reports) if r.counts), TestCounts())
        answers = await answers_of(artifacts, draft)
        tools = ProjectTools(artifacts, workspace, Step.CREATE_COMMIT)

        async with self.sandbox.open(draft, workspace) as box:
            gates = await judged(tools, box, draft, When.COMMIT)
            new = set(await changed_paths(box, draft.base if amends else onto or draft.base, gone=True))
            allowed = tuple(one for one in gates.allowed if one.path in new)
            altered = tuple(path for path in gates.altered_tests if path in new)
            refused = gates.findings + await _unproven(artifacts, order, everything)
            if refused:
                return _refused(order, refused)
            if not frozen.red and not order.without_red:
                return _asking(order)
            style, kind = await style_and_kind(box, tools, plan, draft.base)
            message = commit_message(
                draft,
                plan.model_copy(update={"reasoning": ""}) if part else plan,
                frozen,
                green,
                answers,
                allowed,
                order.without_red,
                altered,
                style=style,
                kind=kind,
                part=f"{part} of {len(whole_plan.parts)}" if part else "",
                revises=f"{revises.task_id} ({draft.base[:12]})" if revises else "",
                former=await _message_of(box, draft.base) if amends else "",
            )
            before = await _tree(box)
            try:
                committed = await box.squash(message, onto)
            except ToolRefusal as refusal:
                raise DiskFull(f"the commit can't be made in the sandbox: {refusal}") from refusal
            committed = committed.model_copy(update={"amended": amends})
            if await _tree(box) != before:
                raise SandboxLost("the commit holds another tree than the one that was judged")
            diff = await box.diff(onto)
            whole_diff = await box.diff() if onto else diff
        subject = message.splitlines()[0]
        contract = workspace.contract
        evidence = Evidence(
            version=VERSION,
            task_id=workspace.task.id,
            commit=committed.commit,
            base=onto or draft.base,
            branch=workspace.task.branch,
            subject=subject,
            task=workspace.task.text,
            revises=f"{revises.task_id} ({draft.base})" if revises else "",
            asked_by=workspace.task.submitted_by,
            plan=plan,
            answers=answers,
            changes=file_changes(diff),
            contract=contract.path if contract else "",
            contract_faults=contract.faults if contract else (),
            exercises=await exercises_of(artifacts, order.reports),
            clauses_unnamed=await unnamed_clauses(artifacts, workspace, plan, tuple(frozen.texts.values())),
            red=frozen.red,
            red_reasons=frozen.reasons,
            red_against=frozen.red_against,
            mutants=await survivors_of(artifacts, order.reports),
            red_log=await log_of(artifacts, frozen.log),
            green_log=await log_of(artifacts, next((r.log for r in reversed(order.reports) if r.log), None)),
            without_red="" if frozen.red else order.without_red,
            allowed=allowed,
            altered_tests=altered,
            gates=tuple(g.name for g in choice.chosen(workspace.settings, tools.language.name, When.ROUND)),
            notes=await notes_of(artifacts, order.reports, gates.notes),
            gates_off=choice.turned_off(workspace.settings),
            planned=behaviours,
            part=part,
            parts=len(whole_plan.parts),
            finished=finished,
            green_before=frozen.green_before,
            frozen_files=frozen.files,
            rewrites=frozen.rewrites,
            baseline=workspace.baseline.counts,
            baseline_red=workspace.baseline.red,
            baseline_run=workspace.baseline.run,
            baseline_flaky=workspace.baseline.flaky,
            flaky=tuple(sorted({f for r in order.reports for f in r.flaky} - set(workspace.baseline.flaky))),
            reports=order.reports,
            rounds=order.rounds,
            usage=order.view.usage,
            open_microdollars=order.view.open_microdollars,
            wall_seconds=order.view.wall_seconds,
            steps=order.view.steps,
            model=workspace.settings.model,
            warnings=order.view.warnings,
            diff=await artifacts.put(diff.encode()),
        )
        digest = await keep(artifacts, evidence)
        await artifacts.replace(EVIDENCE, evidence.model_dump_json(indent=1).encode())
        if part == len(whole_plan.parts) or not part:  # of an unfinished chain the draft tells what was changed
            await artifacts.replace(DIFF, whole_diff.encode())
        files = len(evidence.changes)
        return CommitResult(
            draft=committed,
            message=fit(subject, 400),
            evidence=digest,
            files=files,
            allowed=tuple(fit(said_of(one), 300) for one in allowed[:ALLOWED_SHOWN]),
            altered_tests=tuple(fit(path, 300) for path in altered[:ALLOWED_SHOWN]),
            summary=fit(f"{committed.commit[:12]} {subject} ({counted(files, 'file')})", 300),
        )


async def _behaviours(
    artifacts: TaskArtifacts, draft: Draft, plan: Plan, before: Sequence[FinishedPart]
) -> tuple[CoveredBehaviour, ...]:
    """The checks of each test of the plan, numbered within it: of the parts in `before`, too."""
    covered = await fetch(artifacts, draft.covered, CoveredBehaviours) if draft.covered else UNPLANNED
    found: list[CoveredBehaviour] = []
    first = dict.fromkeys(range(len(plan.parts) + 1), 0)
    for number, planned in enumerate(plan.parts, 1):
        first[number] = first[number - 1] + len(planned.tests)
    parts = [(one.number, one.behaviours) for one in before] + [(draft.part, covered.behaviours)]
    for number, behaviours in parts:
        shift = first[number - 1] if before and number else 0
        found += [one.model_copy(update={"planned": one.planned + shift}) for one in behaviours]
    return tuple(found)


async def _unproven(artifacts: TaskArtifacts, order: CommitInput, frozen: FrozenTests) -> tuple[Finding, ...]:
    """Tests that were red, and that the run of the whole suite on this very draft did not see pass."""
    kept = next((report.proof for report in reversed(order.reports) if report.proof), None)
    proof = await fetch(artifacts, kept, Proof) if kept else None
    green = set(proof.green) if proof is not None and proof.commit == order.draft.commit else set()
    return tuple(
        Finding(
            check="red",
            test_id=test_id,
            message="It failed before there was code, and did not pass since.",
        )
        for test_id in frozen.red
        if test_id not in green
    )


def rewritten(one: Rewrite) -> str:
    """A rewritten test and its clause, for a trailer."""
    said = f"{fit(one.test, 200)} (clause: {fit(one.clause, 200)}; decided by {one.decided_by})"
    return one_line(said, 450)


async def _message_of(box: Box, commit: str) -> str:
    return (await box.execute(["git", "log", "-1", "--format=%B", commit])).stdout


async def _tree(box: Box) -> str:
    return (await box.execute(["git", "rev-parse", "HEAD^{tree}"])).stdout.strip()


def _coder_said(order: CommitInput) -> str:
    by_step = {spend.step: spend.said for spend in order.view.steps}
    said = by_step.get(Step.FIX_CODE) or by_step.get(Step.WRITE_CODE)
    return f'\n\nThe coder ended with these words (not verified): "{said}"' if said else ""


def _refused(order: CommitInput, refused: Sequence[Finding]) -> CommitResult:
    """Nothing is committed. An answer may ask for a file by its name; then the check is made again."""
    listed = "\n".join(f"- {fit(f.path or f.test_id, 200)}: {fit(f.message, 300)}" for f in refused[:SHOWN])
    more = f"\n- and {len(refused) - SHOWN} more" if len(refused) > SHOWN else ""
    text = (
        f"The acceptance check refused the commit:\n{listed}{more}{_coder_said(order)}\n\n"
        "Nothing is committed. To allow one of these files, where that is possible, ask for it by its name. Otherwise "
        f"answer `{TRY_AGAIN}` to run the check again, or `{ABANDON}`."
    )
    return _none(order, QuestionKind.STUCK, text, TRY_AGAIN, f"refused: {counted(len(refused), 'finding')}")


def _asking(order: CommitInput) -> CommitResult:
    text = (
        "No test of this task failed before the code was written, so none proves that the code does what the task asks "
        f"for. Answer `{WITHOUT_RED}` if this task can have no such test; the commit and its evidence then say so, "
        f"with your name. Otherwise answer `{ABANDON}`; the work is kept."
    )
    return _none(order, QuestionKind.DECISION, text, WITHOUT_RED, "asks: no test failed before the code was written")


def _none(order: CommitInput, kind: QuestionKind, text: str, option: str, summary: str) -> CommitResult:
    question = QuestionDraft(kind=kind, text=clip(text, MAX_QUESTION_CHARS), options=(option, ABANDON))
    return CommitResult(draft=order.draft, message="", files=0, question=question, summary=summary)


def commit_message(
    draft: Draft,
    plan: Plan,
    frozen: FrozenTests,
    green: TestCounts,
    answers: AnswerBook,
    allowed: Sequence[Allowed] = (),
    without_red: str = "",
    altered_tests: Sequence[str] = (),
    *,
    style: CommitStyle = PLAIN,
    kind: str = "feat",
    part: str = "",
    revises: str = "",
    former: str = "",
) -> str:
    """A subject as the project has them, the plan's reasoning, and trailers that lead back to the task.

    The words are a model's; the trailers are ours alone. `kind`: the change's type, for a project that has types.
    `part`: which of the plan's parts the commit is, `2 of 5`. `revises`: the task whose commit is changed, with that
    commit. `former`: that commit's message, where this one takes its place: its subject and body stay."""
    plan_digest = (draft.plan or "").removeprefix("sha256:")[:16] or sha256(plan.summary.encode()).hexdigest()[:16]
    red = str(len(frozen.red)) if frozen.red or not without_red else f"0 (as {one_line(without_red, 80)} said)"
    trailers = [
        ("Aurora-Task", draft.task.id),
        ("Aurora-Plan", plan_digest),
        *([("Aurora-Part", part)] if part else []),
        *([("Aurora-Revises", one_line(revises, 200))] if revises else []),
        ("Aurora-Red", red),
        ("Aurora-Green", str(green.passed)),
    ]
    trailers += [("Aurora-Rewritten", rewritten(one)) for one in frozen.rewrites[:10]]
    trailers += [("Aurora-Allowed", one_line(said_of(one), 200)) for one in allowed[:ALLOWED_SHOWN]]
    trailers += [("Aurora-Tests-Changed", one_line(path, 200)) for path in altered_tests[:ALLOWED_SHOWN]]
    # nobody decided these: a reader of the commit must know, not only one of the evidence
    assumed = [_assumed(e) for e in answers.exchanges if e.silent and e.text.strip()]
    trailers += [("Aurora-Assumed", text) for text in assumed[:ASSUMED_SHOWN]]
    if more := assumed[ASSUMED_SHOWN:]:
        trailers.append(("Aurora-Assumed", f"and {len(more)} more, which the evidence shows"))
    subject = subject_of(plan.summary, kind if style.conventional else "", capital=style.capital)
    body = [body_of(plan.reasoning)]
    if former:
        subject, *paragraphs = former.strip().split("\n\n")
        body = [one for one in paragraphs if "Aurora-Task:" not in one]
        body.append(body_of(f"Revised – {plan.summary.rstrip('.')}. {plan.reasoning}"))
    parts = (subject, *body, "\n".join(trailer(name, value) for name, value in trailers))
    return "\n\n".join(part for part in parts if part) + "\n"


def _assumed(exchange: Exchange) -> str:
    """`q1 "Which status for a second e-mail address?": yes`: an answer alone tells no reader what it was to."""
    asked = exchange.question
    said = one_line(exchange.text, 200)
    return f'{asked.id} "{one_line(asked.text, 120)}": {said}' if asked else said


def said_of(allowed: Allowed) -> str:
    """A list for a person: which protected file was changed, and who asked for it."""
    return f"{allowed.path} ({allowed.kind}), asked for by {allowed.asked_by}"
