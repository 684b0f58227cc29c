"""The judge's own programs that run the tests of a Perl project, or load its files."""

from pathlib import Path

from aurora.toolchains.language import files_in, names_of

FILES = files_in(Path(__file__).with_name("in_box"), ".pl")
NAMES = names_of(FILES)
FOLDER = "/opt/aurora/plugins"
"""Where the sandbox keeps them."""
EVENTS = f"{FOLDER}/aurora_prove_events.pl"
CHECK = f"{FOLDER}/aurora_perl_check.pl"
