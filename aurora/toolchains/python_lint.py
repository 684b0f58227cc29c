"""Linters and formatters of a Python project: their argv on some paths, and what they print as findings."""

import posixpath
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from aurora.domain import Finding, Report, ReportStatus, clip, counted, fingerprint
from aurora.executions import ExecEnd
from aurora.ports import Execution
from aurora.toolchains.python_lint_output import findings_of, tool_of
from aurora.workspace import Toolchain

SHOWN = 20
NEW_FILES_FORMAT = ("ruff", "format", "--isolated", "--line-length", "100")
"""Where the project has no formatter: for files it does not have yet."""


def commands(
    toolchain: Toolchain, paths: Sequence[str], fix: bool, created: Sequence[str] = ()
) -> tuple[tuple[str, ...], ...]:
    """argv to be run from the toolchain's root; `paths` are relative to the repository's. None without paths.

    `created`: those of the paths that the base commit does not have; with `fix` they are formatted in any case."""
    if not paths:
        return ()
    inside = tuple(_from_root(toolchain, path) for path in paths)
    found = [(*_prepared(argv), *inside) for argv in (toolchain.fix if fix else toolchain.lint)]
    if fix and created and not any(tool_of(argv) in ("ruff format", "black") for argv in toolchain.fix):
        found.append((*_prepared(NEW_FILES_FORMAT), *(_from_root(toolchain, path) for path in created)))
    return tuple(found)


def _from_root(toolchain: Toolchain, path: str) -> str:
    if path == ".":
        return path
    path = posixpath.relpath(path, toolchain.root or ".")
    return f"./{path}" if path.startswith("-") else path


def _prepared(argv: tuple[str, ...]) -> tuple[str, ...]:
    """Ruff's options that make its output readable here; its JSON names files absolutely, `concise` from the cwd."""
    tool = tool_of(argv)
    if not tool.startswith("ruff "):
        return argv
    options = ["--no-cache"] if not {"--no-cache", "-n"} & set(argv) else []
    reads = tool == "ruff check" and not any(a.startswith(("--output-format", "--fix-only")) for a in argv)
    if reads:
        options.append("--output-format=concise")
    return (*argv, *options)


def parse(argv: Sequence[str], execution: Execution) -> tuple[Finding, ...]:
    """Findings with paths relative to the folder the tool ran in; a tool that broke is one finding with its words."""
    tool = tool_of(argv)
    if execution.end is not ExecEnd.EXITED:
        return (_broken(tool, f"{tool} ended {execution.end.value.replace('_', ' ')}", execution),)
    found = findings_of(tool, argv, execution)
    if found or execution.exit_code == 0:
        return found
    return (_broken(tool, f"{tool} ended with exit code {execution.exit_code}", execution),)


def _broken(tool: str, what: str, execution: Execution) -> Finding:
    tail = (execution.stderr.strip() + "\n" + execution.stdout.strip()).strip()[-3000:]
    return Finding(check=clip(f"lint:{tool}"), message=f"{what}\n{tail}".strip(), mend=execution.end.mend)


def report(
    findings: Iterable[Finding],
    baseline_keys: Iterable[str],
    changed_paths: Collection[str],
    touched: Mapping[str, Collection[int]] | None = None,
) -> Report:
    """Findings that the base commit does not have, in the changed files; paths relative to the repository's root.

    `baseline_keys`: one for each finding there. `touched`: lines that differ from the base commit, by path."""
    here = _beyond(findings, Counter(baseline_keys), changed_paths, touched or {})
    kept = [f for f in here if not f.path or not changed_paths or f.path in changed_paths or "." in changed_paths]
    kept.sort(key=lambda f: (f.path, f.line, f.check))
    mechanical = sum(f.mechanical for f in kept)
    said = counted(len(kept), "finding") + (f", {mechanical} the tool can mend itself" if mechanical else "")
    return Report(
        checker="lint",
        status=ReportStatus.FAILED if kept else ReportStatus.PASSED,
        summary=said if kept else f"clean: {counted(len(changed_paths), 'file')}",
        findings=tuple(kept[:SHOWN]),
        fingerprint=fingerprint(f.key for f in kept),
        total=len(kept),
    )


def _beyond(
    findings: Iterable[Finding],
    known: Counter[str],
    changed: Collection[str],
    touched: Mapping[str, Collection[int]],
) -> list[Finding]:
    """Of each rule, wording and file as many as came on top: those on touched lines, then the last in the file.

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
