"""ask_checkers: programs of other agents look at a draft that passed everything else; what they find goes the way of a
failing gate.

An answer is kept by draft and checker, so that a retried try asks nobody twice. A checker that can't be asked is the
world's trouble where the operator requires it, and a note in the evidence where not.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from temporalio import activity

from activities.checks.project_tools import ProjectTools, changed_paths
from activities.messages import CheckInput, CheckResult
from aurora import bounded, progress
from aurora.bounded.bounds import Bounds
from aurora.domain.checkers import CheckAnswer, CheckerFinding, CheckRequest, TestFile
from aurora.domain.findings import Finding, Report, ReportStatus, Weight
from aurora.domain.frozen_tests import FrozenTests
from aurora.domain.plan import CoveredBehaviours, Plan
from aurora.domain.steps import Step
from aurora.errors import CheckerError, OutOfBounds, Refusal, ToolRefusal
from aurora.gates import choice
from aurora.gates.gate import When
from aurora.other_agents import Checkers
from aurora.output import plain
from aurora.ports import ArtifactStore, Box, Sandbox, TaskArtifacts
from aurora.stored_values import fetch, plan_of, workspace_of
from aurora.text import counted, fit

CHECKER = "checkers"
DIFF_CHARS, TESTS_CHARS = 400_000, 400_000
READING = Bounds(seconds=5, megabytes=256, result_bytes=4_000_000)


@dataclass(frozen=True)
class AskCheckersActivity:
    artifacts: ArtifactStore
    sandbox: Sandbox
    checkers: Checkers

    @activity.defn
    async def ask_checkers(self, order: CheckInput) -> CheckResult:
        """Raises `CheckerError` while a required checker can't be asked."""
        artifacts = self.artifacts.of(order.draft.task)
        workspace = await workspace_of(artifacts, order.draft)
        tools = ProjectTools(artifacts, workspace, Step.ASK_CHECKERS)
        names, notes = _chosen(self.checkers, workspace.settings.checkers)
        if not names:
            report = Report(checker=CHECKER, status=ReportStatus.PASSED, summary="none was asked", notes=notes)
            return CheckResult(
                draft=order.draft, report=await tools.keep(report), summary="no external checkers are set up"
            )
        async with self.sandbox.open(order.draft, workspace) as box:
            request = await _request(tools, box, order)
        findings: list[Finding] = []
        said: list[str] = []
        for name in names:
            progress.stage(f"asks {name}")
            try:
                found = await self._asked(artifacts, name, order.draft.commit, request)
            except CheckerError as trouble:
                if self.checkers.is_required(name):
                    raise
                notes = (*notes, _note(name, str(trouble)))
                said.append(f"{name}: not asked")
                continue
            findings += [one for one in found if one.weight is Weight.BLOCKS]
            notes = (*notes, *(one for one in found if one.weight is not Weight.BLOCKS))
            said.append(f"{name}: {counted(len(found), 'finding')}")
        status = ReportStatus.FAILED if findings else ReportStatus.PASSED
        summary = fit("; ".join(said), 400)
        report = Report(
            checker=CHECKER,
            status=status,
            summary=summary,
            findings=tuple(findings),
            notes=notes,
            total=len(findings),
        )
        report = await tools.keep(report)
        return CheckResult(draft=order.draft, report=report, summary=fit(f"{status.value}: {summary}", 300))

    async def _asked(
        self, artifacts: TaskArtifacts, name: str, commit: str, request: CheckRequest
    ) -> Sequence[Finding]:
        place = f"checkers/{commit}/{name}.json"
        kept = await artifacts.read(place)
        if kept is None:
            content = json.dumps(
                {"type": "draft.check", "data": request.model_dump(mode="json")}, separators=(",", ":")
            ).encode()
            asked = f"check_{sha256(name.encode() + content).hexdigest()[:32]}"
            kept = await self.checkers.ask(name, asked, content)
        try:
            answer = await bounded.call(read_answer, kept, about=f"what checker {name!r} answered", bounds=READING)
        except (OutOfBounds, Refusal) as refusal:
            raise CheckerError(f"checker {name!r} gave no answer that can be read: {refusal}") from None
        await artifacts.create(place, kept)
        return [_finding(name, one) for one in answer.findings]


def read_answer(content: bytes) -> CheckAnswer:
    """Read the answer in a child. Raises `Refusal`."""
    try:
        return CheckAnswer.model_validate_json(content)
    except ValueError as error:  # pydantic's errors are ValueErrors
        first = str(error).splitlines()
        raise Refusal(
            fit(" ".join(first[:3]), 300), "see the format of checkers' answers in the documentation"
        ) from None


def _chosen(checkers: Checkers, wanted: Sequence[str] | None) -> tuple[tuple[str, ...], tuple[Finding, ...]]:
    """Those to be asked, and a note on each that aurora.yaml names and nobody set up."""
    known = checkers.names()
    chosen = tuple(name for name in known if wanted is None or name in wanted or checkers.is_required(name))
    unknown = [name for name in wanted or () if name not in known]
    lacking = "aurora.yaml names it, and this worker has no checker of that name"
    return chosen, tuple(_note(name, lacking) for name in unknown)


def _note(name: str, message: str) -> Finding:
    return Finding(check=fit(name, 60), message=fit(message, 600), weight=Weight.ADVICE)


def _finding(name: str, one: CheckerFinding) -> Finding:
    """The finding in words that a terminal and a model may be shown: whoever wrote them is another program."""
    return Finding(
        check=fit(name, 60),
        path=fit(plain(one.path), 400),
        line=one.line,
        message=fit(plain(one.message), 4_000),
        hint=fit(plain(one.hint), 1_000),
        weight=Weight(one.weight),
    )


async def _request(tools: ProjectTools, box: Box, order: CheckInput) -> CheckRequest:
    artifacts, workspace, draft = tools.artifacts, tools.workspace, order.draft
    plan = await plan_of(artifacts, draft) or Plan(summary="", files=(), tests=())
    frozen = await fetch(artifacts, draft.frozen, FrozenTests) if draft.frozen else None
    covered = await fetch(artifacts, draft.covered, CoveredBehaviours) if draft.covered else None
    changed = await changed_paths(box, draft.start)
    diff = await box.diff(draft.since)
    tests, room = [], TESTS_CHARS
    for path in changed:
        if tools.is_test(path):
            try:
                text = (await box.read(path)).decode("utf-8", "replace")
            except ToolRefusal:
                continue  # a link, or too large: no test that anybody reads
            tests.append(TestFile(path=path, text=text[:room]))
            room -= len(text[:room])
    return CheckRequest(
        task_id=workspace.task.id,
        task=workspace.task.text,
        base=draft.start,
        commit=draft.commit,
        language=workspace.toolchain.language,
        plan=plan,
        covered=covered.behaviours if covered else (),
        diff=diff[:DIFF_CHARS],
        cut=len(diff) > DIFF_CHARS or room <= 0,
        changed=tuple(changed),
        tests=tuple(tests),
        test_ids=frozen.test_ids if frozen else (),
        red=frozen.red if frozen else (),
        gates=tuple(g.name for g in choice.chosen(workspace.settings, workspace.toolchain.language, When.ROUND)),
        gates_off=choice.turned_off(workspace.settings),
    )
