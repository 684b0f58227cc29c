"""Attempts to get out of a sandbox, each played for real inside one. `table.py` puts them into docs/operating/sandbox.md."""
