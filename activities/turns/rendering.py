"""The words that checkers, steps and the Architect say, as a model is shown it: each as labelled data with who said
it."""

from collections.abc import Collection

from aurora.domain.causes import grouped
from aurora.domain.context_report import ContextReport
from aurora.domain.contradiction import Contradiction
from aurora.domain.findings import Report
from aurora.domain.plan import PartTest, Plan, PlannedTest, Reflection
from aurora.domain.planned_texts import PlannedTexts
from aurora.domain.questions import AnswerBook, Exchange
from aurora.domain.step_notes import StepNotes
from aurora.labelled import labelled, on_a_line
from aurora.output import cut
from aurora.text import fit

FINDINGS = 20
"""Findings of one report that a model is shown."""
CASE_CHARS = 60_000
REASONING_BYTES = 1_200
POINT_BYTES = 300
POINTS = 8
"""Risks of a plan, and open points of the context check, that are told."""


def section(title: str, body: str) -> str:
    return f"## {title}\n\n{body.strip()}\n" if body.strip() else ""


def render_report(report: Report) -> str:
    shown = grouped(report.findings)[:FINDINGS]
    lines = [f"{report.status.value}: {report.summary}"]
    for finding in shown:
        where = finding.test_id or (f"{finding.path}:{finding.line}" if finding.line else finding.path)
        lines.append(f"\n### {finding.check} {where}".rstrip())
        lines.append(finding.message)
        if finding.hint:
            lines.append(f"How to fix it: {finding.hint}")
    hidden = max(report.total, len(report.findings)) - sum(1 + finding.also for finding in shown)
    rest = f"\n({hidden} more findings of the same run are not shown.)" if hidden > 0 else ""
    return labelled("\n".join(lines), f"checker {report.checker}") + rest


def render_reflection(reflection: Reflection) -> str:
    said = (
        ("evidence", reflection.evidence),
        ("cause", reflection.cause),
        ("wrong assumption", reflection.wrong_assumption),
        ("next change", reflection.next_change),
        ("do not repeat", reflection.do_not_repeat),
    )
    return labelled("\n".join(f"- {name}: {text}" for name, text in said if text), "step reflect")


def render_case(case: Contradiction, text: str) -> str:
    """The test, the clause, and the coder's words as what they are. `text`: of the test's file."""
    place = (
        f"It stands in {on_a_line(case.place)}." if case.place else "It occurs in none of task, answers and contract."
    )
    return "\n".join(
        (
            section(f"The test `{on_a_line(case.test)}`", labelled(case.before, "the test")),
            section(f"Its file `{on_a_line(case.path)}`", labelled(cut(text, CASE_CHARS), "the test's file")),
            section("The clause", f"{labelled(case.clause, 'the clause')}\n\n{place}"),
            section("What the coder reports (its own words, not verified)", labelled(case.why, "the coder")),
        )
    )


def render_plan(plan: Plan) -> str:
    lines = [plan.summary]
    if plan.reasoning.strip():
        lines += ["", f"Reasoning: {fit(plan.reasoning.strip(), REASONING_BYTES)}"]
    lines += ["", "Files:"]
    lines += [f"- {f.path}: {f.purpose}" + (f" ({', '.join(f.symbols)})" if f.symbols else "") for f in plan.files]
    lines += ["", "Tests:"] + [f"{number}. {t.path}: {_behaviour(t)}" for number, t in enumerate(plan.tests, 1)]
    if plan.operations:
        lines += ["", "Contract operations: " + ", ".join(plan.operations)]
    if plan.dependencies:
        lines += ["", "Dependencies: " + ", ".join(plan.dependencies)]
    if plan.risks:
        lines += ["", "Risks:", *(f"- {fit(risk, POINT_BYTES)}" for risk in plan.risks[:POINTS])]
    return labelled("\n".join(lines), "step draft_plan")


def _behaviour(test: PlannedTest) -> str:
    operation = test.operation if isinstance(test, PartTest) else ""
    return f"{test.behaviour} ({operation})" if operation and operation not in test.behaviour else test.behaviour


def render_notes(context: ContextReport | None, notes: StepNotes, last: str) -> str:
    """`last`: what has a section of its own already."""
    lines = []
    if context is not None:
        lines.append(f"check_context: {fit(context.summary, 2 * POINT_BYTES)}")
        lines += [f"- open: {fit(point, POINT_BYTES)}" for point in context.open_points[:POINTS]]
        lines += [
            f"- asked: {fit(piece.question, POINT_BYTES)} (it assumed: {fit(piece.assumed, POINT_BYTES)})"
            for piece in context.missing[:POINTS]
            if piece.assumed
        ]
    lines += [f"{note.step}: {note.said}" for note in notes.notes if note.said != last]
    return labelled("\n".join(lines), "earlier steps")


def render_texts(texts: PlannedTexts | None, *, without: Collection[str] = ()) -> str:
    """The texts but for those of the paths `without`, which the reader has already."""
    if texts is None:
        return ""
    pieces = []
    for path, shown in texts.files.items():
        if path in without:
            continue
        part = "" if shown.whole else ", only around the planned symbols"
        pieces.append(labelled(shown.text, f"{on_a_line(path)}{part}"))
    return "\n".join(pieces)


def render_answers(book: AnswerBook) -> str:
    said = []
    for exchange in book.exchanges:
        if exchange.question is None:
            said.append(labelled(exchange.text, _architect(exchange, "unasked")))
            continue
        question = "\n  ".join(exchange.question.text.strip().splitlines())
        answer = exchange.text if not exchange.silent else f"Nobody answered; assumed: {exchange.text}"
        said.append(
            labelled(f"Q ({exchange.question.kind.value}): {question}\nA: {answer}", _architect(exchange, "answer"))
        )
    return "\n".join(said)


def render_exchange(exchange: Exchange) -> str:
    """Words of the Architect, as the next message of a conversation."""
    if exchange.question is None:
        return f"The Architect adds, unasked:\n{labelled(exchange.text, _architect(exchange, 'unasked'))}"
    if exchange.silent:
        return (
            f"Nobody answered in time; as the settings allow, this is assumed:\n{labelled(exchange.text, 'settings')}"
        )
    return f"The Architect says:\n{labelled(exchange.text, _architect(exchange, 'answer'))}"


def _architect(exchange: Exchange, what: str) -> str:
    if exchange.silent:
        return "nobody: assumed"
    return f"the Architect, {what}" + (f", by {on_a_line(exchange.by, 60)}" if exchange.by else "")
