"""Refusals of the command line itself, an unknown option for example: said as every other refusal, in JSON too."""

import sys
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import typer

from aurora.cli.process_end import INTERRUPTED, OK, USAGE, print_error

DISTRIBUTION = "aurora-backend-agent"


def run(app: Callable[..., Any], words: Sequence[str]) -> int:
    """Run the command that `words` name; the exit code where it did not end the process itself."""
    try:
        ended = app(args=list(words), prog_name="aurora", standalone_mode=False)
    except typer.TyperException as error:
        return _refused(error, as_json=wants_json(words))
    except (typer.Abort, KeyboardInterrupt):
        return INTERRUPTED
    return ended if isinstance(ended, int) else OK


def wants_json(words: Sequence[str]) -> bool:
    """Return whether `--json` stands among the options, also where they can't be parsed."""
    options = words[: words.index("--")] if "--" in words else words
    return "--json" in options


def _refused(error: typer.TyperException, *, as_json: bool) -> int:
    context = getattr(error, "ctx", None)
    if error.message.startswith("Usage:"):  # no argument at all
        sys.stderr.write(error.message + "\n")
        return USAGE
    known = getattr(error, "possibilities", None)
    what = (error.message if known else error.format_message()).rstrip(".")
    what = (
        what.replace(". Did you mean", "; did you mean")
        .replace("Value error, ", "")
        .replace("Input should", "it should")
    )
    meant = f"; did you mean {' or '.join(sorted(known))}?" if known else ""
    what = f"{what[:1].lower()}{what[1:]}{meant}"
    hint = f"`{context.command_path} --help` shows how it is called" if context else ""
    if as_json:
        return print_error(what, hint, "usage", USAGE)
    # as `ending.refused` says it, without what colours and wraps lines: that takes longer to load than all of this
    sys.stderr.write(f"refused  {_shown(what)}\n" + (f"         {hint}\n" if hint else ""))
    return USAGE


def _shown(text: str) -> str:
    """The text without control sequences that a terminal would obey: the words come from whoever called."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def root(
    show_version: Annotated[
        bool,
        typer.Option(
            "--version", help="Show the version and exit.", callback=lambda asked: _version(asked), is_eager=True
        ),
    ] = False,
) -> None:
    """A git repository and a task in; one tested, linted, contract-true commit out."""


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import PackageNotFoundError, version  # only for this

        try:
            number = version(DISTRIBUTION)
        except PackageNotFoundError:
            number = "of a checkout that is not installed"
        sys.stdout.write(f"aurora {number}\n")
        raise typer.Exit
