"""The first message of a step: gathered from the artifacts, rendered as the first user message.

Rendering is pure; the same draft and the same orders give the same bytes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from activities.messages import Attempt
from activities.turns import context_pieces, plan_parts
from activities.turns.contract_shown import ContractShown
from activities.turns.rendering import (
    FINDINGS,
    render_answers,
    render_case,
    render_exchange,
    render_notes,
    render_plan,
    render_reflection,
    render_report,
    render_texts,
    section,
)
from aurora.domain.context_report import ContextReport
from aurora.domain.contradiction import Contradiction
from aurora.domain.findings import Report
from aurora.domain.frozen_tests import FrozenTests
from aurora.domain.plan import Plan, Reflection
from aurora.domain.planned_texts import PlannedTexts
from aurora.domain.questions import AnswerBook
from aurora.domain.step_notes import StepNotes
from aurora.domain.task import Task
from aurora.domain.workspace import Baseline, Toolchain, Workspace
from aurora.hidden_html import marked as html_marked
from aurora.labelled import labelled, on_a_line
from aurora.settings.services import described
from aurora.text import counted
from aurora.toolchains.runs.ids import folded
from aurora.tools.shown_diff import fitted, split

SCHEMA_CHARS = 40_000
"""Characters of a GraphQL schema; of a longer one the part that the task speaks of."""
DIFF_CHARS = 60_000
TESTS_CHARS = 60_000
FAILING = 40
"""Tests named that fail at the base commit."""
TURNING_GREEN = 80
"""Tests named that must turn green."""
PLANNED_CONTRACT = "The contract of the planned operations"
NAMED = 40
"""Frozen files named that are too long to show."""
__all__ = ["FINDINGS", "Brief", "opening", "render_case", "render_exchange", "render_report", "section"]


@dataclass(frozen=True)
class Brief:
    workspace: Workspace
    answers: AnswerBook
    listing: str
    contract: ContractShown = field(default_factory=ContractShown)
    graphql: str = ""
    """SDL, whole or the part that the task speaks of."""
    graphql_cut: bool = False
    documents: Mapping[str, str] = field(default_factory=dict)
    """Text by path of what the task names."""
    revised: str = ""
    """The record of the task whose commit is revised."""
    plan: Plan | None = None
    """Of a plan in parts that of the part at work."""
    other_parts: str = ""
    """A summary of the plan's other parts for the step."""
    frozen: FrozenTests | None = None
    diff: str = ""
    context: ContextReport | None = None
    notes: StepNotes = field(default_factory=StepNotes)
    planned_texts: PlannedTexts | None = None
    """Planned texts of the draft's own commit."""
    reports: tuple[Report, ...] = ()
    reflections: tuple[Reflection, ...] = ()
    advice: str = ""
    last: str = ""
    """The message of this step's last attempt when it finished."""
    attempt: Attempt | None = None
    case: Contradiction | None = None


def opening(brief: Brief, *titled: str) -> str:
    """The sections in one order for every step: what changes least stands first, so that a cache can hold it."""
    return "\n".join(part for part in (known(brief), made(brief), *titled) if part)


def known(brief: Brief) -> str:
    """Facts known at the base: the same bytes in every conversation of the task, so that all find them cached."""
    task = brief.workspace.task
    parts = [
        f"Task: {task.id}\n",
        section("The task, as it was given", labelled(html_marked(task.text), _submitted(task))),
        section("The commit that this task revises", _revised(brief)),
        section("The repository", _repository(brief)),
        section("The contract", "" if _binds_alone(brief.workspace) else brief.contract.text),
        section("The GraphQL schema", _graphql(brief)),
        section("Writing the contract", writing_rule(brief.workspace)),
        section("Documents that the task names (as of the base commit)", _documents(brief.documents)),
    ]
    return "\n".join(part for part in parts if part)


def made(brief: Brief) -> str:
    """The work done and said since."""
    parts = [
        section("What the Architect said", render_answers(brief.answers)),
        section("The plan", "" if brief.plan is None else render_plan(brief.plan)),
        section("The parts of the plan", brief.other_parts),
        section(PLANNED_CONTRACT, brief.contract.planned),
        section("What earlier steps noted (own words, not verified)", _notes(brief)),
        section("Frozen tests", _frozen(brief)),
        section("The planned files as they are now", render_texts(brief.planned_texts, without=_seen_frozen(brief))),
        section("The work so far (diff against the base)", labelled(_diff(brief), "git diff")),
        *(section(f"Report of {report.checker}", render_report(report)) for report in brief.reports),
        *(section("Reflection", render_reflection(r)) for r in brief.reflections),
        section("Which attempt this is", _attempt(brief.attempt)),
        section(
            "The last attempt's closing message (its own words, not verified)",
            labelled(brief.last, "this step"),
        ),
        section("The Architect's advice", labelled(brief.advice, "the Architect")),
    ]
    return "\n".join(part for part in parts if part)


def _attempt(attempt: Attempt | None) -> str:
    if attempt is None or attempt.number < 2:
        return ""
    before = labelled("\n".join(f"- {line}" for line in attempt.found), "checkers")
    return f"Attempt {attempt.number} of {attempt.most}." + (f" What was found before:\n{before}" if before else "")


def _submitted(task: Task) -> str:
    return f"the task, by {on_a_line(task.submitted_by, 60)}" if task.submitted_by else "the task"


def _revised(brief: Brief) -> str:
    revises = brief.workspace.task.revises
    if revises is None:
        return ""
    rule = (
        "A former task made the base commit, and a reviewer read it: the task above is what the reviewer wants "
        "changed. Keep all that it does not speak of. The former task's tests belong to the base commit: change those "
        "that check what the reviewer wants otherwise, and no others."
    )
    return f"{rule}\n{labelled(html_marked(brief.revised), f'the record of task {on_a_line(revises.task_id, 60)}')}"


def _notes(brief: Brief) -> str:
    """Facts that a conversation before this one found out; the plan's own step has heard it all."""
    return render_notes(brief.context, brief.notes, brief.last)


def _repository(brief: Brief) -> str:
    chain, image, baseline = brief.workspace.toolchain, brief.workspace.image, brief.workspace.baseline
    rules = [*_only_there(chain)]
    if baseline.red:
        rules.append("Do not fix what already fails at the base commit unless the task says so.")
    facts = [
        f"{chain.language} ({image.version_of(chain.language)}), manifest folder `{chain.root or '.'}`, "
        f"tests in {', '.join(f'`{r}`' for r in chain.test_roots) or 'no folder yet'}, "
        f"run by `{' '.join(chain.test)}`.",
        f"Bill of materials (declared packages): {', '.join(image.declared) or 'none'}.",
        f"At the base commit: {baseline.counts}.",
        *_failing(baseline),
    ]
    if services := brief.workspace.settings.sandbox.services:
        facts.append(f"Started empty before each run of the tests: {'; '.join(map(described, services))}.")
    if brief.workspace.conventions:
        facts.append(
            "Conventions are written down in " + ", ".join(f"`{p}`" for p in brief.workspace.conventions) + "."
        )
    known = labelled("\n".join(facts) + f"\n\n{brief.listing}", "the repository at its base commit")
    return "\n".join((*rules, known))


def _only_there(chain: Toolchain) -> list[str]:
    """Tests that can't run in a repository that holds more than this project."""
    if not chain.root or not all(root == chain.root or root.startswith(f"{chain.root}/") for root in chain.test_roots):
        return []
    root = on_a_line(chain.root)
    return [f"Only tests below `{root}` run here, and only files below it are linted: plan every test there."]


def writing_rule(workspace: Workspace) -> str:
    """The rule about changing the contract: where `contract: write` of aurora.yaml asks of the steps; empty without
    it."""
    if not workspace.settings.contract.write:
        return ""
    path = on_a_line(context_pieces.target(workspace))
    return (
        f"`contract: write` is set: an operation that the task needs and `{path}` lacks is drafted first. "
        "check_context gives the draft in `operation` of a missing piece, also where task and code settle all of it, "
        "for approval. "
        f"Once approved, it is written into `{path}` word for word as approved, before anything else: in "
        "define_interfaces, or in write_code where no interfaces are planned."
    )


def _binds_alone(workspace: Workspace) -> bool:
    """Return whether the GraphQL schema is the only contract: that there is no other one would only mislead."""
    return workspace.graphql is not None and workspace.contract is None


def _graphql(brief: Brief) -> str:
    schema = brief.workspace.graphql
    if schema is None:
        return ""
    path = on_a_line(schema.path)
    if schema.source:
        head = (
            f"The service is built from `{path}`, which the task may change: what is new is added there and answered "
            "by a resolver. Whatever clients use today keeps its name and type, and no argument that is there becomes "
            "required, unless the task says so."
        )
    else:
        head = f"`{path}` is the schema that clients rely on; do not change it, and the service must conform to it."
    head += " Its operations are named as `Query.user` and `Mutation.addUser`."
    if len(schema.files) > 1:
        names = ", ".join(f"`{on_a_line(one)}`" for one in schema.files[:12])
        head += f" It lies in {len(schema.files)} files: {names}."
    if schema.faults:
        head += " Do not fix its faults, named below; ask where one matters to the task."
        head += "\n" + labelled("\n".join(f"- fault: {fault}" for fault in schema.faults), f"{path}, in short")
    if brief.graphql_cut:
        head += " It is long: here is what the task speaks of; read the rest with search_code and read_file."
    return f"{head}\n{labelled(html_marked(brief.graphql), path)}"


def _documents(documents: Mapping[str, str]) -> str:
    return "\n".join(labelled(html_marked(text), on_a_line(path)) for path, text in documents.items())


def _failing(baseline: Baseline) -> list[str]:
    """Failures from before the task: nobody's to fix unless the task says so."""
    lines = [f"No whole baseline: {baseline.error}"] if baseline.error else []
    if baseline.red:
        named = "\n".join(folded(baseline.red, FAILING))
        lines.append(f"Failing there already:\n{named}")
    return lines


def _frozen(brief: Brief) -> str:
    if brief.frozen is None:
        return ""
    frozen, before = brief.frozen.of_part, plan_parts.earlier_tests(brief.frozen)
    if before and not frozen.test_ids:
        return before
    head = "Seen red, then frozen: they can't be edited. " + f"{len(frozen.red)} must turn green:\n"
    head += labelled("\n".join(folded(frozen.red, TURNING_GREEN)), "the run of the tests")
    texts = _new_in(frozen, brief.diff)
    seen = _shown(texts)
    shown = [labelled(texts[path].text, f"{on_a_line(path)}{texts[path].said}") for path in sorted(seen)]
    if unseen := sorted(set(frozen.files) - seen):
        names = ", ".join(f"`{on_a_line(path)}`" for path in unseen[:NAMED]) + (
            " and others" if len(unseen) > NAMED else ""
        )
        shown.append(f"{counted(len(unseen), 'frozen file')} too long to show here, read them with read_file: {names}.")
    return "\n".join(filter(None, (before, head, *shown)))


def _seen_frozen(brief: Brief) -> set[str]:
    """Planned tests stand in the brief once: among the frozen ones, where they are frozen and there is room."""
    return set() if brief.frozen is None else _shown(_new_in(brief.frozen.of_part, brief.diff))


@dataclass(frozen=True)
class ShownTest:
    text: str
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
            texts[path] = ShownTest(change.text, " (was there before; what is new in it)")
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
    """The diff without the parts that stand in the brief already, or are named there as too long for it."""
    texts = brief.planned_texts.files.items() if brief.planned_texts else ()
    elsewhere = [*(brief.frozen.files if brief.frozen else ()), *(path for path, shown in texts if shown.whole)]
    return fitted(brief.diff, DIFF_CHARS, elsewhere=tuple(elsewhere))
