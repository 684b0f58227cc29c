"""The end of a task on the screen: how it ended, what it changed, and the commands that come next."""

import shlex
from collections.abc import Sequence
from pathlib import Path

from aurora.cli.ending import out
from aurora.cli.layout import say, table
from aurora.cli.lines import bounds_lines, outcome_lines, steps_table
from aurora.client.desk import Desk
from aurora.domain.outcome import Delivery, OutcomeKind
from aurora.domain.view import TaskView
from aurora.errors import Refusal
from aurora.output import reveal
from aurora.text import counted
from aurora.tools.shown_diff import FileDiff, split

MOST_FILES = 30
DELIVERED = ("delivered", "already_delivered")


async def print_result(desk: Desk, view: TaskView, *, whole: bool = True) -> None:
    """The print result of a task that ended; `whole`: with what each step cost and the commands that come next."""
    if view.outcome is None:
        return
    say(out, outcome_lines(view.outcome), hang=2)
    try:
        change = await desk.change(view.task_id)
    except Refusal:
        change = None  # nothing was made
    if change is not None:
        print_files(change.text)
    say(out, bounds_lines(view), indent=1, hang=9)
    if not whole:
        return
    if view.steps:
        out.print()
        heads, rows, right = steps_table(view)
        table(out, heads, rows, right=right, indent=1)
    out.print()
    say(out, ["next:"])
    commands = next_commands(view, changed=change is not None)
    width = max(len(label) for label, _ in commands)
    for label, command in commands:
        # never broken: it is there to be copied
        out.print(f"  {label:<{width}}  {reveal(command)}", markup=False)


def print_files(diff: str) -> None:
    """Each changed file with the lines that were added and removed."""
    _, files = split(diff)
    counts = [_counts(file) for file in files]
    added, removed = sum(a for a, _ in counts), sum(r for _, r in counts)
    say(out, [f"{counted(len(files), 'file')} changed, +{added} -{removed}"])
    rows = [
        (file.path, f"+{a}", f"-{r}", _kind(file))
        for file, (a, r) in list(zip(files, counts, strict=True))[:MOST_FILES]
    ]
    table(out, (), rows, right=(1, 2), indent=2)
    if len(files) > MOST_FILES:
        say(out, [f"and {counted(len(files) - MOST_FILES, 'more file')}"], indent=2)


def _counts(file: FileDiff) -> tuple[int, int]:
    """Lines added and removed; none of a file that is no text."""
    _, hunk, content = file.text.partition("\n@@ ")
    lines = content.split("\n")[1:] if hunk else []  # the first is the rest of the hunk's own line
    return sum(line.startswith("+") for line in lines), sum(line.startswith("-") for line in lines)


def _kind(file: FileDiff) -> str:
    head = file.text.partition("\n@@ ")[0]
    if "\ndeleted file mode " in head:
        return "removed"
    return "new" if file.is_new else "renamed" if "\nrename to " in head else ""


def next_commands(view: TaskView, *, changed: bool) -> Sequence[tuple[str, str]]:
    """Return what may be done next, each with its command."""
    outcome, id = view.outcome, view.task_id
    assert outcome is not None
    if outcome.kind is OutcomeKind.COMMITTED:
        rows = [("see the change:", f"aurora diff {id}"), ("see the evidence:", f"aurora evidence {id}")]
        delivery = outcome.delivery
        if delivery is not None and delivery.state in DELIVERED:
            rows += _git(delivery, outcome.draft.base[:12] if outcome.draft else "HEAD")
        return rows
    rows = [("see the work so far:", f"aurora diff {id}")] if changed else []
    if outcome.kept and outcome.draft:
        rows.append(("in your repository:", f"git log -p {outcome.draft.base[:12]}..{outcome.kept}"))
    rows.append(("see how far it came:", f"aurora status {id}"))
    if outcome.kind is not OutcomeKind.CANCELLED:
        rows.append(("try it again:", "aurora run TEXT"))
    return rows


def _git(delivery: Delivery, base: str) -> list[tuple[str, str]]:
    branch, folder = shlex.quote(delivery.branch), Path(delivery.where)
    if folder.is_absolute() and folder.is_dir():
        git = "git" if Path.cwd().is_relative_to(folder) else f"git -C {shlex.quote(str(folder))}"
        return [("compare with git:", f"{git} diff {base}..{branch}"), ("merge it:", f"{git} merge {branch}")]
    return [
        ("fetch it:", f"git fetch {shlex.quote(delivery.where)} {branch}"),
        ("compare with git:", f"git diff {base}..FETCH_HEAD"),
        ("merge it:", "git merge FETCH_HEAD"),
    ]
