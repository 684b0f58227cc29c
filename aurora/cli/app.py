"""The `aurora` command: its help and its end. `commands` lists the commands, which are imported when they are run."""

import typer

from aurora.cli.commands import LazyGroup
from aurora.cli.process_end import finish


def _root() -> None:
    """A git repository and a task in; one tested, linted, contract-true commit out."""


app = typer.Typer(
    name="aurora",
    cls=LazyGroup,
    callback=_root,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # rich takes three times as long to load as the rest of the help
    pretty_exceptions_enable=False,
    epilog=(
        "Exit codes: 0 done, 1 the task ended without a commit, 2 refused input, 3 not reachable, "
        "4 a question waits, 130 interrupted."
    ),
)


def main() -> None:
    try:
        app()
    except SystemExit as ended:
        finish(ended.code if isinstance(ended.code, int) else int(bool(ended.code)))
