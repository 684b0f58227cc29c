"""The `aurora` command: its help and its end. `commands` lists the commands, which are imported when they are run."""

import sys

import typer

from aurora.cli import program
from aurora.cli.commands import LazyGroup
from aurora.cli.process_end import finish

app = typer.Typer(
    name="aurora",
    cls=LazyGroup,
    callback=program.root,
    context_settings={"help_option_names": ["-h", "--help"]},
    no_args_is_help=True,
    rich_markup_mode=None,  # rich takes three times as long to load as the rest of the help
    pretty_exceptions_enable=False,
    epilog=(
        "Exit codes: 0 done, 1 the task ended without a commit, 2 refused, 3 not reachable, 4 a question waits, "
        "70 internal error, 130 interrupted."
    ),
)


def main() -> None:
    try:
        code = program.run(app, sys.argv[1:])
    except SystemExit as ended:  # of completion
        code = ended.code if isinstance(ended.code, int) else int(bool(ended.code))
    finish(code)
