"""The acceptance check: every path that differs between base and draft, against the union of what the steps may do.

Policy at the edit is a kindness to the model; this is the rule. What no rule allows is refused."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from aurora.domain.evidence import Allowed
from aurora.domain.findings import Finding
from aurora.domain.value import Value
from aurora.gates import edit_checks, manifest_changes
from aurora.tools import file_names
from aurora.tools.grants import Grants
from aurora.tools.path_policy import PathPolicy
from aurora.tools.protected_paths import protection

CHECK = "acceptance"
REGULAR, EXECUTABLE, LINK, SUBMODULE, NOTHING = "100644", "100755", "120000", "160000", "000000"
_KINDS = {LINK: "a symbolic link", SUBMODULE: "a git repository of its own"}


class Change(Value):
    """One path that differs. Modes as git has them, `000000` where there is nothing."""

    path: str
    before_mode: str
    mode: str
    content: bytes | None = None
    """None when it is no regular file, or too large to be read."""
    before: str | None = None
    """The text at the base commit; None when there was none."""


@dataclass(frozen=True)
class Rules:
    """What the steps of one task may do, taken together."""

    code: PathPolicy
    """Of the steps that write code."""
    tests: PathPolicy
    """Of the steps that write tests, before any test is frozen."""
    frozen: Mapping[str, str]
    """Path -> sha256 of the content, of all that was frozen."""
    is_test: Callable[[str], bool]
    grants: Grants
    files: frozenset[str]
    """Every file of the draft."""


def judged(changes: Sequence[Change], rules: Rules) -> tuple[tuple[Finding, ...], tuple[Allowed, ...]]:
    """What must not be committed; and what is protected, and was asked for."""
    there = file_names.spellings(rules.files)
    findings = [finding for change in changes for finding in _of_one(change, rules, there)]
    findings += _frozen_as_they_were(changes, rules)
    asked_for = (rules.grants.of_path(change.path, protection(change.path)) for change in changes)
    return tuple(findings), tuple(allowed for allowed in asked_for if allowed is not None)


def altered_tests(changes: Sequence[Change], rules: Rules) -> tuple[str, ...]:
    """Files of the tests that the base has otherwise: honest where a rule changes, and to be said in any case."""
    return tuple(c.path for c in changes if c.before_mode != NOTHING and rules.is_test(c.path))


def _of_one(change: Change, rules: Rules, there: file_names.Spellings) -> Iterator[Finding]:
    path = change.path
    why = _mode(change)
    if why:
        yield _finding(path, *why)
        return
    if change.before_mode == NOTHING and (named := file_names.unholdable(path, there, rules.files)):
        yield _finding(path, f"A file of this name can't be committed: {named}.", "Choose another name.")
        return
    if not _may(path, change, rules):
        by_tests = rules.tests.may_write(path) if rules.is_test(path) else None
        refused = by_tests or rules.code.may_write(path)
        reason = refused.reason if refused else f"{path} belongs to the tests, and is not as it was frozen."
        yield _finding(path, reason, "Take it back: no step of this task may write it.")
        return
    allowed = rules.grants.of_path(path, protection(path))
    yield from _content(change, allowed.words if allowed else "")


def _mode(change: Change) -> tuple[str, str] | None:
    """What no step can do to a file: only texts are written, and nothing is removed."""
    if change.mode == NOTHING:
        return "This file of the project is gone.", "Restore it: no step removes files."
    if kind := _KINDS.get(change.mode):
        return f"It is {kind}.", "Write a regular file."
    if change.before_mode in _KINDS:
        return f"It was {_KINDS[change.before_mode]}, and is a file now.", "Restore it."
    if change.mode not in (REGULAR, EXECUTABLE):
        return f"Its mode is {change.mode}.", "Write a regular file."
    if change.before_mode == NOTHING and change.mode == EXECUTABLE:
        return "It is executable; steps write texts.", "Write it anew."
    if change.before_mode != NOTHING and change.before_mode != change.mode:
        return f"Its mode was {change.before_mode} and is {change.mode}.", "Write it as it was."
    return None


def _may(path: str, change: Change, rules: Rules) -> bool:
    """A code step may write it, or it is as a test step left it when it was frozen."""
    if rules.frozen.get(path) is not None:
        as_frozen = change.content is not None and sha256(change.content).hexdigest() == rules.frozen[path]
        return as_frozen and rules.tests.may_write(path) is None
    return not rules.is_test(path) and rules.code.may_write(path) is None


def _content(change: Change, asked: str) -> Iterator[Finding]:
    path = change.path
    if change.content is None:
        yield _finding(path, "It is too large to be judged.", "Split it, or compute the data.")
        return
    try:
        text = change.content.decode("utf-8")
    except UnicodeDecodeError:
        if change.before is None or "\N{REPLACEMENT CHARACTER}" not in change.before:
            yield _finding(path, "It is not text: not UTF-8.", "Write text only.")
        return
    yield from edit_checks.unwritable(path, text, change.before)
    yield from edit_checks.in_any_text(path, text, change.before)
    yield from manifest_changes.judged(path, text, change.before, asked)


def _frozen_as_they_were(changes: Iterable[Change], rules: Rules) -> Iterator[Finding]:
    """Frozen files that the base does not have, and that are gone: they differ from nothing."""
    known = {*(change.path for change in changes), *rules.files}
    for path in sorted(set(rules.frozen) - known):
        yield _finding(path, "This frozen file is gone.", "Restore it.")


def _finding(path: str, message: str, hint: str) -> Finding:
    return Finding(check=CHECK, path=path, message=message[:1_500], hint=hint)
