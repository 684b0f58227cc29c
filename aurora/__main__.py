"""`python -m aurora` is the `aurora` command."""

from aurora.cli.app import main

main()
