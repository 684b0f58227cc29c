"""Detection of a Perl project: its folder, its tests and what it declares, from its files alone."""

import posixpath
import re
from collections.abc import Sequence

from aurora.domain.workspace import Dependencies, Toolchain
from aurora.errors import Refusal
from aurora.ports import ToolchainProbe
from aurora.settings.repository import Commands
from aurora.toolchains.language import Claim
from aurora.toolchains.project_tests import WHOLE, cleaned
from aurora.toolchains.stated import Stated

MANIFESTS = ("cpanfile", "Makefile.PL", "Build.PL", "dist.ini", "META.json")
SUFFIXES = (".pm", ".pl", ".t", ".psgi")
ROOTS = ("t", "xt")
"""Folders of tests by custom; prove runs the first, the other holds the author's own."""
RC_FILE = ".proverc"
COMPILES = ("perl", "-wc")
"""The linter where aurora.yaml names none: what perl itself warns of."""
_REQUIRES = re.compile(r"""(?m)^\s*(?:test_|build_|author_)?requires\s*\(?\s*(['"]?)([A-Za-z]\w*(?:::\w+)*)\1""")
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=.*", re.DOTALL)


def claim(paths: Sequence[str]) -> Claim | None:
    depths = [path.count("/") for path in paths if posixpath.basename(path) in MANIFESTS]
    files = sum(path.endswith(SUFFIXES) for path in paths)
    return Claim(min(depths, default=None), files) if depths or files else None


async def detect(
    probe: ToolchainProbe, commands: Commands, tests: Sequence[str] = (), _: Stated | None = None
) -> Toolchain:
    """Raises `Refusal` for a command of aurora.yaml that does not run prove."""
    paths = tuple(await probe.paths())
    manifests = sorted((path for path in paths if posixpath.basename(path) in MANIFESTS), key=_nearness)
    root = posixpath.dirname(manifests[0]) if manifests else ""
    own = tuple(path for path in manifests if posixpath.dirname(path) == root)
    roots, where = _roots(paths, root, tests)
    argv, by = _test(commands, paths, root, roots)
    lint = (tuple(commands.lint),) if commands.lint else (COMPILES,)
    declared = _declared(await probe.text(posixpath.join(root, "cpanfile")) or "")
    why = [f"project: {root or '.'!r}, {f'by {own[0]}' if own else 'no manifest names another folder'}", where, by]
    if posixpath.join(root, RC_FILE) in paths:
        why.append(
            f"tests: prove reads {posixpath.join(root, RC_FILE)}, too; plugins and modules that it names are left out"
        )
    why.append(f"lint: {' '.join(lint[0])}{', by commands.lint of aurora.yaml' if commands.lint else ''}")
    if commands.format:
        why.append("format: commands.format of aurora.yaml is left out: nothing formats Perl here")
    if declared:
        why.append(
            f"packages: nothing is installed from CPAN; what is not of Perl's core is absent: {', '.join(declared)}"
        )
    return Toolchain(
        language="perl",
        root=root,
        runner="prove",
        test=argv,
        lint=lint,
        fix=(),
        test_roots=roots,
        manifests=own,
        dependencies=Dependencies(language="perl", manager="none", files={}, requirements=declared),
        why=tuple(why),
    )


def split(argv: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """(variables that `env` sets, arguments) of a command that runs prove; None for any other."""
    words = list(argv)
    variables: list[str] = []
    if words[:1] == ["env"]:
        del words[0]
        while words and _ASSIGNMENT.fullmatch(words[0]):
            variables.append(words.pop(0))
    if not words or posixpath.basename(words[0]) != "prove":
        return None
    return tuple(variables), tuple(words[1:])


def _nearness(path: str) -> tuple[int, int, str]:
    return path.count("/"), MANIFESTS.index(posixpath.basename(path)), path


def _roots(paths: Sequence[str], root: str, named: Sequence[str]) -> tuple[tuple[str, ...], str]:
    if named:
        return tuple(map(cleaned, named)), "test roots: `tests` of aurora.yaml"
    usual = [posixpath.join(root, name) for name in ROOTS]
    found = tuple(folder for folder in usual if any(path.startswith(f"{folder}/") for path in paths))
    return (found, "test roots: by custom") if found else ((usual[0],), "test roots: none is there, t by custom")


def _test(commands: Commands, paths: Sequence[str], root: str, roots: Sequence[str]) -> tuple[tuple[str, ...], str]:
    if commands.test:
        if split(commands.test) is None:
            raise Refusal(
                f"commands.test of aurora.yaml is {' '.join(commands.test)!r}, which does not run prove itself.",
                "Name prove and its options, such as [prove, -l, -r, t]; results are read of prove.",
            )
        return tuple(commands.test), "tests: prove, by commands.test of aurora.yaml"
    library = posixpath.join(root, "lib") + "/"
    options = ("-l",) if any(path.startswith(library) for path in paths) else ()
    run = [folder for folder in roots if folder != posixpath.join(root, "xt")] or roots
    folders = (posixpath.relpath(folder, root or WHOLE) for folder in run)
    return ("prove", *options, "-r", *folders), "tests: prove, Perl's own runner"


def _declared(cpanfile: str) -> tuple[str, ...]:
    return tuple(sorted({found[2] for found in _REQUIRES.finditer(cpanfile)} - {"perl"}))
