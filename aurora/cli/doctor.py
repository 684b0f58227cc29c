"""aurora doctor: what is here, what is missing, what to do; with `--repo` also what was detected there and why."""

from typing import Annotated

import typer

from aurora.bootstrap.examination import examine
from aurora.bootstrap.installation import Installation
from aurora.bootstrap.row import Row
from aurora.cli.documents import checks
from aurora.cli.ending import NOT_COMMITTED, OK, err, out, perform, print_json
from aurora.cli.layout import say
from aurora.cli.options import REPO_PATH, AsJson

_MARKS = {"ok": ("ok", "green"), "note": ("note", "yellow"), "bad": ("missing", "red")}


def register(app: typer.Typer) -> None:
    app.command("doctor")(doctor)


def doctor(
    repo: Annotated[str | None, typer.Option("--repo", help="Also show what is detected in it. " + REPO_PATH)] = None,
    baseline: Annotated[
        bool, typer.Option("--baseline", help="Also build its image and run its tests and linter once in the sandbox.")
    ] = False,
    write: Annotated[
        bool,
        typer.Option("--write", help="Also add what was detected to its aurora.yaml; existing lines stay."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Check everything a task needs. Never prints the key, and starts nothing except a sandbox with --baseline. Exit
    code 1 when something is missing."""

    async def work() -> int:
        with err.status("checking") as status:
            where = repo if repo is not None or not (baseline or write) else "."
            rows = await examine(Installation.found(), where, baseline=baseline, write=write, progress=status.update)
        if as_json:
            print_json(checks(rows))
        else:
            for row in rows:
                _print(row)
        return NOT_COMMITTED if any(row.state == "bad" for row in rows) else OK

    perform(work, as_json=as_json)


def _print(row: Row) -> None:
    mark, style = _MARKS[row.state]
    say(out, [row.found], hang=24, label=f"[{style}]{mark:<7}[/]  {row.what:<14} ")
    if row.hint:
        say(out, row.hint.splitlines(), indent=24)
