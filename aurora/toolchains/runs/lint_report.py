"""The findings of linters in a draft, against those of its base commit."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping

from aurora.domain.findings import Finding, Report, ReportStatus, fingerprint
from aurora.domain.runs import ExecEnd
from aurora.ports import Execution
from aurora.text import clip, counted

OF_THE_WHOLE = ("tsc", "mypy", "pyright", "basedpyright")
"""Checkers that judge the whole project: a change of one file is wrong where another uses it."""


UNFORMATTED = "This file is not formatted."
"""The message about a file that a formatter would change."""


def unformatted(baseline_keys: Iterable[str]) -> frozenset[str]:
    """Paths not formatted at the base commit: a formatter would change lines there that no task touched."""
    keys = (key.split("|", 1)[1] for key in baseline_keys if key.endswith(f"|{UNFORMATTED}"))
    return frozenset(key.removesuffix(f"|{UNFORMATTED}") for key in keys)


def read(tool: str, execution: Execution, findings: Callable[[], Iterable[Finding]]) -> tuple[Finding, ...]:
    """The findings of a tool that ran; one that broke is one finding. `findings` reads what it printed."""
    if execution.end is not ExecEnd.EXITED:
        return (_broken(tool, f"{tool} ended {execution.end.value.replace('_', ' ')}", execution),)
    found = tuple(findings())
    if found or execution.exit_code == 0:
        return found
    return (_broken(tool, f"{tool} ended with exit code {execution.exit_code}", execution),)


def _broken(tool: str, what: str, execution: Execution) -> Finding:
    """A tool that did not do its work, in its own words."""
    tail = (execution.stderr.strip() + "\n" + execution.stdout.strip()).strip()[-3000:]
    return Finding(check=clip(f"lint:{tool}"), message=f"{what}\n{tail}".strip(), hint=execution.end.hint)


def report(
    findings: Iterable[Finding],
    baseline_keys: Iterable[str],
    changed_paths: Collection[str],
    touched: Mapping[str, Collection[int]] | None = None,
) -> Report:
    """Findings that the base commit does not have, in the changed files; paths relative to the repository's root.

    `baseline_keys`: one for each finding there. `touched`: lines that differ from the base commit, by path."""
    here = _beyond(findings, Counter(baseline_keys), changed_paths, touched or {})
    kept = [
        f
        for f in here
        if not f.path or not changed_paths or f.path in changed_paths or "." in changed_paths or _of_the_whole(f)
    ]
    kept.sort(key=lambda f: (f.path, f.line, f.check))
    fixable = sum(f.fixable for f in kept)
    said = counted(len(kept), "finding") + (f", {fixable} fixable" if fixable else "")
    return Report(
        checker="lint",
        status=ReportStatus.FAILED if kept else ReportStatus.PASSED,
        summary=said if kept else f"{counted(len(changed_paths), 'file')} checked",
        findings=tuple(kept),
        fingerprint=fingerprint(f.key for f in kept),
        total=len(kept),
    )


def _beyond(
    findings: Iterable[Finding],
    known: Counter[str],
    changed: Collection[str],
    touched: Mapping[str, Collection[int]],
) -> list[Finding]:
    """The findings of each rule, wording and file in excess of the base: those on touched lines, then the last in the
    file.

    Lines move, so a finding can't be told from its like by where it stands: only how many there are is certain."""
    alike: dict[str, list[Finding]] = {}
    for finding in findings:
        if not _known_absolutely(finding, known):
            alike.setdefault(finding.key, []).append(_in_repository(finding, changed))
    fresh = []
    for key, found in alike.items():
        found.sort(key=lambda f: (f.line in touched.get(f.path, ()), f.line))
        fresh += found[known[key] :]
    return fresh


def _of_the_whole(finding: Finding) -> bool:
    return finding.check.partition(":")[0] in OF_THE_WHOLE


def _known_absolutely(finding: Finding, known: Collection[str]) -> bool:
    """Black names files absolutely when it is given a folder, as for the baseline."""
    if not finding.path or finding.check != "black":
        return False
    return any(key.startswith("black|/") and key.endswith("/" + finding.key.partition("|")[2]) for key in known)


def _in_repository(finding: Finding, changed: Collection[str]) -> Finding:
    """The tool ran in the toolchain's root, which may lie below the repository's."""
    path = finding.path.removeprefix("./")
    while path.startswith("../"):
        path = path.removeprefix("../")
    if path in changed:
        return finding.model_copy(update={"path": path})
    # a file outside that folder is named absolutely, one inside from there
    whole = sorted((c for c in changed if path.endswith("/" + c) or c.endswith("/" + path)), key=len)
    return finding.model_copy(update={"path": whole[-1] if whole else path})
