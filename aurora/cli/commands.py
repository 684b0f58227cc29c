"""The commands, each imported when it is run or asked for help about: listing them imports none."""

from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import typer
from typer._click.shell_completion import CompletionItem
from typer.core import TyperGroup


@dataclass(frozen=True)
class Listed:
    """A command as `aurora --help` lists it."""

    module: str
    """Module of `aurora.cli`; its `register(app)` adds the command."""
    summary: str


COMMANDS = {
    "run": Listed("run", "Hand in a task and follow it. Ctrl-C leaves it running."),
    "revise": Listed("revise", "Change a delivered commit as a reviewer asks, in a task that starts from it."),
    "watch": Listed("watch", "Follow a task live; at a terminal its questions can be answered."),
    "list": Listed("reading", "List all tasks, newest first, those that ended too."),
    "status": Listed("reading", "Show one task: where it is, what it waits for, what it cost."),
    "diff": Listed("reading", "Show the commit as a unified diff; without a commit, the work so far."),
    "audit": Listed("reading", "Show who was asked, reminded and answered, what was said, and when."),
    "evidence": Listed("evidence", "Show what proves a commit; also as HTML, Markdown or JSON."),
    "questions": Listed("questions", "List the open questions of all tasks, the oldest first."),
    "answer": Listed("questions", "Answer a question; at a terminal each open one is asked for."),
    "approve": Listed("questions", "Approve the plan that is shown."),
    "clarify": Listed("questions", "Tell the agent something it did not ask; the next turn hears it."),
    "cancel": Listed("control", "End a task; its work is kept."),
    "pause": Listed("control", "Pause a task; nothing is called or paid until it is resumed."),
    "resume": Listed("control", "Continue after a pause."),
    "budget": Listed("control", "Raise a task's budget."),
    "retry": Listed("control", "Try again now instead of after the next pause of an outage."),
    "dev": Listed("dev", "Run Temporal and a worker on this machine; others start them as needed."),
    "stop": Listed("dev", "End the daemon. Open tasks continue at its next start."),
    "worker": Listed("worker", "Run a worker of all three task queues until SIGTERM."),
    "doctor": Listed("doctor", "Look at everything a task needs on this machine and in a project."),
    "gates": Listed("gates", "List the checks that a change must pass, and which are on here."),
    "demo": Listed("demo", "Run the main job on a small service, with scripted replies."),
}
"""Commands in the order of the help. A command's own help is its docstring."""


class LazyCommands(MutableMapping[str, Any]):
    """Commands by name; one is imported when it is looked up. A module that this installation lacks has none."""

    def __init__(self) -> None:
        self._loaded: dict[str, Any] = {}
        self._added: dict[str, Any] = {}

    @cached_property
    def _names(self) -> tuple[str, ...]:
        present = {listed.module: _is_here(listed.module) for listed in COMMANDS.values()}
        return tuple(name for name, listed in COMMANDS.items() if present[listed.module])

    def __getitem__(self, name: str) -> Any:
        if name in self._added:
            return self._added[name]
        if name not in self._names:
            raise KeyError(name)
        if name not in self._loaded:
            self._loaded |= commands_of(COMMANDS[name].module)
        return self._loaded[name]

    def __setitem__(self, name: str, command: Any) -> None:
        self._added[name] = command

    def __delitem__(self, name: str) -> None:
        del self._added[name]

    def __iter__(self) -> Iterator[str]:
        return iter((*self._names, *self._added))

    def __len__(self) -> int:
        return len(self._names) + len(self._added)


class LazyGroup(TyperGroup):
    """The group of all commands. Its help shows summaries, so that it need not import the commands."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = LazyCommands()

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - named by the base class
        return list(self.commands)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name].summary) for name in self.list_commands(ctx)])

    def shell_complete(self, ctx: Any, incomplete: str) -> list[CompletionItem]:
        """Names and summaries of the commands, which need not be imported for that, and the options."""
        named = [
            CompletionItem(name, help=COMMANDS[name].summary)
            for name in self.list_commands(ctx)
            if name.startswith(incomplete)
        ]
        return [*named, *super(TyperGroup, self).shell_complete(ctx, incomplete)]


def _is_here(module: str) -> bool:
    return find_spec(f"aurora.cli.{module}") is not None


def commands_of(module: str) -> dict[str, Any]:
    """Every command of a module."""
    group = typer.Typer(add_completion=False, rich_markup_mode=None, callback=_nothing)
    import_module(f"aurora.cli.{module}").register(group)
    return dict(typer.main.get_command(group).commands)  # type: ignore[attr-defined]


def _nothing() -> None:
    """Makes the module's commands a group, also where there is one alone."""
