"""The difference between a draft and its base, and a seal that holds nothing but what a step wrote."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass

from aurora.domain.task import Draft
from aurora.errors import SandboxLost, ToolRefusal
from aurora.gates.context import EXECUTABLE, NOTHING, REGULAR, ChangedFile
from aurora.ports import Box, Execution

RAW = ("--raw", "-z", "--no-abbrev", "--no-renames")


async def changes(box: Box, base: str) -> list[ChangedFile]:
    """Every path whose content or mode differs between the draft's commit and the base, with its content."""
    found = []
    for before_mode, mode, path in await _raw(box, base, "HEAD"):
        content, before = None, None
        if mode in (REGULAR, EXECUTABLE):
            try:
                content = await box.read(path)
            except ToolRefusal:
                content = None  # too large, or no name that a tool would take: refused by the gates
        if before_mode in (REGULAR, EXECUTABLE):
            before = await _at_base(box, base, path)
        found.append(ChangedFile(path, before_mode, mode, content, before))
    return found


async def seal_only(
    box: Box, wrote: Collection[str], message: str, removed: Collection[str] = ()
) -> tuple[Draft, tuple[str, ...]]:
    """Seal these files, as texts or as gone, and nothing else; what else was there: a program of the project wrote it.

    A link or an executable bit in place of a file that a step wrote is taken back, too. Raises `ToolRefusal`."""
    foreign = await _foreign(box, wrote, removed)
    if foreign:
        kept = {path: content for path in sorted(set(wrote)) if (content := await _text(box, path)) is not None}
        tracked = [entry.path for entry in await _status(box) if entry.before_mode]
        # neither changes git's own folder, as no tool may
        await _git(box, "clean", "-ffdxq")
        await _git(box, "checkout-index", "--force", "-z", "--stdin", stdin="\0".join(tracked).encode())
        for path, content in kept.items():
            await box.write(path, content)
        for path in sorted(removed):
            with suppress(ToolRefusal):  # one that the draft's commit never had
                await box.delete(path)
        if left := await _foreign(box, wrote, removed):
            raise ToolRefusal(f"programs of the project wrote {', '.join(left[:5])} beside it")
    return await box.seal(message), foreign


@dataclass(frozen=True)
class _Entry:
    path: str
    before_mode: str
    """Empty for what git does not have."""
    mode: str
    """`000000` for what is gone; empty for what git does not have."""


async def _foreign(box: Box, wrote: Collection[str], removed: Collection[str]) -> tuple[str, ...]:
    """Paths whose content differs from the draft's commit and that no step wrote or removed as they are."""
    entries = [entry for entry in await _status(box) if not (entry.path in removed and entry.mode == NOTHING)]
    foreign = [e.path for e in entries if e.path not in wrote or e.mode != e.before_mode]
    new = sorted(e.path for e in entries if not e.before_mode and e.path in wrote)
    if new:
        run = await box.execute(["stat", "-c", "%f", "--", *(f"./{path}" for path in new)])
        modes = run.stdout.split()
        if run.exit_code or len(modes) != len(new):
            foreign += new
        else:
            foreign += [path for path, mode in zip(new, modes, strict=True) if int(mode, 16) & 0o170111 != 0o100000]
    return tuple(sorted(set(foreign)))


async def _status(box: Box) -> list[_Entry]:
    """Paths that differ from the draft's commit, by their content; a repository inside the tree ends with `/`."""
    run = await _git(box, "status", "--porcelain=v2", "-z", "--untracked-files=all", "--no-renames")
    found = []
    for entry in run.stdout.split("\0"):
        if entry.startswith("1 "):
            _, _, _, before_mode, _, mode, _, _, path = entry.split(" ", 8)
            found.append(_Entry(path, before_mode, mode))
        elif entry:
            found.append(_Entry(entry[2:], "", ""))
    return found


async def _git(box: Box, *argv: str, stdin: bytes = b"") -> Execution:
    run = await box.execute(["git", *argv], stdin=stdin)
    if run.exit_code:
        raise SandboxLost(f"git {argv[0]} in the sandbox: {run.stderr[-300:]}")
    if run.cut:
        raise ToolRefusal("so many files were written that they can't be judged")
    return run


async def _text(box: Box, path: str) -> bytes | None:
    try:
        return await box.read(path)
    except ToolRefusal:
        return None


async def _raw(box: Box, *between: str) -> list[tuple[str, str, str]]:
    """(mode before, mode, path) of each. Raises `ToolRefusal` when there are too many to be told."""
    run = await _git(box, "diff", *RAW, *between)
    fields = run.stdout.split("\0")
    return [
        (facts[1:].split(" ")[0], facts.split(" ")[1], path)
        for facts, path in zip(fields[::2], fields[1::2], strict=False)
        if facts.startswith(":")
    ]


async def _at_base(box: Box, base: str, path: str) -> str | None:
    run = await box.execute(["git", "show", f"{base}:{path}"])
    return run.stdout if run.exit_code == 0 and not run.cut else None
