"""Files written, edited, removed and moved for the model, under the policy of its step and the gates of an edit."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from aurora.domain.findings import Finding, Weight
from aurora.errors import ToolRefusal
from aurora.output import hidden_characters, unmarked
from aurora.ports import Box
from aurora.tools import line_ends, replacing, written_redaction
from aurora.tools.edit import Change
from aurora.tools.installed import is_installed
from aurora.tools.path_policy import PathPolicy
from aurora.tools.paths import clean
from aurora.tools.text_file import TextFile

Input = dict[str, Any]
EditCheck = Callable[[Box, str, str | None, str], Awaitable[Sequence[Finding]]]
BaseCheck = Callable[[Box, str], Awaitable[bool]]


NOTED = 20
"""Findings named in an edit's answer."""


@dataclass
class FileChanges:
    """The changes of one turn's calls. `written` and `removed`: one spelling of each path, as the tree now is."""

    box: Box
    policy: PathPolicy
    check: EditCheck
    in_base: BaseCheck
    """True if the base commit has a file."""
    written: set[str] = field(default_factory=set)
    removed: set[str] = field(default_factory=set)

    async def write(self, given: Input) -> str:
        path, content = clean(str(given["path"])), str(given["content"])
        await self._writable(path)
        before = await self._before(path)
        content = _as_it_stood(path, before.text if before else "", content)
        return await self._keep(path, before, line_ends.kept(before.text, content) if before else content)

    async def edit(self, given: Input) -> str:
        path = clean(str(given["path"]))
        await self._writable(path)
        before = await self._before(path)
        if before is None:
            raise ToolRefusal(f"{path} does not exist: create it with write_file.")
        found = await replacing.edited(path, before.text, _changes(given))
        spots = ", ".join(f"{first}-{last}" if last > first else str(first) for first, last in found.spots)
        return f"{await self._keep(path, before, found.text)}, changed lines: {spots}"

    async def delete(self, given: Input) -> str:
        path = clean(str(given["path"]))
        await self._removable(path, "deleted")
        await self.box.delete(path)
        self._gone(path)
        return f"deleted {path}"

    async def move(self, given: Input) -> str:
        path, to = clean(str(given["path"])), clean(str(given["to"]))
        await self._removable(path, "moved")
        await self._writable(to)
        if await self._exists(to):
            raise ToolRefusal(f"{to} exists already; nothing was moved. Delete it first, or choose another name.")
        content = await self.box.read(path)
        text = TextFile.of(path, content).text
        await self.box.delete(path)  # first: a module may become a package, or get a name of another case
        try:
            await self._checked(to, None, text)
            await self.box.write(to, content)
        except ToolRefusal:
            await self.box.write(path, content)
            raise
        self._gone(path)
        self._there(to)
        return f"moved {path} to {to}; what imports or names it is not changed"

    async def _keep(self, path: str, before: TextFile | None, after: str) -> str:
        if before is not None and before.text == after:
            same = " (its line ends are kept as they are)" if "\r" in after else ""
            raise ToolRefusal(f"{path} already reads exactly so{same}; nothing was changed.")
        await written_redaction.refuse(self.box, self.policy, path, before.text if before else "", after)
        noted = await self._checked(path, before.text if before else None, after)
        await self.box.write(path, before.encoded(after) if before else after.encode())
        self._there(path)
        count = len(after.splitlines())
        return f"{'created' if before is None else 'changed'} {path} ({count} lines){noted}"

    async def _checked(self, path: str, before: str | None, after: str) -> str:
        """The findings beside the edit; raises `ToolRefusal` for what may not be written."""
        found = await self.check(self.box, path, before, after)
        if refused := [finding for finding in found if finding.weight is Weight.BLOCKS]:
            raise ToolRefusal(f"The edit of {path} was refused and nothing was written:\n{_listed(refused)}")
        later = [finding for finding in found if finding.weight is Weight.LATER]
        advice = [finding for finding in found if finding.weight is Weight.ADVICE]
        parts = [f"Kept, but the gates will refuse this:\n{_listed(later)}"] if later else []
        parts += [f"Advice, which blocks nothing:\n{_listed(advice)}"] if advice else []
        return "".join(f"\n{part}" for part in parts)

    async def _exists(self, path: str) -> bool:
        return any(entry.path == path for entry in await self.box.files())

    async def _before(self, path: str) -> TextFile | None:
        """The file's text, or None when it does not exist yet."""
        return TextFile.of(path, await self.box.read(path)) if await self._exists(path) else None

    async def _writable(self, path: str) -> None:
        if is_installed(path) and not await self._exists(path):
            raise ToolRefusal(f"{path} belongs to an installed dependency: it can be read, never written.")
        why = self.policy.may_write(path)
        if why is not None:
            raise ToolRefusal(str(why))

    async def _removable(self, path: str, done: str) -> None:
        """The same protections as for a write; a test of the project stays where it is."""
        await self._writable(path)
        if not await self._exists(path):
            raise ToolRefusal(f"there is no file {path!r}; nothing was {done}.")
        if self.policy.is_test(path) and await self.in_base(self.box, path):
            raise ToolRefusal(
                f"{path} may not be {done}: it belongs to the tests that the project had before this task. Edit what "
                "must change in it; if all of it has to go, use ask_architect."
            )

    def _there(self, path: str) -> None:
        self.written.add(path)
        self.removed.discard(path)

    def _gone(self, path: str) -> None:
        self.removed.add(path)
        self.written.discard(path)


def _listed(findings: Sequence[Finding]) -> str:
    lines = [f"- line {f.line}: {f.message} {f.hint}".strip() for f in findings[:NOTED]]
    return "\n".join(lines + ([f"- … and {len(findings) - NOTED} more"] if len(findings) > NOTED else []))


def _as_it_stood(path: str, before: str, content: str) -> str:
    """A whole new text with the hidden characters that the file has, where the model wrote their marks."""
    written = unmarked(content)
    if written == content or any(mark in before for mark in hidden_characters(written)):
        return content
    if strange := sorted(set(hidden_characters(written)) - set(hidden_characters(before))):
        raise ToolRefusal(
            f"{', '.join(strange)} stands for an invisible character, and {path} does not hold it; nothing was "
            "written. Leave it out, or write the language's own escape for it."
        )
    return written


def _changes(given: Input) -> list[Change]:
    """The call's one edit and its list of edits, in order."""
    edits: list[Input] = list(given.get("edits") or ())
    if any(given.get(name) is not None for name in ("old", "after_line")) or (given.get("new") and not edits):
        edits.insert(0, given)
    found = []
    for one in edits:
        if one.get("new") is None:
            raise ToolRefusal(
                "An edit lacks `new`: what stands there afterwards, empty to delete. Nothing was changed."
            )
        after = one.get("after_line")
        found.append(Change(one.get("old") or "", one["new"], bool(one.get("all")), after))
    return found
