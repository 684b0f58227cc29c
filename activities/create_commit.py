"""create_commit: the whole draft as one commit on the base, with the evidence beside it."""

import re
import textwrap
from dataclasses import dataclass
from hashlib import sha256

from temporalio import activity

from activities.keeping import answers_of, fetch, keep, workspace_of
from activities.wire import CommitOrder, Committed
from aurora.asking import AnswerBook
from aurora.domain import Census, Digest, Draft, Frozen, FrozenTests, Plan, Report, Rewrite, Usage, clip, counted, fit
from aurora.errors import DiskFull, ToolRefusal
from aurora.ports import ArtifactStore, Sandbox
from aurora.records import DIFF, EVIDENCE
from aurora.view import StepSpend

SUBJECT_CHARS = 72
BODY_COLUMNS = 72
CONVENTIONAL = re.compile(r"[a-z]+(\([\w./ -]+\))?!?: \S")
"""`feat: ...`, `fix(users)!: ...` as Conventional Commits 1.0 has it."""


class Evidence(Frozen):
    """What a reviewer may check; refers to the commit, never the other way round."""

    task_id: str
    commit: str
    base: str
    branch: str
    plan: Plan
    answers: AnswerBook
    red: tuple[str, ...]
    green_before: tuple[str, ...]
    frozen_files: dict[str, str]
    rewrites: tuple[Rewrite, ...] = ()
    """Frozen tests that were rewritten: clause, old and new text."""
    baseline: Census
    baseline_red: tuple[str, ...]
    reports: tuple[Report, ...]
    rounds: int
    usage: Usage
    steps: tuple[StepSpend, ...]
    model: str
    warnings: tuple[str, ...]
    diff: Digest


@dataclass(frozen=True)
class Committer:
    artifacts: ArtifactStore
    sandbox: Sandbox

    @activity.defn
    async def create_commit(self, order: CommitOrder) -> Committed:
        """The same order gives the same commit, bit for bit: the task fixes message, tree, base and dates."""
        draft = order.draft
        artifacts = self.artifacts.of(draft.task)
        workspace = await workspace_of(artifacts, draft)
        assert draft.plan is not None and draft.frozen is not None
        plan = await fetch(artifacts, draft.plan, Plan)
        frozen = await fetch(artifacts, draft.frozen, FrozenTests)
        assert frozen.thawed is None, "a test is being rewritten"
        green = next((r.census for r in reversed(order.reports) if r.census), Census())
        answers = await answers_of(artifacts, draft)
        message = commit_message(draft, plan, frozen, green, answers)

        async with self.sandbox.open(draft, workspace) as box:
            try:
                committed = await box.squash(message)
            except ToolRefusal as refusal:
                raise DiskFull(f"the commit can't be made in the sandbox: {refusal}") from refusal
            diff = await box.diff()
        evidence = Evidence(
            task_id=workspace.task.id,
            commit=committed.commit,
            base=draft.base,
            branch=workspace.task.branch,
            plan=plan,
            answers=answers,
            red=frozen.red,
            green_before=frozen.green_before,
            frozen_files=frozen.files,
            rewrites=frozen.rewrites,
            baseline=workspace.baseline.census,
            baseline_red=workspace.baseline.red,
            reports=order.reports,
            rounds=order.rounds,
            usage=order.view.usage,
            steps=order.view.steps,
            model=workspace.settings.model,
            warnings=order.view.warnings,
            diff=await artifacts.put(diff.encode()),
        )
        digest = await keep(artifacts, evidence)
        await artifacts.replace(EVIDENCE, evidence.model_dump_json(indent=1).encode())
        await artifacts.replace(DIFF, diff.encode())
        files = sum(line.startswith("diff --git ") for line in diff.splitlines())
        subject = message.splitlines()[0]
        return Committed(
            draft=committed,
            message=fit(subject, 400),
            evidence=digest,
            files=files,
            summary=fit(f"{committed.commit[:12]} {subject} ({counted(files, 'file')})", 300),
        )


def _wrapped(paragraph: str) -> str:
    return textwrap.fill(paragraph, BODY_COLUMNS, break_long_words=False, break_on_hyphens=False)


def rewritten(one: Rewrite) -> str:
    """A rewritten test and its clause on one line, in which no forge or CI finds a command."""
    said = f"{fit(one.test, 200)} (clause: {fit(one.clause, 200)}; decided by {one.decided_by})"
    return " ".join(re.sub(r"[\[\]#@!<>]", " ", said).split())


def commit_message(draft: Draft, plan: Plan, frozen: FrozenTests, green: Census, answers: AnswerBook) -> str:
    """Conventional Commits subject, the plan's reasoning, and trailers that lead back to the task."""
    # fit: git takes no NUL in a message, and no reader a control character
    subject = clip(fit(" ".join(plan.summary.split()), 4 * SUBJECT_CHARS).rstrip("."), SUBJECT_CHARS - len("feat: "))
    if not CONVENTIONAL.match(subject):
        proper = subject[1:2].isupper()  # POST, OpenAPI
        subject = f"feat: {subject if proper else subject[:1].lower() + subject[1:]}"
    paragraphs = fit(plan.reasoning.strip(), 2_000).split("\n\n")
    body = "\n\n".join(_wrapped(paragraph) for paragraph in paragraphs)
    plan_digest = (draft.plan or "").removeprefix("sha256:")[:16] or sha256(plan.summary.encode()).hexdigest()[:16]
    trailers = [
        f"Aurora-Task: {draft.task.id}",
        f"Aurora-Plan: {plan_digest}",
        f"Aurora-Red: {len(frozen.red)}",
        f"Aurora-Green: {green.passed}",
    ]
    trailers += [f"Aurora-Rewritten: {rewritten(one)}" for one in frozen.rewrites[:10]]
    # nobody decided these: a reader of the commit must know, not only one of the evidence
    assumed = [" ".join(fit(e.text, 200).split()) for e in answers.exchanges if e.silent]
    trailers += [f"Aurora-Assumed: {text}" for text in assumed[:10] if text]
    return "\n\n".join(part for part in (subject, body, "\n".join(trailers)) if part) + "\n"
