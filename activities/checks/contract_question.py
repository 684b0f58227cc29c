"""The questions about a task's contract before any model is called: how the service is logged in to, and how it is
started.

Only where it matters: there is a document, the exercise is on, and the application can be served at the base commit, or
what keeps it from starting can be set, or there is no code to serve yet and the task writes it. The base commit is
served once for that; whether it answers is kept for later tasks on the same commit.
"""

import hashlib
import json
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from activities.checks.contract_runs import ServedRun, ServedRuns, probe_order
from activities.checks.contract_targets import Target, targets
from activities.turns.conversation import canonical
from aurora.domain.environment_problem import ProposedSetting
from aurora.domain.exercise import ApiKind
from aurora.domain.questions import ABANDON, GO_ON_WITHOUT, MAX_QUESTION_CHARS, TRY_AGAIN, QuestionDraft, QuestionKind
from aurora.domain.task import Draft
from aurora.domain.value import Value
from aurora.domain.workspace import Workspace
from aurora.errors import ArtifactError, ExternalError, OutOfBounds, Refusal, ToolRefusal
from aurora.ports import Box, Sandbox, SharedArtifacts, TaskArtifacts
from aurora.survey import any_code, log_in
from aurora.survey.kept_baselines import key_of
from aurora.text import clip, counted, fit
from aurora.toolchains.runs.environment_signs import EXAMPLES, PLACEHOLDER, asked_for, example_values, quoted
from aurora.toolchains.serving import serve_command

log = structlog.get_logger()

FOLDER = "probes"
OPTION_BYTES = 390
"""Bytes of a proposal that can be chosen word for word: a longer one stands in the text only."""
PROPOSED, SHOWN = 4, 4
WORDS_CHARS = 1_500
_PLAIN = re.compile(r"[A-Za-z_/][A-Za-z0-9_./@+-]*(?: /?[A-Za-z0-9_./@+-]+)?")
_WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
LOG_IN_FAILED = "the log-in failed"
OUTPUT_ENDS = "; its output ends:"
"""Output that comes before the application's own words in the reason that it did not get ready."""
FOR_INSTANCE = (
    "contract: {auth: {login: {operation: POST /login, body: {name: ada, password: secret}}, token: /access_token}}"
)


class ContractIssue(Value):
    """The question or warning shown when a workspace is opened."""

    question: QuestionDraft | None = None
    warning: str = ""


class Probe(Value):
    ran: ServedRun
    taken_at: float


@dataclass(frozen=True)
class ContractQuestions:
    artifacts: TaskArtifacts
    shared: SharedArtifacts
    sandbox: Sandbox
    seconds: float
    """The time for which an earlier task's probe may be used; 0: not at all."""

    async def about(self, workspace: Workspace, draft: Draft) -> ContractIssue:
        """`draft`: at the base commit. Raises `ServiceNotStarted`."""
        if not workspace.settings.contract.exercise.enabled:
            return ContractIssue()
        if workspace.contract is None and workspace.graphql is None:
            return ContractIssue()
        command = serve_command(workspace.settings, workspace.toolchain, workspace.image.distributions)
        if isinstance(command, str):
            detected = workspace.toolchain.serve is not None or workspace.settings.contract.serve is not None
            return ContractIssue(warning=_not_exercised(command) if detected else "")
        runs = ServedRuns(self.artifacts, workspace, command)
        async with self.sandbox.open(draft, workspace) as box:
            documents = [one for one in await targets(box, workspace) if one.easiest]
            if not documents:
                return ContractIssue()
            if not await any_code.found(box, workspace.toolchain):
                return ContractIssue(question=await _log_in(box, workspace, documents, ""))
            ran = await self._probed(box, runs, documents[0])
            if not ran.usable:
                return _not_started(workspace, documents[0], ran, await _of_output(box, workspace, ran))
            trouble = ran.result.trouble if ran.result is not None else ""
            failed = trouble if LOG_IN_FAILED in trouble else ""
            return ContractIssue(question=await _log_in(box, workspace, documents, failed))

    async def _probed(self, box: Box, runs: ServedRuns, target: Target) -> ServedRun:
        """Only one that answered is kept: what keeps another from it may be fixed outside."""
        workspace = runs.workspace
        order = probe_order(workspace, target.order(runs.command.port), target.easiest)
        key = await key_of(box, workspace.base, workspace.image, workspace.toolchain, workspace.settings)
        decides = [key, runs.command.model_dump(mode="json"), order.model_dump(mode="json")]
        name = f"{FOLDER}/{hashlib.sha256(canonical(decides)).hexdigest()}"
        try:
            content = await self.shared.read(name) if self.seconds else None
            kept = Probe.model_validate_json(content) if content else None
        except (ArtifactError, ExternalError, ValueError):  # pydantic's errors are ValueErrors
            kept = None
        if kept is not None and 0 <= time.time() - kept.taken_at < self.seconds:
            return kept.ran
        ran = await runs.run(box, order)
        if self.seconds and ran.usable and ran.result is not None and not ran.result.trouble:
            try:
                await self.shared.replace(name, Probe(ran=ran, taken_at=time.time()).model_dump_json().encode())
                await self.shared.remove_older(FOLDER, self.seconds)
            except (ArtifactError, ExternalError) as error:
                log.warning("probe_not_kept", why=str(error)[:300])
        return ran


def _not_exercised(why: str) -> str:
    return fit(f"the application will not be checked against its contract: {why}", 380)


# ── how it is logged in to ──


async def _log_in(box: Box, workspace: Workspace, documents: Sequence[Target], failed: str) -> QuestionDraft | None:
    """`failed`: why the log-in that was set does not work; empty where it does, or could not be tried."""
    auth = workspace.settings.contract.auth
    # the file's own recipe is not asked about: it may be of an operation that the task adds
    if auth is not None and not (failed and workspace.task.overrides):
        return None
    secured = {name: schemes for one in documents for name, schemes in one.secured.items()}
    return _how_to_log_in(documents, secured, failed, await _proposed(box, workspace, documents)) if secured else None


def _how_to_log_in(
    documents: Sequence[Target],
    secured: Mapping[str, tuple[str, ...]],
    failed: str,
    proposed: Sequence[ProposedSetting],
) -> QuestionDraft:
    operations = sum(len(one.operations) for one in documents)
    names = ", ".join(sorted(secured)[:SHOWN]) + (", …" if len(secured) > SHOWN else "")
    what = (
        f"{len(secured)} of {counted(operations, 'operation')} of {documents[0].path} need a log-in ({names}), and "
        "nothing says how to log in. Before the commit the application is started with an empty data store and checked "
        "against its document; without a log-in these operations are left out."
    )
    if failed:
        what = f"The log-in that was set does not work at the base commit: {clip(failed, 800)}\n\n{what}"
    used = dict.fromkeys(scheme for schemes in secured.values() for scheme in schemes)
    demanded = [one.schemes[name] for one in documents for name in used if name in one.schemes]
    lines = ["Answer with `contract.auth` of aurora.yaml as YAML, for this task only; for example:"]
    lines += [f"- `{proposal.setting}`: {proposal.why}" for proposal in proposed] or [f"- `{FOR_INSTANCE}`"]
    lines.append("Commit it under `agents: backend:` of aurora.yaml and the question is not asked again.")
    without = f"{GO_ON_WITHOUT}: these operations are listed as not exercised, never as passed"
    lines.append(f"Or `{without.replace(':', '`:', 1)}.")
    text = "\n\n".join([what, "\n".join(demanded[:SHOWN]), "\n".join(lines)])
    options = [proposal.option for proposal in proposed if len(proposal.option.encode()) <= OPTION_BYTES]
    return _asking(text, [*options, GO_ON_WITHOUT, ABANDON], without)


async def _proposed(box: Box, workspace: Workspace, documents: Sequence[Target]) -> tuple[ProposedSetting, ...]:
    """Recipes that document, tests and code suggest, as settings in one line."""

    async def text(path: str) -> str | None:
        try:
            return (await box.read(path)).decode("utf-8")
        except (ToolRefusal, UnicodeDecodeError):
            return None

    paths = [entry.path for entry in await box.files() if entry.kind == "file"]
    found: list[ProposedSetting] = []
    for one in documents:
        if one.kind is not ApiKind.OPENAPI:
            continue
        try:
            read = await log_in.read(paths, text, workspace.toolchain, one.document, one.path)
        except (OutOfBounds, Refusal):
            continue
        for proposal in read.proposals:
            why = f"{proposal.why}; to look at: {proposal.check}" if proposal.check else proposal.why
            said = proposal.auth.model_dump(mode="json", exclude_defaults=True)
            found.append(
                ProposedSetting(setting=f"contract: {{auth: {in_a_line(said)}}}", why=fit(" ".join(why.split()), 300))
            )
    return tuple(found[:PROPOSED])


def in_a_line(value: Any) -> str:
    """YAML in one line, words without quotes where they need none."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{in_a_line(key)}: {in_a_line(below)}" for key, below in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(in_a_line, value)) + "]"
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _WORDS:
        return value
    return json.dumps(value, ensure_ascii=False)


# ── how it is started ──


def _not_started(
    workspace: Workspace, target: Target, ran: ServedRun, settings: Sequence[ProposedSetting]
) -> ContractIssue:
    said = workspace.settings.contract
    stated = said.serve is not None or said.prepare is not None or bool(said.env)
    if not settings and not stated:
        why = f"it can't be started at the base commit: {clip(ran.said, 200)} `contract.serve` of aurora.yaml says how."
        return ContractIssue(warning=_not_exercised(why))
    # the whole of what it printed follows by itself, below what may be answered
    why = ran.said.partition(OUTPUT_ENDS)[0] if ran.output.strip() else ran.said
    what = f"The application can't be exercised against {target.path}, already at the base commit: {clip(why, 1_200)}"
    lines = [
        "Answer with `contract: {serve: [...], prepare: [[...]], env: {NAME: value}}` of aurora.yaml as YAML; it holds "
        "for this task. The service runs in an empty data store, without network; never a secret."
    ]
    lines += [f"- `{fit(proposal.setting, 400)}`: {proposal.why}" for proposal in settings[:PROPOSED]]
    without = f"{GO_ON_WITHOUT}: the application is not checked against its contract, and the evidence says so"
    lines.append(f"Or `{TRY_AGAIN}` once what it needs is there, or `{without.replace(':', '`:', 1)}.")
    words = [f"It printed:\n{fit(ran.output[-WORDS_CHARS:], WORDS_CHARS)}"] if ran.output.strip() else []
    options = [proposal.option for proposal in settings if len(proposal.option.encode()) <= OPTION_BYTES][:PROPOSED]
    text = "\n\n".join([what, "\n".join(lines), *words])
    return ContractIssue(question=_asking(text, [*options, TRY_AGAIN, GO_ON_WITHOUT, ABANDON], without))


async def _of_output(box: Box, workspace: Workspace, ran: ServedRun) -> Sequence[ProposedSetting]:
    """Variables that it asks for, with the values of the project's own example file where it has one."""
    names = asked_for(ran.output or ran.said)
    if not names:
        return ()
    root = workspace.toolchain.root
    examples: dict[str, str] = {}
    for name in EXAMPLES:
        try:
            content = await box.read(f"{root}/{name}" if root else name)
        except ToolRefusal:
            continue
        examples = {**example_values(content.decode("utf-8", "replace")), **examples}
    values = ", ".join(f"{name}: {quoted(examples.get(name) or PLACEHOLDER)}" for name in names)
    known = any(examples.get(name) for name in names)
    source = "the project's example file has the value" if known else "choose the value; never a secret"
    return (
        ProposedSetting(setting=f"contract: {{env: {{{values}}}}}", why=f"it asks for {', '.join(names)}; {source}"),
    )


def _asking(text: str, options: Sequence[str], without: str) -> QuestionDraft:
    return QuestionDraft(
        kind=QuestionKind.DECISION, text=fit(text, MAX_QUESTION_CHARS), options=tuple(options), assumed=without
    )
