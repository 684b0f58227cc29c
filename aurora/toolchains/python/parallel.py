"""The number of processes that a project's own command gives pytest, where its configuration does not say it already.

Only what spreads the tests is taken over (`-n`, `--dist`): the rest of such a command selects and reports. A file that
runs pytest both ways says nothing: some of its tests may bear no company.
"""

import re
from collections.abc import Iterable, Iterator

from aurora.ports import ToolchainProbe
from aurora.toolchains.python.declared import name_of
from aurora.toolchains.python.layout import PytestConfig
from aurora.toolchains.python.tree import PythonTree

WORKERS = "PYTEST_XDIST_AUTO_NUM_WORKERS"
"""The number of workers that `-n auto` and `-n logical` mean: the sandbox's processors, not the machine's."""
PLACES = (
    "tox.ini", "tox.toml", "noxfile.py", "Makefile", "makefile", "GNUmakefile", "justfile", "Justfile", ".justfile",
    "Taskfile.yml", "Taskfile.yaml", "tasks.py", "pyproject.toml", "hatch.toml", "setup.cfg", "scripts/test",
    "scripts/test.sh", "scripts/tests.sh", "script/test", "bin/test",
)  # fmt: skip
"""The place where projects write the command that they run, the most usual first."""
_RUN = re.compile(r"(?:^|[\s/:{])(?:pytest|py\.test)\s(?P<rest>[^|;&#]*)")
_GROUP = re.compile(r"[(\[][^()\[\]]{0,2000}[)\]]")
_NUMBER = re.compile(r"(?:^|\s)(?:-n[= ]?|--numprocesses[= ])(?P<n>auto|logical|[1-9][0-9]?)(?=\s|$)")
_DIST = re.compile(r"(?:^|\s)--dist[= ](?P<how>load|loadscope|loadfile|loadgroup|worksteal)(?=\s|$)")
_CONDITION = re.compile(r"\s*!?[\w{},!.-]+:\s")
"""A line of tox for some environments only."""
_STARTED = re.compile(r"\s*(-|tests?\b|\S*/)")
"""The text after a program's name where it is started; a name in a list of dependencies is followed by other things."""
_LISTS = (".toml", ".ini", ".cfg", ".py")
_OWN = re.compile(r"-n|-n\w+|--numprocesses(=.*)?")


async def options(probe: ToolchainProbe, tree: PythonTree, config: PytestConfig) -> tuple[tuple[str, ...], str]:
    """(the options, which file says them); nothing where pytest's configuration spreads the tests, where no file does,
    and where nothing declares what spreads them."""
    groups = (tree.declared.runtime or (), *tree.declared.optional.values())
    if spreads(config.addopts) or not brought([line for lines in groups for line in lines]):
        return (), ""
    for folder in dict.fromkeys((tree.root, tree.home)):
        for name in PLACES:
            path = f"{folder}/{name}" if folder else name
            text = await probe.text(path) if path in tree.paths else None
            started = [rest for rest in _commands(text or "", tox=name == "tox.ini") if _is_command(rest, name)]
            said = {found for rest in started if (found := _said(rest))}
            if started and (len(said) != 1 or not all(map(_said, started))):
                return (), ""
            if said:
                return said.pop(), path
    return (), ""


def _said(rest: str) -> tuple[str, ...]:
    number, how = _NUMBER.search(rest), _DIST.search(rest)
    return ("-n", number["n"], *(("--dist", how["how"]) if how else ())) if number else ()


def _is_command(rest: str, name: str) -> bool:
    return bool(_STARTED.match(rest)) or not name.endswith(_LISTS)


def brought(requirements: Iterable[str]) -> bool:
    """Return whether pytest-xdist is among these lines: without it pytest does not start with such options."""
    return any(name_of(line) == "pytest-xdist" for line in requirements)


def spreads(argv: tuple[str, ...]) -> bool:
    """Return whether a command says itself how many processes it wants."""
    return any(_OWN.fullmatch(word) for word in argv)


def _commands(text: str, *, tox: bool) -> Iterator[str]:
    """The words after `pytest` in every command of a file: lists and calls are read as their words."""
    joined = re.sub(r"\\\n\s*", " ", text[:200_000])
    lines = [line for line in joined.splitlines() if not line.lstrip().startswith(("#", "//"))]
    groups = [found[0] for found in _GROUP.finditer(joined) if "pytest" in found[0] and "\n" in found[0]]
    for line in (*lines, *(" ".join(group.split()) for group in groups)):
        if ("pytest" not in line and "py.test" not in line) or (tox and _CONDITION.match(line)):
            continue
        words = re.sub(r"""["',{}()\[\]]|posargs:""", " ", line)
        for run in _RUN.finditer(f" {' '.join(words.split())} "):
            yield f" {run['rest']} "
