"""aurora gates: the checks that a change must pass, and which of them are on here."""

from pathlib import Path
from typing import Annotated

import typer

from aurora.bootstrap.gate_list import ListedGate, listed
from aurora.bootstrap.installation import Installation
from aurora.cli import documents
from aurora.cli.ending import OK, err, out, perform, print_json
from aurora.cli.layout import say
from aurora.cli.options import REPO_PATH, AsJson
from aurora.gates.gate import When

_STATES = {"on": "green", "off": "yellow", "mandatory": "cyan"}
_MOMENTS = {
    When.EDIT: "at the edit",
    When.NOTE: "as a note at the edit",
    When.INTERFACES: "with the interfaces",
    When.ROUND: "each round",
    When.COMMIT: "before the commit",
}


def register(app: typer.Typer) -> None:
    app.command("gates")(gates)


def gates(
    repo: Annotated[
        str | None, typer.Option("--repo", help="Whose aurora.yaml counts; default: this folder's. " + REPO_PATH)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the gates: what each finds and why, when it runs, and whether it is on, off or mandatory here. Turn one
    off or tune it under `gates:` in aurora.yaml."""

    here = Path.cwd()
    inside = any((folder / ".git").exists() for folder in (here, *here.parents))

    async def work() -> int:
        where = repo if repo is not None else "." if inside else None
        found = await listed(where, Installation.found().settings.policy)
        if as_json:
            print_json(documents.gates(found))
            return OK
        for gate in found.gates:
            _print(gate)
        say(err, found.warnings)
        return OK

    perform(work, as_json=as_json)


def _print(gate: ListedGate) -> None:
    say(out, [gate.why], hang=30, label=f"[{_STATES[gate.state]}]{gate.state:<9}[/]  {gate.name:<18} ")
    facts = [", ".join(_MOMENTS[when] for when in gate.when)]
    facts += ["advice only: blocks nothing"] if gate.advice else []
    facts += [f"for {', '.join(gate.languages)}"] if gate.languages else []
    facts += [f"{name}: {value}" for name, value in gate.settings.items()]
    say(out, ["; ".join(facts)], indent=30)
