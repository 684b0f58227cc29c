"""The judge's own modules that run beside the tests of a Node project, or in place of a formatter."""

from pathlib import Path

from aurora.toolchains.language import files_in, names_of

FILES = files_in(Path(__file__).parents[1] / "in_box", ".cjs", ".mjs")
NAMES = names_of(FILES)
