"""New files whose names git ignores."""

from collections.abc import Sequence

from aurora.gates.context import DraftContext
from aurora.gates.gate import DraftGate, Problem, When


async def check(context: DraftContext) -> Sequence[Problem]:
    """Asked of git; a file that git has already is not ignored."""
    found = []
    for file in context.files:
        if not file.is_new:
            continue
        run = await context.box.execute(["git", "check-ignore", "--quiet", "--", f"./{file.path}"])
        if run.exit_code == 0:
            message = "git ignores a file of this name: it would be in no commit."
            found.append(Problem(message, "Choose a name that .gitignore lets through.", path=file.path))
        elif run.exit_code != 1:  # 1: it is not ignored; anything else: git did not say
            message = f"git can't tell whether it ignores this name: {run.stderr.strip()[-300:] or run.end.value}."
            found.append(Problem(message, "Choose another name.", path=file.path))
    return found


GATE = DraftGate(
    name="ignored_files",
    why="A new file that .gitignore names would be written, tested with, and missing from the commit.",
    when=(When.EDIT,),
    check=check,
    conclusive=True,
)
