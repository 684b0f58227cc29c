"""The model's tool calls, carried out on a box under a policy. A refusal writes nothing and says what to do instead."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from aurora.domain import Census, Finding, Report, clip
from aurora.errors import ToolRefusal
from aurora.executions import TestRun
from aurora.ports import Box
from aurora.tools import selection
from aurora.tools.listing import listed
from aurora.tools.output import cut, reveal
from aurora.tools.path_policy import PathPolicy
from aurora.tools.paths import clean
from aurora.tools.replacing import replaced
from aurora.tools.schemas import misfit
from aurora.tools.showing import shown

READ_LINES = 600
LISTED = 400
Input = dict[str, Any]


class Checks(Protocol):
    """What judges an edit before it is kept, and runs the project's own tools for the model."""

    async def edit(self, box: Box, path: str, before: str | None, after: str) -> Sequence[Finding]: ...

    async def tests(self, box: Box, selection: Sequence[str]) -> TestRun: ...

    async def lint(self, box: Box, paths: Sequence[str]) -> Report: ...


@dataclass
class Hands:
    """One turn's worth of tool calls. `wrote` says whether there is anything to seal."""

    box: Box
    policy: PathPolicy
    checks: Checks
    wrote: bool = False
    census: Census | None = None
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
            return await shown(await act(given)), False
        except ToolRefusal as refusal:
            self.refused += 1
            return str(refusal), True

    async def _read(self, given: Input) -> str:
        path, start = clean(str(given["path"])), max(1, int(given.get("start_line") or 1))
        self._readable(path)
        lines = _decoded(path, await self.box.read(path)).splitlines()
        window = lines[start - 1 : start - 1 + READ_LINES]
        if not window and lines:
            raise ToolRefusal(f"{path} has {len(lines)} lines; ask for a start_line up to that.")
        body = "\n".join(f"{start + i:5d}  {reveal(line)}" for i, line in enumerate(window))
        rest = len(lines) - (start - 1) - len(window)
        return body + (f"\n[… {rest} more lines; next start_line {start + READ_LINES} …]" if rest > 0 else "")

    async def _list(self, given: Input) -> str:
        entries = await self.box.files()
        found = await listed(self.policy, [e.path for e in entries], str(given.get("glob") or "**"))
        wanted, hidden = set(found.paths), found.hidden
        lines = [f"{e.path}  {e.size}" for e in entries if e.path in wanted]
        text = "\n".join(lines[:LISTED]) or "No visible file matches."
        if len(lines) > LISTED:
            text += f"\n[… {len(lines) - LISTED} more; narrow the glob …]"
        return text + (f"\n({hidden} files are hidden by the context_window policy.)" if hidden else "")

    async def _search(self, given: Input) -> str:
        entries = await self.box.files()
        files = [e.path for e in entries if e.kind == "file"]
        found = await listed(self.policy, files, str(given.get("glob") or "**"))
        matches = await self.box.search(str(given["pattern"]), found.paths)
        return "\n".join(f"{m.path}:{m.line}: {clip(m.text, 240)}" for m in matches) or "No match."

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
            why = "\n".join(f"- line {f.line}: {f.message} {f.mend}".strip() for f in found)
            raise ToolRefusal(f"The edit of {path} was refused and nothing was written:\n{why}")
        await self.box.write(path, after.encode())
        self.wrote = True
        count = len(after.splitlines())
        return f"{'created' if before is None else 'changed'} {path} ({count} lines)"

    async def _tests(self, given: Input) -> str:
        run = await self.checks.tests(self.box, selection.tests(given.get("selection") or ()))
        self.census = run.census
        return await shown(render_run(run), stable=True)

    async def _lint(self, given: Input) -> str:
        report = await self.checks.lint(self.box, selection.files(given.get("paths") or ()))
        lines = [f"{report.status.value}: {report.summary}"]
        lines += [f"{f.path}:{f.line}: {f.check}: {f.message}" for f in report.findings]
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
    lines = [f"{run.census}" + ("" if run.valid else f" (not to be trusted: {run.why_invalid})")]
    if run.end.value != "exited":
        lines.append(f"The run ended: {run.end.value.replace('_', ' ')}. {run.end.mend}")
    for case in run.red[:8]:
        lines += ["", f"{case.outcome.value.upper()} {case.node} ({case.kind.value if case.kind else '?'})"]
        lines += [part for part in (case.frame, cut(case.message, 3_000), cut(case.output, 1_000)) if part]
    if len(run.red) > 8:
        lines.append(f"[… {len(run.red) - 8} more failures …]")
    if not run.cases and run.output:
        lines += ["", cut(run.output, 3_000)]
    return "\n".join(lines)


def _decoded(path: str, content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ToolRefusal(
            f"{path} is not UTF-8 text ({len(content)} bytes); it can't be read or edited here."
        ) from error
