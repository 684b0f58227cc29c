"""The judge's own modules that run beside the tests of a Python project, or in place of a type checker."""

from pathlib import Path

from aurora.toolchains.language import files_in, names_of

FILES = files_in(Path(__file__).parents[1] / "in_box", ".py")
NAMES = names_of(FILES)
PYTEST = "aurora_pytest_events"
"""The options by which pytest loads the plugin."""
