"""The `aurora` command. Each group of commands has a file of its own; this one only gathers them."""

import sys

import typer

from aurora.cli import control, dev, doctor, evidence, gates, questions, reading, run, watch, worker
from aurora.cli.demo_command import register as register_demo
from aurora.cli.ending import finish

app = typer.Typer(
    name="aurora",
    help="A git repository and a task in; one tested, linted, contract-true commit out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    epilog=(
        "Exit codes: 0 done, 1 the task ended otherwise than committed, 2 refused input, 3 not reachable, "
        "4 a question waits, 130 interrupted."
    ),
)
for group in (run, watch, reading, evidence, questions, control, dev, worker, doctor, gates):
    group.register(app)
register_demo(app)


def main() -> None:
    try:
        app()
    except SystemExit as ended:
        sys.stdout.flush()
        finish(ended.code if isinstance(ended.code, int) else int(bool(ended.code)))
