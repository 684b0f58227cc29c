"""Ask the gates: the draft's as they stand, each changed file's and the project's in a child process, old problems told
from new ones.

A gate that fails has judged nothing: that is a finding, which names the gate."""

import asyncio
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from aurora import bounded
from aurora.bounded import Bounds
from aurora.domain.findings import Finding, Weight
from aurora.errors import ArtifactError, ExternalError, OutOfBounds
from aurora.gates import GATES, choice
from aurora.gates.context import ChangedFile, DraftContext, DraftFacts, FileContext, ProjectContext
from aurora.gates.gate import DraftGate, FileGate, Gate, Problem, ProjectGate, When
from aurora.text import clip

UNREADABLE = "unreadable"
"""The check of what a gate takes too long for, or breaks on: never a pass."""
OF_A_FILE = Bounds(seconds=10)
OF_A_DRAFT = Bounds(seconds=60, megabytes=1_500)
"""All changed files at once; where they take more, each is judged alone."""
OF_A_PROJECT = Bounds(seconds=40, megabytes=1_500)
MOST_FILES, MOST_BYTES = 6_000, 40_000_000
"""The most files of the sources that a gate of the whole project is given; a larger project gets a note instead."""
LARGEST = 2_000_000
"""Bytes of the largest file that a box reads."""
DRAFT_GATE_SECONDS = 600
"""Seconds by the clock, of one gate of the whole draft; a program in the box has a bound of its own."""
HINT = "Write it smaller or simpler: shorter expressions, less nesting, data in files of their own."
KNOWN_SHOWN = 20
"""Problems of one gate in one file, there at the base already, that are listed."""
MESSAGE_CHARS, HINT_CHARS, PATH_CHARS = 4_000, 1_000, 4_000


async def judged(context: DraftContext, when: When) -> tuple[Finding, ...]:
    """The findings of this moment's gates, whatever their weight; empty when all pass and nothing is to be told.

    At an edit also what the gates of the round say of it, as notes."""
    workspace = context.facts.workspace
    settings, language = workspace.settings, workspace.toolchain.language
    gates = choice.chosen(settings, language, when)
    noted = choice.chosen(settings, language, When.NOTE) if when is When.EDIT else ()
    findings: list[Finding] = []
    for gate in gates:
        if isinstance(gate, DraftGate):
            found = await in_draft(gate, context)
            findings += found
            if found and gate.conclusive:
                return tuple(findings)
    names = tuple(gate.name for gate in (*gates, *noted) if isinstance(gate, FileGate))
    findings += await _of_files(names, context.facts, tuple(context.files))
    findings += await _of_project(tuple(gate for gate in gates if isinstance(gate, ProjectGate)), context)
    later = {gate.name for gate in noted} - {gate.name for gate in gates}
    return tuple(_later(finding) if finding.check in later else finding for finding in findings)


def _later(finding: Finding) -> Finding:
    return finding.model_copy(update={"weight": Weight.LATER}) if finding.weight is Weight.BLOCKS else finding


async def in_draft(gate: DraftGate, context: DraftContext, seconds: float = DRAFT_GATE_SECONDS) -> list[Finding]:
    """Trouble of the world is raised: it says nothing about the draft."""
    try:
        async with asyncio.timeout(seconds) as clock:
            return [_finding(gate, problem) for problem in await gate.check(context)]
    except (ExternalError, ArtifactError):
        raise
    except Exception as error:  # noqa: BLE001  whatever a gate raises, its name must be told
        return [_failed(gate, f"it takes more than {seconds:g} s" if clock.expired() else _why(error))]


async def _of_files(names: tuple[str, ...], facts: DraftFacts, files: tuple[ChangedFile, ...]) -> tuple[Finding, ...]:
    if not files or not names:
        return ()
    if len(files) > 1:
        try:
            about = "what the draft changes"
            return await bounded.call(in_files, names, facts, files, about=about, bounds=OF_A_DRAFT)
        except OutOfBounds:
            pass  # one of them, or all together: which one is seen below
    return tuple([finding for file in files for finding in await of_file(names, facts, file)])


async def of_file(
    names: tuple[str, ...], facts: DraftFacts, file: ChangedFile, bounds: Bounds = OF_A_FILE
) -> tuple[Finding, ...]:
    """The findings of the named gates in one file, in a child."""
    asked = ""

    async def asks(name: str) -> None:
        nonlocal asked
        asked = name if name in names else ""

    answers = {"asks": asks}
    try:
        return await bounded.call(
            in_files, names, facts, (file,), True, about=file.path, bounds=bounds, answers=answers
        )
    except OutOfBounds as error:
        message = f"{error.what} It was the gate {asked} that was asked." if asked else error.what
        return (Finding(check=UNREADABLE, path=file.path, message=clip(message, 400), hint=HINT),)


async def _of_project(gates: tuple[ProjectGate, ...], context: DraftContext) -> tuple[Finding, ...]:
    """The findings of gates that see the whole project; a note of each that the project is too large for."""
    if not gates or not context.files:
        return ()
    facts = context.facts
    texts: Mapping[str, str] = {}
    if any(facts.is_source(file.path) for file in context.files):
        try:
            texts = await _texts(context) if any(gate.sources for gate in gates) else {}
        except OutOfBounds as error:
            notes = tuple(_unasked(gate, error.what) for gate in gates if gate.sources)
            return (*notes, *await _in_project(tuple(gate for gate in gates if not gate.sources), context, {}))
    else:
        gates = tuple(gate for gate in gates if not gate.sources)
    return await _in_project(gates, context, texts)


async def _in_project(
    gates: tuple[ProjectGate, ...], context: DraftContext, texts: Mapping[str, str]
) -> tuple[Finding, ...]:
    found: list[Finding] = []
    for gate in gates:
        given = texts if gate.sources else {}
        try:
            found += await bounded.call(
                in_project, gate.name, context.facts, tuple(context.files), given,
                about="the project", bounds=OF_A_PROJECT,
            )  # fmt: skip
        except OutOfBounds as error:
            found.append(_unasked(gate, error.what))
    return tuple(found)


async def _texts(context: DraftContext) -> dict[str, str]:
    """Raises `OutOfBounds`."""
    facts = context.facts
    resolving = re.compile(facts.language.resolved_by) if facts.language.resolved_by else None
    contract = facts.workspace.contract
    documents = frozenset(() if contract is None else (contract.path, *contract.files))
    paths = sorted(
        path
        for path in facts.paths
        if facts.is_source(path) or (resolving and resolving.search(path)) or path in documents
    )
    sources = sum(path not in documents for path in paths)
    if sources > MOST_FILES:
        raise OutOfBounds(f"the project has {sources:,} source files; at most {MOST_FILES:,} are read.", HINT)
    contents = await context.box.contents(paths, limit=MOST_BYTES)
    if paths and paths[-1] not in contents and sum(map(len, contents.values())) > MOST_BYTES - LARGEST:
        raise OutOfBounds(f"the project's sources have more than {MOST_BYTES:,} bytes.", HINT)
    texts = {path: content.decode("utf-8", "replace") for path, content in contents.items()}
    return texts | {file.path: file.text for file in context.files if file.text is not None and file.path in texts}


def _unasked(gate: Gate, why: str) -> Finding:
    message = f"{gate.name} was not asked about this change: {why}"
    return Finding(check=gate.name, message=clip(message, 400), weight=Weight.ADVICE)


# ── in a child ──


def in_project(
    name: str, facts: DraftFacts, files: tuple[ChangedFile, ...], texts: Mapping[str, str]
) -> tuple[Finding, ...]:
    """The findings of one gate in the whole project."""
    (gate,) = (gate for gate in GATES if isinstance(gate, ProjectGate) and gate.name == name)
    context = ProjectContext(files, texts, facts, choice.tuned(facts.workspace.settings, name))
    try:
        return tuple(of_project(gate, context))
    except MemoryError:
        raise  # a bound of this process
    except Exception as error:  # noqa: BLE001  texts of any shape may raise anything
        return (_failed(gate, _why(error)),)


def of_project(gate: ProjectGate, context: ProjectContext) -> list[Finding]:
    """The findings of one gate; what the project had without the change has the weight `KNOWN`."""
    problems = list(gate.check(context))
    known: list[Problem] = []
    if problems and gate.against_base:
        try:
            old = {_of_place(problem) for problem in gate.check(context.at_base())}
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001  a base that breaks the gate excuses nothing
            old = set()
        known = [problem for problem in problems if _of_place(problem) in old]
        problems = [problem for problem in problems if _of_place(problem) not in old]
    shown = [_finding(gate, problem) for problem in _alike(known)[:KNOWN_SHOWN]]
    new = [_finding(gate, problem) for problem in _alike(problems)]
    return new + [finding.model_copy(update={"weight": Weight.KNOWN}) for finding in shown]


def _of_place(problem: Problem) -> str:
    return problem.identity or f"{problem.path}\n{problem.message}"


def _alike(problems: Sequence[Problem]) -> list[Problem]:
    """The first of those that share a part, those that block before advice."""
    kept: list[Problem] = []
    shown: set[str] = set()
    for problem in sorted(problems, key=lambda one: one.advice):
        if shown.isdisjoint(problem.parts):
            kept.append(problem)
        shown.update(problem.parts)
    return kept


def in_files(
    names: tuple[str, ...], facts: DraftFacts, files: tuple[ChangedFile, ...], telling: bool = False
) -> tuple[Finding, ...]:
    """The findings of the named gates in each file; after a conclusive one nothing more of that file.

    `telling`: the caller is told which gate is asked, so that it can name one that does not end."""
    gates = [gate for gate in GATES if isinstance(gate, FileGate) and gate.name in names]
    found: list[Finding] = []
    for file in files:
        for gate in gates:
            if file.text is None and not gate.any_file:
                continue
            if telling:
                bounded.ask("asks", gate.name)
            try:
                new = in_file(gate, facts, file)
            except MemoryError:
                raise  # a bound of this process: nothing more can be done here
            except Exception as error:  # noqa: BLE001  a text of any shape may raise anything
                new = [_failed(gate, _why(error), file.path)]
            found += new
            if gate.conclusive and any(finding.weight is Weight.BLOCKS for finding in new):
                break
    return tuple(found)


def in_file(gate: FileGate, facts: DraftFacts, file: ChangedFile) -> list[Finding]:
    """The findings of one gate in a file; what was in the text before its change has the weight `KNOWN`."""
    context = FileContext(file, facts, choice.tuned(facts.workspace.settings, gate.name))
    problems = list(gate.check(context))
    base = context.at_base() if problems and gate.against_base else None
    known: list[Problem] = []
    if base is not None:
        fresh = beyond(problems, context.text, _of_base(gate, base), base.text)
        known = [problem for problem in problems if not any(problem is one for one in fresh)]
        problems = fresh
    if gate.one_of_a_kind:
        problems, known = _one_of_a_kind(problems), _one_of_a_kind(known)
    found = [_finding(gate, problem, file.path) for problem in problems]
    shown = [_finding(gate, problem, file.path) for problem in known[:KNOWN_SHOWN]]
    return found + [finding.model_copy(update={"weight": Weight.KNOWN}) for finding in shown]


def _one_of_a_kind(problems: list[Problem]) -> list[Problem]:
    first: dict[str, Problem] = {}
    for problem in problems:
        first.setdefault(problem.message, problem)
    return list(first.values())


def _of_base(gate: FileGate, base: FileContext) -> list[Problem]:
    """None where the gate fails on the text before: then nothing is known to be old."""
    try:
        return list(gate.check(base))
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  a text of any shape may raise anything
        return []


def beyond(now: Sequence[Problem], text: str, then: Iterable[Problem], before: str) -> list[Problem]:
    """The problems of each kind in excess of the base. Lines move, so a problem is known by its `identity`."""
    known = Counter(_identities(then, before))
    fresh = []
    for problem, identity in zip(now, _identities(now, text), strict=True):
        if known[identity] > 0:
            known[identity] -= 1
        else:
            fresh.append(problem)
    return fresh


def _identities(problems: Iterable[Problem], text: str) -> list[str]:
    lines = text.split("\n")
    return [
        p.identity or f"{p.message}\n{lines[p.line - 1].strip() if 0 < p.line <= len(lines) else ''}" for p in problems
    ]


def _finding(gate: Gate, problem: Problem, path: str = "") -> Finding:
    return Finding(
        check=gate.name,
        path=(problem.path or path)[:PATH_CHARS],
        line=problem.line,
        message=clip(problem.message, MESSAGE_CHARS),
        hint=clip(problem.hint, HINT_CHARS),
        weight=Weight.ADVICE if problem.advice or gate.advice else Weight.BLOCKS,
    )


def _failed(gate: Gate, why: str, path: str = "") -> Finding:
    message = f"The gate {gate.name} can't judge {'this file' if path else 'the draft'}: {why}."
    return Finding(check=UNREADABLE, path=path[:PATH_CHARS], message=clip(message, 400), hint=HINT if path else "")


def _why(error: Exception) -> str:
    said = str(error)[:300].encode("utf-8", "backslashreplace").decode()  # it may quote half a surrogate pair
    return "it is nested too deeply" if isinstance(error, RecursionError) else f"{type(error).__name__}: {said}"
