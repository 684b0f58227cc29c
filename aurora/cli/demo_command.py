"""`aurora demo`, when the demo is part of this installation."""

from importlib import import_module
from importlib.util import find_spec

import typer


def register(app: typer.Typer) -> None:
    """`aurora.cli.demo` has its own `register(app)`; an installation without examples has none."""
    if find_spec("aurora.cli.demo") is not None:
        import_module("aurora.cli.demo").register(app)
