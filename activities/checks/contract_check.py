"""One check of a draft against its documents: the runs that it takes, in their order, and what they come to."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from activities.checks import contract_judging as judging
from activities.checks.contract_base import BaseRuns, Shown
from activities.checks.contract_documents import DocumentComparison, compared
from activities.checks.contract_judging import CHECK, JudgedBreaches
from activities.checks.contract_runs import ServedRun, ServedRuns, order_of, probe_order
from activities.checks.contract_targets import Target, base_targets, clauses, targets, touched
from activities.checks.project_tools import ProjectTools, changed_paths
from aurora.contract.exercised import Clause
from aurora.domain.exercise import ApiKind, Breach, Exercised, ExerciseOrder, ObservedBreach
from aurora.domain.exercise_evidence import LATER, ContractExercise
from aurora.domain.findings import Finding, Weight
from aurora.domain.task import Draft
from aurora.domain.value import Value
from aurora.ports import Box, Sandbox
from aurora.text import clip, counted

PROSE = (".md", ".rst", ".txt", ".adoc")
NOTES = 60
REPLAY_SECONDS = 600
SHOWN = 4
UNTRIED = ("the time was over", "it is not touched")
"""The way the driver begins to say that nothing is wrong with an operation that it left out."""
UNCHECKED = "Nothing shows that the application meets"
SET = "`contract.serve`, `contract.prepare` and `contract.env` of aurora.yaml say how it is started."
LOG_IN_OF_NEW = "The log-in of `contract.auth` in aurora.yaml is used, in an empty data store: make that work."
BOUNDED = "answered 429"
"""The driver's message about an application that bounds how often it answers."""
UNBOUND = "`contract.env` of aurora.yaml may lift the bound: of an operation that is refused nothing is known."
DECIDED = "the task or an answer names this status: the document should, too"
LOG_IN = "`contract.auth` of aurora.yaml says how the service is logged in to."


class ContractCheckResult(Value):
    said: str
    findings: tuple[Finding, ...] = ()
    notes: tuple[Finding, ...] = ()
    exercises: tuple[ContractExercise, ...] = ()
    unusable: bool = False
    """True if the application answered no request."""


@dataclass
class _Tried:
    """One document, and the runs of the draft and the base that were held against it."""

    target: Target
    base: Target | None
    touched: tuple[str, ...]
    order: ExerciseOrder
    first: ServedRun
    stand: tuple[ObservedBreach, ...] = ()
    clauses: dict[str, Clause] = field(default_factory=dict)
    """The clause that each of `stand` was held against, by its key."""
    findings: list[Finding] = field(default_factory=list)
    notes: list[Finding] = field(default_factory=list)
    compared: DocumentComparison = field(default_factory=DocumentComparison)

    @property
    def seen(self) -> tuple[ObservedBreach, ...]:
        return self.first.result.seen if self.first.result is not None else ()

    @property
    def lost(self) -> tuple[str, ...]:
        """Operations that were left out because the run had trouble, of the log-in most often."""
        result = self.first.result
        if result is None or not result.trouble:
            return ()
        return tuple(
            one.operation for one in result.operations if one.left_out and not one.left_out.startswith(UNTRIED)
        )


@dataclass(frozen=True)
class ContractCheck:
    sandbox: Sandbox
    runs: ServedRuns
    tools: ProjectTools
    draft: Draft
    planned: tuple[str, ...]
    """Operations that the plan names; of a plan in parts those of the part."""
    pending: frozenset[str] = frozenset()
    """Operations that a later part of the plan makes: nothing is asked of them yet."""
    decided: frozenset[int] = frozenset()
    """Statuses that the task or an answer of the Architect names: such a one blocks nothing where the document lacks
    it, because no model may change either."""

    async def found(self) -> ContractCheckResult:
        workspace = self.tools.workspace
        async with self.sandbox.open(self.draft, workspace) as box:
            documents = await targets(box, workspace)
            changed = await changed_paths(box, self.draft.base, gone=True)
            if not self._matters(changed):
                return ContractCheckResult(said="skipped: neither code nor a document of the contract was changed")
            before = {one.path: one for one in await base_targets(box, workspace)}
            documents = tuple([self._wanted(one, before.get(one.path)) for one in documents])
            tried = [await self._tried(box, one, before.get(one.path)) for one in documents if not one.why_not]
        async with BaseRuns(self.sandbox, self.runs, self.draft) as base:
            for one in tried:
                await self._judge(one, base)
        unread = [one for one in documents if one.why_not]
        notes = [*(note for one in tried for note in one.notes), *map(_unread, unread)]
        return ContractCheckResult(
            said="; ".join([*map(_said, tried), *(one.why_not for one in unread)]),
            findings=tuple(finding for one in tried for finding in one.findings),
            notes=tuple(notes[:NOTES]),
            exercises=(
                *map(_evidence, tried),
                *map(_unread_evidence, unread),
            ),
            unusable=bool(tried) and not any(one.first.usable for one in tried),
        )

    def _wanted(self, target: Target, base: Target | None) -> Target:
        """The target with a reason where nothing of it is to be exercised."""
        others = self.tools.workspace.settings.contract.exercise.others
        if target.why_not or others or self._mine(target, base):
            return target
        why = "the task touches no operation of it, and `exercise.others` of aurora.yaml is 0"
        return target.model_copy(update={"why_not": f"{target.path}: {why}"})

    def _mine(self, target: Target, base: Target | None) -> tuple[str, ...]:
        return tuple(name for name in touched(target, base, self.planned) if name not in self.pending)

    def _matters(self, changed: Sequence[str]) -> bool:
        workspace = self.tools.workspace
        documents = {*(workspace.contract.files if workspace.contract else ())}
        documents |= {one.path for one in (workspace.contract, workspace.graphql) if one is not None}
        documents |= {*(workspace.graphql.files if workspace.graphql else ())}
        return any(
            path in documents or not (self.tools.is_test(path) or path.lower().endswith(PROSE)) for path in changed
        )

    async def _tried(self, box: Box, target: Target, base: Target | None) -> _Tried:
        """The draft exercised, and what it did against the document replayed in a new data store."""
        mine = self._mine(target, base)
        others = tuple(sorted(target.operations.keys() - set(mine) - self.pending))
        order = order_of(self.tools.workspace, target.order(self.runs.command.port), mine, others)
        tried = _Tried(target, base, mine, order, await self.runs.run(box, order))
        suspected = self._suspects(tried)
        if suspected:
            seconds = min(order.seconds, REPLAY_SECONDS)
            again = await self.runs.run(box, order.model_copy(update={"again": suspected, "seconds": seconds}))
            tried.stand = judging.confirmed(suspected, again.result)
            facts = await clauses(box, target, tried.stand)
            tried.clauses = {one.key: clause for one, clause in zip(tried.stand, facts, strict=True)}
        return tried

    async def _judge(self, tried: _Tried, base: BaseRuns) -> None:
        """`base` runs only where something is to be compared with it."""
        await (self._seen(tried, base) if tried.first.usable else self._unusable(tried, base))

    async def _seen(self, tried: _Tried, base: BaseRuns) -> None:
        at_base = Shown()
        if tried.stand and tried.base is not None:
            at_base = await base.shown(tried.base, tried.order, tried.stand)
        # what the task touches has to hold, unless only a busy machine keeps the base commit from being asked
        unsure = {
            one.key
            for one in tried.stand
            if one.key in at_base.unknown and (at_base.late or one.operation not in tried.touched)
        }
        judged = judging.judged(tried.seen, self._suspects(tried), tried.stand, at_base.keys, unsure)
        self._report(tried, judged, at_base.why)
        if tried.first.ended:
            await self._ended(tried, base)
        else:
            await self._lost(tried, base)
        result = tried.first.result
        assert result is not None
        served, at, later = result.served_document, result.served_at, sorted(self.pending)
        tried.compared = await compared(tried.target, served, at, tried.touched, later, tried.base, base)
        tried.findings += tried.compared.findings
        tried.notes += tried.compared.notes

    def _report(self, tried: _Tried, judged: JudgedBreaches, unasked: str) -> None:
        path = tried.target.path
        below = tried.target.base_path if tried.target.kind is ApiKind.OPENAPI else ""
        for one in judged.blocking:
            elsewhere = one.operation not in tried.touched
            why = "The task does not touch this operation: at the base commit it does not do so." if elsewhere else ""
            clause = tried.clauses.get(one.key, Clause())
            tried.findings.append(judging.finding(one, path, clause, note=why, below=below))
        decided = tuple(one for one in judged.known_only if self._decided(one))
        for seen, weight, why in (
            (judged.known, Weight.KNOWN, "at the base commit, too"),
            (
                judged.unsure,
                Weight.ADVICE,
                f"whether the base commit does so could not be determined: {clip(unasked, 200)}",
            ),
            (judged.once, Weight.ADVICE, "seen once, and not again in a new data store"),
            (decided, Weight.ADVICE, DECIDED),
            (tuple(one for one in judged.known_only if one not in decided), Weight.ADVICE, "reported only"),
        ):
            tried.notes += [judging.note(one, path, weight, why) for one in seen]

    async def _unusable(self, tried: _Tried, base: BaseRuns) -> None:
        """Not one request was answered: the draft's fault only where the base commit answers, or has no code at all."""
        said = tried.first.said
        works = tried.base is not None and await base.works(tried.base)
        if works or not await base.has_code():
            words = f"\nIt printed:\n{tried.first.output}" if tried.first.output else ""
            message = (
                f"The application can't be exercised any more, as it can be at the base commit: {said}{words}"
                if works
                else f"The application that the task writes can't be exercised: {said}{words}"
            )
            hint = "Fix what keeps it from starting or answering."
            found = Finding(check=CHECK, path=tried.target.path, message=clip(message, 4_000), hint=hint)
            tried.findings.append(found)
        else:
            message = f"{UNCHECKED} {tried.target.path}: it can't be exercised, nor could it at the base commit: {said}"
            tried.notes.append(_note(tried.target.path, message, SET))

    async def _ended(self, tried: _Tried, base: BaseRuns) -> None:
        """Some request ended the application: known where the same ones end the base commit's."""
        before = await base.exercised(tried.base, tried.order) if tried.base is not None else None
        result = tried.first.result
        said = f"The application ended while it was exercised: {tried.first.ended}."
        said += f" {result.trouble}" if result is not None and result.trouble else ""
        if before is not None and (before.ended or (not before.usable and await base.has_code())):
            tried.notes.append(_note(tried.target.path, f"{said} At the base commit it does not, either."))
            return
        words = f"\nIt printed:\n{tried.first.output}" if tried.first.output else ""
        hint = "No request may end the process; catch what is raised, and never exit in a handler."
        found = Finding(check=CHECK, path=tried.target.path, message=clip(said + words, 4_000), hint=hint)
        tried.findings.append(found)

    async def _lost(self, tried: _Tried, base: BaseRuns) -> None:
        """Operations that could not be reached: the draft's fault where the base commit reaches them, or has no code
        at all and aurora.yaml says how the service that is written is logged in to."""
        result = tried.first.result
        if result is None:
            return
        bounded = BOUNDED in result.trouble
        if not tried.lost:
            if bounded:
                message = f"Less than it seems was exercised of {tried.target.path}: {result.trouble}"
                tried.notes.append(_note(tried.target.path, message, UNBOUND))
            return
        known = [name for name in tried.lost if tried.base is not None and name in tried.base.operations]
        reached = await base.reached(tried.base, known) if tried.base is not None and known else ()
        if reached and (reached := await self._still_lost(tried, reached, base)):
            message = (
                f"{counted(len(reached), 'operation')} can't be exercised any more, as at the base commit, the first "
                f"{reached[0]}: {result.trouble}"
            )
            tried.findings.append(Finding(check=CHECK, path=tried.target.path, message=clip(message, 4_000)))
        elif self.tools.workspace.settings.contract.auth is not None and not await base.has_code():
            message = f"{counted(len(tried.lost), 'operation')} can't be exercised: {result.trouble}"
            found = Finding(check=CHECK, path=tried.target.path, message=clip(message, 4_000), hint=LOG_IN_OF_NEW)
            tried.findings.append(found)
        else:
            message = f"{UNCHECKED} {', '.join(tried.lost[:SHOWN])} of {tried.target.path}: {result.trouble}"
            tried.notes.append(_note(tried.target.path, message, UNBOUND if bounded else LOG_IN))

    def _suspects(self, tried: _Tried) -> tuple[ObservedBreach, ...]:
        """The plan may name a field (`Book.author`) that is no operation of the document."""
        bounds = self.tools.workspace.settings.contract.bounds
        may = [one for one in tried.seen if not self._decided(one)]
        return judging.suspects(may, bounds, {*tried.touched, *self.planned})

    def _decided(self, one: ObservedBreach) -> bool:
        return one.breach is Breach.STATUS_CODE and one.status in self.decided

    async def _still_lost(self, tried: _Tried, names: Sequence[str], base: BaseRuns) -> tuple[str, ...]:
        """Those that a new data store can't be asked for, either: a busy machine loses operations by chance."""
        workspace = self.tools.workspace
        probe = probe_order(workspace, tried.target.order(self.runs.command.port), names)
        await base.close()
        async with self.sandbox.open(self.draft, workspace) as box:
            result = (await self.runs.run(box, probe)).result
        if result is None:
            return tuple(names)
        found = {one.operation for one in result.operations if one.requests and not one.left_out}
        return tuple(name for name in names if name not in found)


def _note(path: str, message: str, hint: str = "") -> Finding:
    return Finding(check=CHECK, path=path, message=clip(message, 1_500), hint=hint, weight=Weight.ADVICE)


def _unread(target: Target) -> Finding:
    return _note(target.path, f"{UNCHECKED} its document: {target.why_not}")


def _evidence(tried: _Tried) -> ContractExercise:
    result = tried.first.result
    facts = {one.operation: one for one in result.operations} if result is not None else {}
    return ContractExercise(
        document=tried.target.path,
        kind=tried.target.kind,
        driver=result.driver if result is not None else "",
        seed=tried.order.seed,
        seconds=result.seconds if result is not None else 0.0,
        touched=tried.touched,
        operations=tuple(facts.get(name) or _left_out(tried, name) for name in sorted(tried.target.operations)),
        compared=tried.compared.said,
        why_not=tried.first.said if not tried.first.usable or (result is not None and result.trouble) else "",
    )


def _unread_evidence(target: Target) -> ContractExercise:
    return ContractExercise(
        document=target.path,
        kind=target.kind,
        operations=tuple(Exercised(operation=name, left_out=target.why_not) for name in sorted(target.operations)),
        why_not=target.why_not,
    )


def _left_out(tried: _Tried, name: str) -> Exercised:
    """An operation that the driver told nothing of."""
    if name not in tried.order.touched and name not in tried.order.others:
        why = LATER
    else:
        why = "the driver did not report on it" if tried.first.usable else tried.first.said
    return Exercised(operation=name, left_out=clip(why, 300))


def _said(tried: _Tried) -> str:
    facts = _evidence(tried)
    if not tried.first.usable:
        return f"{tried.target.path} not exercised: {clip(tried.first.said, 200)}"
    said = (
        f"{facts.driver}, seed {facts.seed}: {counted(len(facts.exercised), 'operation')} of {tried.target.path} "
        f"exercised by {counted(facts.requests, 'request')}"
    )
    if facts.refused:
        names = ", ".join(one.operation for one in facts.refused[:SHOWN])
        said += f"; no request succeeded: {len(facts.refused)} ({names}{', …' if len(facts.refused) > SHOWN else ''})"
    if facts.left_out:
        names = ", ".join(one.operation for one in facts.left_out[:SHOWN])
        said += f"; not exercised: {len(facts.left_out)} ({names}{', …' if len(facts.left_out) > SHOWN else ''})"
    if facts.later:
        said += f"; left to later parts of the plan: {len(facts.later)}"
    return said
