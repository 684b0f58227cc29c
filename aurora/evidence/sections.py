"""The evidence as a page, in the order of a reviewer's questions: is it good, what must I decide, what was asked, what
was done, what proves it, what did it cost."""

from collections.abc import Iterable, Iterator, Sequence

from aurora.domain.evidence import Evidence, FileChange
from aurora.domain.exercise_evidence import ContractExercise
from aurora.domain.findings import Finding, Report, TestCounts, Weight
from aurora.domain.outcome import Usage
from aurora.domain.questions import Exchange
from aurora.domain.review import CHECK as REVIEW
from aurora.domain.steps import Step
from aurora.evidence.page import Block, Facts, Item, Items, LogText, Page, Said, Section, Table
from aurora.text import clip, counted, money

SHOWN = 12
EXERCISED_SHOWN = 40
TASK_CHARS, ANSWER_CHARS, REASON_CHARS, NAME_CHARS = 2_000, 800, 1_500, 60
_REFLECTS = Step.REFLECT.value
_OF_ROUNDS = frozenset({_REFLECTS, Step.FIX_CODE.value})


def page(evidence: Evidence, see_log: str = "") -> Page:
    """`see_log`: how a surface shows a whole log, before the log's name; empty where it can't."""
    decisions = tuple(_decisions(evidence))
    sections = (
        Section("To look at first", (Items(decisions),) if decisions else ()),
        Section("What was asked", tuple(_asked(evidence))),
        Section("What was done", tuple(_done(evidence))),
        Section("Parts of the plan", tuple(_parts(evidence))),
        Section("Tests", tuple(_tests(evidence, see_log))),
        Section("Checks", tuple(_checks(evidence))),
        Section("Noticed and left alone", tuple(_noticed(evidence))),
        Section("How it got there", tuple(_way(evidence))),
        Section("To find it again", (Facts(_references(evidence)),)),
    )
    subject = evidence.subject or evidence.plan.summary
    kept = tuple(section for section in sections if section.blocks)
    return Page(clip(subject, 200), _verdict(evidence), good=not decisions, sections=kept)


def _verdict(evidence: Evidence) -> str:
    failing = [report.checker for report in evidence.reports if not report.passed]
    parts = [f"{evidence.commit[:12]} on {evidence.branch}"]
    if evidence.red:
        parts.append(f"{counted(len(evidence.red), 'test')} red before the code, green with it")
    else:
        parts.append("no test was red first" + (f", as {evidence.without_red} said" if evidence.without_red else ""))
    if evidence.after is not None:
        parts.append(f"whole suite {evidence.after} (at the base {evidence.baseline})")
    parts.append(f"not passed: {', '.join(failing)}" if failing else "every check passed")
    parts.append(f"{money(evidence.usage.microdollars)}, {counted(evidence.usage.calls, 'model call')}")
    return "; ".join(parts)


# ── what needs a person ──


def _decisions(evidence: Evidence) -> Iterator[Item]:
    if not evidence.red:
        who = f"{evidence.without_red} said that this task has none" if evidence.without_red else "nobody said why"
        yield Item(text=f"No test failed before the code was there: {who}.")
    for allowed in evidence.allowed:
        words = f': "{clip(allowed.words, 200)}"' if allowed.words else ""
        yield Item(
            allowed.path, f"a protected file ({allowed.kind}) is changed, asked for by {allowed.asked_by}{words}"
        )
    for path in evidence.altered_tests[:SHOWN]:
        yield Item(path, "a file of the tests that was there before is changed")
    for rewrite in evidence.rewrites:
        yield Item(rewrite.test, f'a frozen test was rewritten by the clause "{clip(rewrite.clause, 200)}" '
                                 f"(decided by {rewrite.decided_by})")  # fmt: skip
    for exchange in evidence.answers.exchanges:
        if exchange.silent:
            asked = exchange.question
            of = f' {asked.id} "{clip(" ".join(asked.text.split()), 200)}"' if asked else ""
            yield Item(text=f"Assumed, because nobody answered{of}: {clip(exchange.text, 300)}")
    for covered in evidence.planned:
        if not covered.tests:
            yield Item(
                text=f"No test checks: {clip(covered.behaviour, 200)} ({clip(covered.left_out, 200) or 'no reason'})"
            )
    for mutant in evidence.mutants[:SHOWN]:
        yield Item(f"{mutant.path}:{mutant.line}", f"no test notices `{mutant.before}` -> `{mutant.after}`")
    for note in evidence.notes:
        if note.check.startswith(REVIEW):
            yield Item(note.path, clip(note.message, 300))
    for report in evidence.reports:
        if "; not run: " in report.coverage:
            yield Item(text=f"Changed lines that no test ran: {report.coverage.partition('; not run: ')[2]}")
        if report.mutants and report.mutants.made and report.mutants.untried == report.mutants.made:
            yield Item(
                text=f"No mutant of the code was run, so nothing shows what its tests would notice: {report.summary}"
            )
        if not report.passed:
            yield Item(text=f"Not passed: {report.checker}: {report.summary}")
    for exercise in evidence.exercises:
        yield from _not_exercised(exercise)
    if evidence.gates_off:
        yield Item(text=f"Gates that aurora.yaml turned off: {', '.join(evidence.gates_off)}")
    for test_id in evidence.flaky[:SHOWN]:
        yield Item(test_id, "red and green by chance, green at the base: it proves nothing here")
    for warning in evidence.warnings:
        yield Item(text=warning)


def _not_exercised(exercise: ContractExercise) -> Iterator[Item]:
    """Parts that no check covered: an operation that was left out has not passed."""
    if exercise.why_not:
        yield Item(exercise.document, f"not exercised, or not all of it: {clip(exercise.why_not, 400)}")
    missed = [one for one in exercise.left_out if one.operation in exercise.touched]
    for one in missed[:SHOWN] if exercise.driver else ():
        yield Item(one.operation, f"changed by the task and not exercised: {clip(one.left_out, 200)}")


# ── task, plan, change ──


def _asked(evidence: Evidence) -> Iterator[Block]:
    if evidence.task:
        yield Said(clip(evidence.task, TASK_CHARS), clip(evidence.asked_by, NAME_CHARS))
    if evidence.revises:
        yield Facts([("revises", clip(evidence.revises, NAME_CHARS))])
    exchanges = [one for one in evidence.answers.exchanges if one.question or one.text]
    rows = [row for exchange in exchanges[:SHOWN] for row in _exchange(exchange)]
    if len(exchanges) > SHOWN:
        rows.append(("more", f"{len(exchanges) - SHOWN} further questions and answers"))
    if rows:
        yield Facts(rows)


def _exchange(exchange: Exchange) -> Iterator[tuple[str, str]]:
    who = clip(exchange.by, NAME_CHARS) or "the Architect"
    said = clip(exchange.text, ANSWER_CHARS)
    if exchange.question is None:
        yield f"{who}, unasked", said
        return
    yield f"asked ({exchange.question.kind.value.replace('_', ' ')})", clip(exchange.question.text, ANSWER_CHARS)
    yield "nobody; assumed" if exchange.silent else who, said


def _done(evidence: Evidence) -> Iterator[Block]:
    plan = evidence.plan
    purposes = {file.path: file.purpose for file in plan.files}
    if plan.reasoning:
        yield Said(clip(plan.reasoning, REASON_CHARS))
    rows = [(change.path, _lines(change), clip(purposes.get(change.path, ""), 120)) for change in evidence.changes[:40]]
    if rows:
        yield Table(("file", "lines", "planned for"), rows)
    if len(evidence.changes) > len(rows):
        yield Facts([("more", counted(len(evidence.changes) - len(rows), "file"))])
    facts = [
        ("contract", evidence.contract + (f" ({', '.join(plan.operations)})" if plan.operations else "")),
        ("faults in it", "; ".join(clip(fault, 200) for fault in evidence.contract_faults[:3])),
        ("clauses that no new test names", _some(evidence.clauses_unnamed)),
        ("packages", ", ".join(plan.dependencies)),
        ("risks", "; ".join(clip(risk, 300) for risk in plan.risks)),
    ]
    if known := [(name, text) for name, text in facts if text]:
        yield Facts(known)


def _some(clauses: Sequence[str]) -> str:
    more = f" and {len(clauses) - SHOWN} more" if len(clauses) > SHOWN else ""
    return ", ".join(clip(clause, 120) for clause in clauses[:SHOWN]) + more


def _lines(change: FileChange) -> str:
    counts = "binary" if change.added is None else f"+{change.added} -{change.removed}"
    return counts if change.kind == "changed" else f"{counts}, {change.kind}"


def _parts(evidence: Evidence) -> Iterator[Block]:
    """Those that are done, each with its commit where it has one, and which of them this commit is."""
    if not evidence.parts:
        return
    rows = [
        (
            f"{part.number}. {clip(part.title, NAME_CHARS)}",
            str(len(part.operations)),
            str(part.red),
            str(part.green),
            f"{part.commit[:12]} {clip(part.subject, 80)}" if part.subject else "",
        )
        for part in evidence.finished
    ]
    this = f"part {evidence.part} of {evidence.parts}" if evidence.part else f"all {evidence.parts} parts"
    yield Facts([("this commit", this)])
    if rows:
        yield Table(("done before", "operations", "red first", "whole suite then", "commit"), rows, (1, 2))


# ── tests ──


def _tests(evidence: Evidence, see_log: str) -> Iterator[Block]:
    rows = [("at the base", *_counts(evidence.baseline))]
    if evidence.after is not None:
        rows.append(("on this commit", *_counts(evidence.after)))
    yield Table(("run", "passed", "failed", "errors", "skipped", "flaky"), rows, (1, 2, 3, 4, 5))
    if evidence.planned:
        items = [Item(", ".join(c.tests) or "no test", clip(c.behaviour, 200)) for c in evidence.planned]
        yield Items(items[:SHOWN], "Planned behaviour and its tests", max(0, len(items) - SHOWN))
    if evidence.red:
        reds = [Item(test_id, evidence.red_reasons.get(test_id, "")) for test_id in evidence.red]
        yield Items(reds[:SHOWN], "Red before the code, and how", max(0, len(reds) - SHOWN))
    yield from _names("Green before the code: guards", evidence.green_before)
    against = [Item(test_id, f"red against {change}") for test_id, change in evidence.red_against.items()]
    if against:
        yield Items(against[:SHOWN], "Written after the code, red against a mutant of it", len(against[SHOWN:]))
    for rewrite in evidence.rewrites:
        text = f"--- as it was frozen\n{rewrite.before}\n+++ as it was rewritten\n{rewrite.after}"
        yield LogText(f"Rewritten: {rewrite.test}", clip(text, 4_000))
    yield from _names("Red at the base already", evidence.baseline_red)
    yield from _names("By chance red or green at the base", evidence.baseline_flaky)
    for name, log in (("red", evidence.red_log), ("green", evidence.green_log)):
        if log.text:
            title = "Log of the red run" if name == "red" else "Log of the whole suite, green"
            yield LogText(title, log.text, f"{see_log} {name}" if see_log and log.whole else "")


def _names(title: str, names: Sequence[str]) -> Iterator[Block]:
    if names:
        yield Items([Item(name) for name in names[:SHOWN]], title, max(0, len(names) - SHOWN))


def _counts(counts: TestCounts) -> tuple[str, ...]:
    return tuple(str(n) for n in (counts.passed, counts.failed, counts.errors, counts.skipped, counts.flaky))


# ── checks ──


def _checks(evidence: Evidence) -> Iterator[Block]:
    rows = [(report.checker, report.status.value, _said(report)) for report in evidence.reports]
    if rows:
        yield Table(("check", "result", "what it says"), rows)
    yield Facts(
        [
            ("gates", ", ".join(evidence.gates) or "see the check's own line"),
            ("turned off", ", ".join(evidence.gates_off) or "none"),
            ("changed lines", next((r.coverage for r in reversed(evidence.reports) if r.coverage), "not measured")),
        ]
    )
    for exercise in evidence.exercises:
        yield from _exercised(exercise)
    yield from _notes("Advice: shown, does not block", evidence.notes, Weight.ADVICE)
    yield from _notes("Problems of changed files that existed before", evidence.notes, Weight.KNOWN)


def _exercised(exercise: ContractExercise) -> Iterator[Block]:
    """The run of the served application against one document."""
    if exercise.driver:
        done, touched = exercise.exercised, set(exercise.touched)
        later = f", {len(exercise.later)} left to later parts of the plan" if exercise.later else ""
        yield Facts(
            [
                ("held against", exercise.document),
                ("exercised by", f"{exercise.driver}, seed {exercise.seed}, {exercise.seconds:.0f} s"),
                ("operations", f"{len(done)} exercised, {len(exercise.left_out)} not{later}"),
                *([("its own document", clip(exercise.compared, 300))] if exercise.compared else []),
            ]
        )
        first = sorted(done, key=lambda one: (one.operation not in touched, one.operation))
        rows = [
            (one.operation, "yes" if one.operation in touched else "", str(one.requests), str(one.succeeded))
            for one in first[:EXERCISED_SHOWN]
        ]
        if rows:
            yield Table(("operation", "touched", "requests", "of them 2xx"), rows, (2, 3))
        if len(done) > len(rows):
            yield Facts([("more", f"{counted(len(done) - len(rows), 'operation')} exercised")])
    if exercise.left_out:
        items = [Item(one.operation, clip(one.left_out, 200)) for one in exercise.left_out]
        title = f"Not exercised: nothing shows that these meet the contract {exercise.document}"
        yield Items(items[:EXERCISED_SHOWN], title, len(items[EXERCISED_SHOWN:]))


def _said(report: Report) -> str:
    parts = [
        report.summary,
        str(report.mutants) if report.mutants and str(report.mutants) not in report.summary else "",
    ]
    return "; ".join(part for part in parts if part)


def _notes(title: str, notes: Iterable[Finding], weight: Weight) -> Iterator[Block]:
    chosen = [note for note in notes if note.weight is weight]
    if chosen:
        items = [Item(_place(note), f"{note.check}: {clip(note.message, 240)}") for note in chosen[:SHOWN]]
        yield Items(items, title, len(chosen[SHOWN:]))


def _place(note: Finding) -> str:
    return f"{note.path}:{note.line}" if note.path and note.line else note.path or note.test_id


# ── the way there ──


def _noticed(evidence: Evidence) -> Iterator[Block]:
    said = [Item(spend.step, spend.said) for spend in evidence.steps if spend.said]
    if said:
        yield Items(said, "The model's closing message of each step: its own words, not verified")


def _way(evidence: Evidence) -> Iterator[Block]:
    reflected = sum(spend.visits for spend in evidence.steps if spend.step == _REFLECTS)
    again = [
        f"{spend.step} {counted(spend.visits - 1, 'time')}"
        for spend in evidence.repeated
        if spend.step not in _OF_ROUNDS
    ]
    facts = [
        ("rounds", f"{evidence.rounds} of reflexion, {counted(reflected, 'reflection')}"),
        ("revisited", "; ".join(again) or "no step was visited twice before the rounds"),
    ]
    if evidence.wall_seconds:
        facts.append(("at work", f"{duration(evidence.wall_seconds)}; waiting for answers is not counted"))
    if evidence.open_microdollars:
        facts.append(("cost unknown", f"at most {money(evidence.open_microdollars)} more, of calls that broke off"))
    yield Facts(facts)
    total = evidence.usage
    rows = [
        (spend.step, str(spend.visits), str(spend.turns), *_tokens(spend.usage), money(spend.usage.microdollars))
        for spend in evidence.steps
        if spend.visits or spend.turns
    ]
    turns = sum(spend.turns for spend in evidence.steps)
    rows.append(("all", "", str(turns), *_tokens(total), money(total.microdollars)))
    heads = ("step", "visits", "turns", "tokens in", "from cache", "out", "cost")
    yield Table(heads, rows, (1, 2, 3, 4, 5, 6))


def _tokens(usage: Usage) -> tuple[str, str, str]:
    fresh = usage.input_tokens + usage.cache_write_tokens
    return f"{fresh:,}", f"{usage.cache_read_tokens:,}", f"{usage.output_tokens:,}"


def _references(evidence: Evidence) -> list[tuple[str, str]]:
    return [
        ("task", evidence.task_id),
        ("commit", evidence.commit),
        ("base", evidence.base),
        ("base's tests", evidence.baseline_run or "base run"),
        ("branch", evidence.branch),
        ("model", evidence.model),
        ("frozen files", f"{len(evidence.frozen_files)}, by sha256 in the JSON"),
        ("diff", evidence.diff),
    ]


def duration(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
