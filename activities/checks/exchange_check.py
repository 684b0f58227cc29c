"""HTTP exchanges between the project's own tests and its application, held against the OpenAPI document.

An answer that breaks it blocks on operations that the task touches, where a test that passed got it and the base
commit, asked by the same tests, does not give the same. All else is advice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import Field

from activities.checks.contract_judging import CHECK, HINTS, WORDS
from activities.checks.contract_targets import READING, Target, base_targets, clauses, targets, touched
from activities.checks.project_tools import ProjectTools, changed_paths, text_of
from aurora import bounded
from aurora.contract import exchange_judging
from aurora.contract.exchange_judging import Broken, JudgedExchanges
from aurora.contract.exercised import Clause
from aurora.domain.exercise import ApiKind, Breach, ObservedBreach, Request
from aurora.domain.findings import Finding, Weight
from aurora.domain.runs import Exchange, TestOutcome, TestRun
from aurora.domain.task import Draft
from aurora.domain.value import Value
from aurora.errors import OutOfBounds
from aurora.ports import Box, Sandbox
from aurora.text import clip, fit
from aurora.toolchains.runs.ids import path_of

MOST = 40
"""Findings and notes of one run."""
HINT = (
    "Answer as the document says; do not change the document unless the task says so. Where the test demands another "
)
HINT += "answer than the document, report the test as a contradiction."


class ObservedExchanges(Value):
    """The HTTP exchanges of the draft's tests, judged."""

    target: Target | None = None
    touched: tuple[str, ...] = ()
    broken: tuple[Broken, ...] = ()
    clauses: tuple[Clause, ...] = ()
    """The clause that each was held against."""
    said: str = ""
    asking: tuple[str, ...] = ()
    """Test files by way of which something would block: the base commit is asked by the same ones."""
    texts: dict[str, str] = Field(default_factory=dict)
    """Texts of all test files that the task changed, as the draft has them."""

    @property
    def suspected(self) -> tuple[Broken, ...]:
        """Breaches that would block, unless the base commit gives the same answer."""
        return tuple(one for one in self.broken if weight(one, self.touched, frozenset()) is Weight.BLOCKS)


@dataclass(frozen=True)
class ExchangeCheck:
    sandbox: Sandbox
    tools: ProjectTools
    draft: Draft
    planned: tuple[str, ...]
    """Operations that the plan names."""

    async def observe(self, box: Box, run: TestRun) -> ObservedExchanges:
        """`box` holds the draft."""
        if self.tools.workspace.contract is None or run.watched is None:
            return ObservedExchanges()
        found = [one for one in await targets(box, self.tools.workspace) if one.kind is ApiKind.OPENAPI]
        if not found or not run.exchanges:
            return ObservedExchanges(said="no HTTP exchange of the tests was observed" if found else "")
        target = found[0]
        if target.why_not:
            return ObservedExchanges(said=f"HTTP exchanges of the tests were not checked: {target.why_not}")
        judged = await self._judged(target, trusted(run))
        if isinstance(judged, str):
            return ObservedExchanges(said=f"HTTP exchanges of the tests were not checked: {judged}")
        before = {one.path: one for one in await base_targets(box, self.tools.workspace)}
        mine = touched(target, before.get(target.path), self.planned)
        shown = tuple(sorted(judged.broken, key=lambda one: not (one.certain and one.operation in mine)))[:MOST]
        observed = ObservedExchanges(
            target=target,
            touched=mine,
            broken=shown,
            clauses=await clauses(box, target, [_seen(one) for one in shown]),
            said=f"HTTP exchanges checked for {len(judged.validated)} of {judged.operations} operations",
        )
        if not observed.suspected:
            return observed
        changed = [path for path in await changed_paths(box, self.draft.base) if self.tools.is_test(path)]
        texts = {path: text for path in changed if (text := await text_of(box, path)) is not None}
        asking = sorted({path_of(one.test_id) for one in observed.suspected} - {""})
        return observed.model_copy(update={"texts": texts, "asking": tuple(asking)})

    async def findings(self, observed: ObservedExchanges, lines: Mapping[str, set[int]]) -> tuple[Finding, ...]:
        """The base commit's tests run only where something would block. The draft's box is closed."""
        if observed.target is None or not observed.broken:
            return ()
        known = await self._at_base(observed, lines) if observed.suspected else frozenset()
        made = [
            finding(one, observed.target.path, clause, weight(one, observed.touched, known))
            for one, clause in zip(observed.broken, observed.clauses, strict=True)
        ]
        return tuple(one for one in made if one is not None)

    async def _judged(self, target: Target, exchanges: Sequence[Exchange]) -> JudgedExchanges | str:
        base = self.tools.workspace.settings.contract.base_path
        about = f"{target.path} and what the tests were answered"
        try:
            return await bounded.call(
                exchange_judging.judged, target.document, tuple(exchanges), base, about=about, bounds=READING
            )
        except OutOfBounds as error:
            return error.what

    async def _at_base(self, observed: ObservedExchanges, lines: Mapping[str, set[int]]) -> frozenset[str]:
        """Keys of what the base commit answers to the draft's tests, red or not, or to its own where those don't even
        load."""
        assert observed.target is not None
        at_base = self.draft.at(self.draft.base, None)
        async with self.sandbox.open(at_base, self.tools.workspace) as box:
            run = await self.tools.tests(box, observed.asking, instead=observed.texts, observed=lines)
            if not run.exchanges:
                there = [path for path in observed.asking if await self.tools.in_base(box, path)]
                run = await self.tools.tests(box, there, observed=lines) if there or not observed.asking else run
        judged = await self._judged(observed.target, run.exchanges)
        return frozenset() if isinstance(judged, str) else frozenset(one.key for one in judged.broken)


def trusted(run: TestRun) -> tuple[Exchange, ...]:
    """Those of tests that passed; where only the file of a test is known, of files without a red test."""
    outcomes = {case.test_id: case.outcome for case in run.cases}
    red = {path_of(case.test_id) for case in run.red}

    def passed(test_id: str) -> bool:
        if test_id in outcomes:
            return outcomes[test_id] is TestOutcome.PASSED
        return path_of(test_id) not in red if test_id else not red

    return tuple(exchange for exchange in run.exchanges if passed(exchange.test_id))


def weight(one: Broken, touched: Sequence[str], known: frozenset[str]) -> Weight | None:
    """None: it is not told at all. An operation that the document lacks matters where the task is at work on its
    path."""
    if one.breach is Breach.UNSUPPORTED_METHOD:
        path = one.operation.partition(" ")[2]
        return Weight.ADVICE if any(name.partition(" ")[2] == path for name in touched) else None
    if not one.certain or one.operation not in touched:
        return Weight.ADVICE
    if one.key in known:
        return Weight.KNOWN
    # a test that expects a status says what somebody decided, as an answer may: the document is then the one behind
    return Weight.ADVICE if one.breach is Breach.STATUS_CODE else Weight.BLOCKS


def finding(one: Broken, path: str, clause: Clause, how: Weight | None) -> Finding | None:
    """Both sides: what the test was answered, and the clause with its place."""
    if how is None:
        return None
    by = f" in {fit(one.test_id, 300)}" if one.test_id else ""
    lines = [
        f"{one.operation} answered {one.status}{by}: {WORDS[one.breach]}",
        f"the exchange: {one.method} {clip(one.path, 300)} -> {one.status}: {one.message}",
        *([f"the document: {clause.said}"] if clause.said else []),
    ]
    blocks = how is Weight.BLOCKS
    return Finding(
        check=CHECK,
        path=path,
        line=clause.line,
        message=clip("\n".join(lines), 4_000),
        hint=HINT if blocks else HINTS.get(one.breach, ""),
        weight=how,
    )


def _seen(one: Broken) -> ObservedBreach:
    request = Request(method=one.method, path=one.path)
    return ObservedBreach(
        breach=one.breach, operation=one.operation, status=one.status, message=one.message, request=request
    )
