"""tox.ini: what its test environment installs. Many older projects declare their tests' packages nowhere else."""

import re

from aurora.toolchains.python.declared import Declared
from aurora.toolchains.python.setup_files import ini

GROUP = "tox"
_FACTOR = re.compile(r"[\w{},!.-]+\s*:\s*")
"""`py38,py39: mock`: for some environments only."""


def tox_group(text: str) -> Declared:
    """The requirements of `[testenv] deps` as the group `tox`; options, conditions and substitutions are left out."""
    parser = ini(text) if text else None
    if parser is None or not parser.has_option("testenv", "deps"):
        return Declared()
    found = (line.split(" #", 1)[0].strip() for line in parser.get("testenv", "deps").splitlines())
    plain = [line for line in found if line and not line.startswith(("#", "-", ".", "{")) and not _FACTOR.match(line)]
    return Declared(optional={GROUP: tuple(plain)}) if plain else Declared()
