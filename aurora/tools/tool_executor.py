"""The model's tool calls, carried out on a box under a policy. A refusal writes nothing and says what to do instead."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from aurora.domain.findings import Finding, Report, TestCounts
from aurora.domain.runs import TestRun
from aurora.errors import ToolRefusal
from aurora.output import cut, redact, redact_line, reveal
from aurora.ports import Box, Match
from aurora.text import clip
from aurora.tools import selection
from aurora.tools.file_window import fitting, window
from aurora.tools.listing import listed
from aurora.tools.path_policy import PathPolicy
from aurora.tools.paths import clean
from aurora.tools.replacing import replaced
from aurora.tools.schemas import READ_ONLY, misfit
from aurora.tools.showing import RESULT_CHARS, shown

SEARCHED = 3_000
"""Matches that are counted."""
MATCH_CHARS = 240
FINDINGS = 20
"""Of the linters, that one result shows."""
Input = dict[str, Any]


class Checks(Protocol):
    """What judges an edit before it is kept, and runs the project's own tools for the model."""

    async def edit(self, box: Box, path: str, before: str | None, after: str) -> Sequence[Finding]: ...

    async def tests(self, box: Box, selection: Sequence[str]) -> TestRun: ...

    async def lint(self, box: Box, paths: Sequence[str]) -> Report: ...


@dataclass
class ToolExecutor:
    """One turn's worth of tool calls. `wrote` says whether there is anything to seal."""

    box: Box
    policy: PathPolicy
    checks: Checks
    wrote: bool = False
    counts: TestCounts | None = None
    refused: int = 0
    _texts: dict[str, str] = field(default_factory=dict)

    async def use(self, name: str, given: Input) -> tuple[str, bool]:
        """Carry out one call: (the result's text, whether it is an error). Trouble of the sandbox is raised."""
        act: Callable[[Input], Awaitable[str]] | None = {
            "read_file": self._read,
            "list_files": self._list,
            "search_code": self._search,
            "write_file": self._write,
            "edit_file": self._edit,
            "run_pytest": self._tests,
            "run_tests": self._tests,
            "run_linter": self._lint,
        }.get(name)
        if act is None:
            return f"There is no tool {name!r} in this task.", True
        if wrong := misfit(name, given):
            self.refused += 1
            return f"Nothing was done: {wrong} in this call of {name}.", True
        try:
            text = await act(given)
            # what was read is bounded and without secrets already, at whole lines: nothing may be cut from its middle
            return (text if name in READ_ONLY else await shown(text)), False
        except ToolRefusal as refusal:
            self.refused += 1
            return str(refusal), True

    async def _read(self, given: Input) -> str:
        path = clean(str(given["path"]))
        self._readable(path)
        text = _decoded(path, await self.box.read(path))
        return window(path, text, given.get("start_line") or 1, given.get("end_line") or 0, RESULT_CHARS)

    async def _list(self, given: Input) -> str:
        entries = await self.box.files()
        found = await listed(self.policy, [e.path for e in entries], str(given.get("glob") or "**"))
        wanted, hidden = set(found.paths), found.hidden
        chosen = [e for e in entries if e.path in wanted]
        lines = (f"{_on_one_line(e.path)}  {e.size}" for e in chosen)
        text = _first(lines, len(chosen), "files; narrow the glob") or "No visible file matches."
        return text + (f"\n({hidden} files are hidden by the context_window policy.)" if hidden else "")

    async def _search(self, given: Input) -> str:
        entries = await self.box.files()
        files = [e.path for e in entries if e.kind == "file"]
        found = await listed(self.policy, files, str(given.get("glob") or "**"))
        matches = await self.box.search(str(given["pattern"]), found.paths, limit=SEARCHED)
        what = "matches" if len(matches) < SEARCHED else f"matches, and the search ended at {SEARCHED} of them"
        lines = (_matched(m) for m in matches)
        return _first(lines, len(matches), f"{what}; narrow the pattern or the glob") or "No match."

    async def _write(self, given: Input) -> str:
        path, content = clean(str(given["path"])), str(given["content"])
        self._writable(path)
        before = await self._before(path)
        return await self._keep(path, before, content)

    async def _edit(self, given: Input) -> str:
        path = clean(str(given["path"]))
        self._writable(path)
        before = await self._before(path)
        if before is None:
            raise ToolRefusal(f"{path} does not exist: create it with write_file.")
        after = await replaced(path, before, str(given["old"]), str(given["new"]))
        return await self._keep(path, before, after)

    async def _keep(self, path: str, before: str | None, after: str) -> str:
        if before == after:
            raise ToolRefusal(f"{path} already reads exactly so; nothing was changed.")
        found = await self.checks.edit(self.box, path, before, after)
        if found:
            why = "\n".join(f"- line {f.line}: {f.message} {f.hint}".strip() for f in found)
            raise ToolRefusal(f"The edit of {path} was refused and nothing was written:\n{why}")
        await self.box.write(path, after.encode())
        self.wrote = True
        count = len(after.splitlines())
        return f"{'created' if before is None else 'changed'} {path} ({count} lines)"

    async def _tests(self, given: Input) -> str:
        run = await self.checks.tests(self.box, selection.tests(given.get("selection") or ()))
        self.counts = run.counts
        return await shown(render_run(run), stable=True)

    async def _lint(self, given: Input) -> str:
        report = await self.checks.lint(self.box, selection.files(given.get("paths") or ()))
        lines = [f"{report.status.value}: {report.summary}"]
        lines += [f"{f.path}:{f.line}: {f.check}: {f.message}" for f in report.findings[:FINDINGS]]
        if (more := max(report.total, len(report.findings)) - FINDINGS) > 0:
            lines.append(f"[… {more} more findings …]")
        return "\n".join(lines)

    async def _before(self, path: str) -> str | None:
        """The file's text, or None when it does not exist yet."""
        if all(entry.path != path for entry in await self.box.files()):
            return None
        return _decoded(path, await self.box.read(path))

    def _readable(self, path: str) -> None:
        if not self.policy.may_read(path):
            raise ToolRefusal(
                f"{path!r} is outside what aurora.yaml lets this task read (context_window). "
                "list_files shows what is visible."
            )

    def _writable(self, path: str) -> None:
        why = self.policy.may_write(path)
        if why is not None:
            raise ToolRefusal(str(why))


def render_run(run: TestRun) -> str:
    """Counts, then one failure after another with its last frame in the repository."""
    lines = [f"{run.counts}" + ("" if run.valid else f" (not to be trusted: {run.why_invalid})")]
    if run.end.value != "exited":
        lines.append(f"The run ended: {run.end.value.replace('_', ' ')}. {run.end.hint}")
    for case in run.red[:8]:
        lines += ["", f"{case.outcome.value.upper()} {case.test_id} ({case.kind.value if case.kind else '?'})"]
        lines += [part for part in (case.frame, cut(case.message, 3_000), cut(case.output, 1_000)) if part]
    if len(run.red) > 8:
        lines.append(f"[… {len(run.red) - 8} more failures …]")
    if not run.cases and run.output:
        lines += ["", cut(run.output, 3_000)]
    return "\n".join(lines)


def _matched(match: Match) -> str:
    # first without secrets, then cut: half of one is not known for what it is
    return f"{_on_one_line(match.path)}:{match.line}: {clip(reveal(redact_line(match.text)), MATCH_CHARS)}"


def _first(lines: Iterable[str], count: int, what: str) -> str:
    """As many whole lines as fit, and how many of them did not; no more is made than is looked at."""
    enough: list[str] = []
    room = RESULT_CHARS
    for line in lines:
        enough.append(line)
        room -= len(line) + 1
        if room < 0:
            break
    kept = enough[: fitting(enough, RESULT_CHARS - 300)]
    left = count - len(kept)
    return "\n".join(kept) + (f"\n[… {left} more {what} …]" if left else "")


def _on_one_line(path: str) -> str:
    return redact(reveal(path).replace("\n", "\\n").replace("\r", "\\r"))


def _decoded(path: str, content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ToolRefusal(
            f"{path} is not UTF-8 text ({len(content)} bytes); it can't be read or edited here."
        ) from error
