"""Options and arguments that several commands share, worded once."""

from typing import Annotated

import typer

TaskId = Annotated[str, typer.Argument(help="The task's id, as `aurora list` shows it.")]
AsJson = Annotated[bool, typer.Option("--json", help="Machine-readable output on stdout, errors as JSON on stderr.")]
By = Annotated[str | None, typer.Option("--by", help="Your name; the login name when left out.")]
