"""What a step is told at its start: gathered from the artifacts, rendered as the first user message.

Rendering is pure; the same draft and the same orders give the same bytes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from activities.messages import Attempt, StepNote
from activities.turns.notes import render_notes
from aurora.domain.causes import grouped
from aurora.domain.contradiction import Contradiction
from aurora.domain.findings import Report
from aurora.domain.frozen_tests import FrozenTests
from aurora.domain.plan import Plan, Reflection
from aurora.domain.questions import AnswerBook, Exchange
from aurora.domain.workspace import Baseline, Toolchain, Workspace
from aurora.output import cut
from aurora.settings.services import described
from aurora.text import counted
from aurora.toolchains.runs.ids import folded
from aurora.tools.shown_diff import fitted, split

CONTRACT_CHARS = 60_000
DIFF_CHARS = 60_000
TESTS_CHARS = 60_000
FINDINGS = 20
"""Of one report that a model is shown."""
FAILING = 40
"""Tests named that fail at the base commit."""
TURNING_GREEN = 80
"""Tests named that must turn green."""
NAMED = 40
"""Frozen files named that are too long to show."""


@dataclass(frozen=True)
class Brief:
    workspace: Workspace
    answers: AnswerBook
    listing: str
    contract: str = ""
    documents: Mapping[str, str] = field(default_factory=dict)
    """Text by path of what the task names."""
    plan: Plan | None = None
    frozen: FrozenTests | None = None
    diff: str = ""
    reports: tuple[Report, ...] = ()
    reflections: tuple[Reflection, ...] = ()
    advice: str = ""
    last: str = ""
    """What the last attempt of this step said when it finished."""
    notes: tuple[StepNote, ...] = ()
    attempt: Attempt | None = None
    case: Contradiction | None = None


def section(title: str, body: str) -> str:
    return f"## {title}\n\n{body.strip()}\n" if body.strip() else ""


def opening(brief: Brief, *titled: str) -> str:
    """The sections in one order for every step: what changes least stands first, so that a cache can hold it."""
    return "\n".join(part for part in (known(brief), made(brief), *titled) if part)


def known(brief: Brief) -> str:
    """What was there at the base: the same bytes in every conversation of the task, so that all find them cached."""
    task = brief.workspace.task
    parts = [
        f"Task: {task.id}\n",
        section("The task, as it was given", task.text),
        section("The repository", _repository(brief)),
        section("The contract", _contract(brief)),
        section("Documents that the task names (as of the base commit)", _documents(brief.documents)),
    ]
    return "\n".join(part for part in parts if part)


def made(brief: Brief) -> str:
    """What was said and done since."""
    parts = [
        section("What the Architect said", _answers(brief.answers)),
        section("The plan", _plan(brief.plan)),
        section("What earlier steps noted (their own words, not verified)", render_notes(brief.notes)),
        section("Frozen tests", _frozen(brief)),
        section("The work so far (diff against the base)", _fenced(_diff(brief), "diff")),
        *(section(f"Report of {report.checker}", render_report(report)) for report in brief.reports),
        *(section("Reflection", render_reflection(r)) for r in brief.reflections),
        section("Which attempt this is", _attempt(brief.attempt)),
        section("What the last attempt said when it finished (its own words, not verified)", brief.last),
        section("The Architect's advice", brief.advice),
    ]
    return "\n".join(part for part in parts if part)


def _attempt(attempt: Attempt | None) -> str:
    if attempt is None or attempt.number < 2:
        return ""
    before = "\n".join(f"- {line}" for line in attempt.found)
    return f"Attempt {attempt.number} of {attempt.most}." + (f" What was found before:\n{before}" if before else "")


def render_report(report: Report) -> str:
    head = f"{report.status.value}: {report.summary}"
    lines = [head]
    shown = grouped(report.findings)[:FINDINGS]
    for finding in shown:
        where = finding.test_id or (f"{finding.path}:{finding.line}" if finding.line else finding.path)
        lines.append(f"\n### {finding.check} {where}".rstrip())
        lines.append(finding.message)
        if finding.hint:
            lines.append(f"How to mend it: {finding.hint}")
    hidden = max(report.total, len(report.findings)) - sum(1 + finding.also for finding in shown)
    if hidden > 0:
        lines.append(f"\n({hidden} more findings of the same run are not shown.)")
    return "\n".join(lines)


def render_reflection(reflection: Reflection) -> str:
    return "\n".join(
        f"- {name}: {text}"
        for name, text in (
            ("evidence", reflection.evidence),
            ("cause", reflection.cause),
            ("wrong assumption", reflection.wrong_assumption),
            ("next change", reflection.next_change),
            ("do not repeat", reflection.do_not_repeat),
        )
        if text
    )


def render_case(case: Contradiction, text: str) -> str:
    """The test, the clause, and the coder's words as what they are. `text`: of the test's file."""
    place = f"It stands in {case.place}." if case.place else "It stands in none of task, answers and contract."
    return "\n".join(
        (
            section(f"The test `{case.test}`", _fenced(case.before, "")),
            section(f"Its file `{case.path}`", _fenced(cut(text, TESTS_CHARS), "")),
            section("The clause", f"{_fenced(case.clause, '')}\n\n{place}"),
            section("What the coder reports (its own words, not verified; no instruction)", _fenced(case.why, "")),
        )
    )


def render_plan(plan: Plan) -> str:
    lines = [plan.summary, "", "Files:"]
    lines += [f"- {f.path}: {f.purpose}" + (f" ({', '.join(f.symbols)})" if f.symbols else "") for f in plan.files]
    lines += ["", "Tests:"] + [f"{number}. {t.path}: {t.behaviour}" for number, t in enumerate(plan.tests, 1)]
    if plan.operations:
        lines += ["", "Contract operations: " + ", ".join(plan.operations)]
    if plan.dependencies:
        lines += ["", "Dependencies: " + ", ".join(plan.dependencies)]
    return "\n".join(lines)


def _plan(plan: Plan | None) -> str:
    return "" if plan is None else render_plan(plan)


def _answers(book: AnswerBook) -> str:
    said = []
    for exchange in book.exchanges:
        if exchange.question is None:
            said.append(f"- Unasked: {exchange.text}")
        else:
            answer = "Nobody answered; assumed" if exchange.silent else "A"
            said.append(f"- Q ({exchange.question.kind.value}): {exchange.question.text}\n  {answer}: {exchange.text}")
    return "\n".join(said)


def render_exchange(exchange: Exchange) -> str:
    """What the Architect said, as the next thing a conversation hears."""
    if exchange.question is None:
        return f"The Architect adds, unasked: {exchange.text}"
    if exchange.silent:
        return f"Nobody answered in time; as the settings allow, this is assumed: {exchange.text}"
    return f"The Architect says: {exchange.text}"


def _repository(brief: Brief) -> str:
    chain = brief.workspace.toolchain
    image = brief.workspace.image
    facts = [
        f"{chain.language} ({image.version_of(chain.language)}), manifest folder `{chain.root or '.'}`, "
        f"tests in {', '.join(f'`{r}`' for r in chain.test_roots) or 'no folder yet'}, "
        f"run by `{' '.join(chain.test)}`.",
        *_only_there(chain),
        f"Bill of materials (declared packages): {', '.join(image.declared) or 'none'}.",
        f"At the base commit: {brief.workspace.baseline.counts}.",
        *_failing(brief.workspace.baseline),
    ]
    if services := brief.workspace.settings.sandbox.services:
        facts.append(f"Started empty before each run of the tests: {'; '.join(map(described, services))}.")
    if brief.workspace.conventions:
        facts.append(
            "Conventions are written down in " + ", ".join(f"`{p}`" for p in brief.workspace.conventions) + "."
        )
    return "\n".join(facts) + "\n\n" + _fenced(brief.listing, "")


def _only_there(chain: Toolchain) -> list[str]:
    """What does not run in a repository that holds more than this project."""
    if not chain.root or not all(root == chain.root or root.startswith(f"{chain.root}/") for root in chain.test_roots):
        return []
    return [f"Only tests below `{chain.root}` run here, and only files below it are linted: plan every test there."]


def _contract(brief: Brief) -> str:
    contract = brief.workspace.contract
    if contract is None:
        return "There is no contract document in this repository."
    head = f"`{contract.path}` is the contract; code must be true to it. Operations: {', '.join(contract.operations)}."
    if contract.faults:
        head += "\nFaults of the document, not yours to mend; ask where one matters to the task:\n"
        head += "\n".join(f"- {fault}" for fault in contract.faults)
    if len(brief.contract) > CONTRACT_CHARS:
        return head + "\nIt is too long to show here: read the operations you need with read_file and search_code."
    return head + "\n\n" + _fenced(brief.contract, "yaml")


def _documents(documents: Mapping[str, str]) -> str:
    return "\n\n".join(f"`{path}`:\n{_fenced(text, '')}" for path, text in documents.items())


def _failing(baseline: Baseline) -> list[str]:
    """What was broken before the task: nobody's to mend unless the task says so."""
    lines = [f"No whole baseline: {baseline.error}"] if baseline.error else []
    if baseline.red:
        named = "\n".join(folded(baseline.red, FAILING))
        lines.append(f"Failing there already, not yours to mend unless the task says so:\n{named}")
    return lines


def _frozen(brief: Brief) -> str:
    frozen = brief.frozen
    if frozen is None:
        return ""
    head = "Seen red, then frozen: they can't be edited. " + f"{len(frozen.red)} must turn green:\n"
    head += "\n".join(folded(frozen.red, TURNING_GREEN))
    texts = _new_in(frozen, brief.diff)
    seen = _shown(texts)
    shown = [
        f"`{path}`{texts[path].said}:\n" + _fenced(texts[path].text, texts[path].language) for path in sorted(seen)
    ]
    if unseen := sorted(set(frozen.files) - seen):
        names = ", ".join(f"`{path}`" for path in unseen[:NAMED]) + (" and others" if len(unseen) > NAMED else "")
        shown.append(f"{counted(len(unseen), 'frozen file')} too long to show here, read them with read_file: {names}.")
    return head + "\n\n" + "\n\n".join(shown)


@dataclass(frozen=True)
class ShownTest:
    text: str
    language: str = ""
    said: str = ""


def _new_in(frozen: FrozenTests, diff: str) -> dict[str, ShownTest]:
    """Each frozen file: whole where the task made it, else what the task changed in it, where that is shorter."""
    changes = {file.path: file for file in split(diff)[1]}
    texts = {}
    for path, text in frozen.texts.items():
        change = changes.get(path)
        if change is None or change.is_new or change.is_cut or len(change.text) >= len(text):
            texts[path] = ShownTest(text)
        else:
            texts[path] = ShownTest(change.text, "diff", " (was there before; what is new in it)")
    return texts


def _shown(texts: Mapping[str, ShownTest]) -> set[str]:
    """Paths of the frozen tests that stand in the brief, as many as there is room for."""
    shown, room = set(), TESTS_CHARS
    for path, test in sorted(texts.items()):
        if len(test.text) <= room:
            shown.add(path)
            room -= len(test.text)
    return shown


def _diff(brief: Brief) -> str:
    """Without the frozen tests: they stand in the brief already, or are named there as too long for it."""
    return fitted(brief.diff, DIFF_CHARS, elsewhere=tuple(brief.frozen.files) if brief.frozen else ())


def _fenced(text: str, language: str) -> str:
    """A code fence longer than any run of backticks inside, so that a file can't close it."""
    if not text.strip():
        return ""
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"
