"""Options and arguments that several commands share, worded once."""

from typing import Annotated

import typer

HERE_OR_NAMED = "A repository: a path, or its name as `aurora list` shows it."
"""For commands that look at tasks of a repository; those that read the repository itself take a path."""
REPO_PATH = "The repository's path; only committed work counts."

STAY = "Without a terminal: go on although a question waits."

TaskId = Annotated[str, typer.Argument(help="The task's id, as `aurora list` shows it.")]
AsJson = Annotated[bool, typer.Option("--json", help="Machine-readable output on stdout, errors as JSON on stderr.")]
By = Annotated[str | None, typer.Option("--by", help="Your name; the login name when left out.")]
