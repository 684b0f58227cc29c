"""A language: all that the rest of the program knows of it is in one value, which the language's package makes.

`registry.LANGUAGES` lists these values; whoever needs one looks it up there by `Toolchain.language`. No other module
compares the name of a language or of a runner.
"""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from aurora.domain.environment_problem import ProposedSetting
from aurora.domain.findings import Finding
from aurora.domain.workspace import Toolchain, Workspace
from aurora.ports import TestCommand, ToolchainProbe
from aurora.settings.repository import Commands
from aurora.toolchains.absent import Absent, Reader
from aurora.toolchains.adding import PackageAdding
from aurora.toolchains.code_checks import CodeCheck, DraftCheck, ProjectCheck
from aurora.toolchains.code_mutation import CodeMaker
from aurora.toolchains.edit import Edit
from aurora.toolchains.image_recipe import ImageRecipe
from aurora.toolchains.mutation import Maker
from aurora.toolchains.ranges import Finder, TestRange
from aurora.toolchains.stated import Stated
from aurora.toolchains.tools import ToolchainTools
from aurora.toolchains.weak_tests import WeaknessReader, WeakTest
from aurora.toolchains.wording import Wording


class Claim(NamedTuple):
    """The part of a repository that is in a language, by its paths alone."""

    depth: int | None
    """Folders above the nearest manifest that may be the project's; None without one."""
    files: int
    """Source files. 0 where the language is there, and any other that has a file comes first."""


class ProtectedPaths(NamedTuple):
    """Files of a language that no step may write."""

    kind: str
    """Kind as in `aurora.tools.protected_paths`: `tests_configuration`, `lint_configuration`, `interpreter` ..."""
    names: str
    """A regular expression of the path's end, in lower case."""
    why: str
    """The text after "may not be written:"."""


def _no_findings(*_: object) -> tuple[Finding, ...]:
    return ()


def _no_names(_path: str, _text: str) -> frozenset[str]:
    return frozenset()


def _none_absent(_: str) -> tuple[Absent, ...]:
    return ()


def _no_proposals(_: Toolchain, __: Sequence[str]) -> tuple[ProposedSetting, ...]:
    return ()


def _no_range(_text: str, _name: str) -> TestRange | None:
    return None


def _none_weak(text: str, subjects: Collection[str]) -> tuple[WeakTest, ...]:  # noqa: ARG001  called by name
    return ()


def _nothing_measured(_: Workspace) -> bool:
    return False


def _unchanged(_: Toolchain, command: TestCommand) -> TestCommand:
    return command


def _no_signatures(_path: str, _text: str) -> tuple[str, ...]:
    return ()


def _watched_by_itself(of: TestCommand) -> TestCommand:
    return of


def _by_itself(_: Toolchain, command: TestCommand, __: Sequence[str]) -> TestCommand:
    return command


def _no_paths(_: Toolchain) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True, eq=False, kw_only=True)
class Language:
    """The fields without a default are what every language has; each default says that the language goes without.

    Functions are a module's own, never lambdas or methods: a language is sent to the children of `bounded`."""

    name: str
    """Name as in `Toolchain.language`: `python`."""
    title: str
    """Title as people write it: `Python`."""
    runners: Mapping[str, Wording]
    """The wording of prompts and findings, by the name of each test runner whose results can be read."""
    manifests: tuple[str, ...]
    """Names of files that make a folder a project, the most usual first."""
    suffixes: tuple[str, ...]
    """Suffixes of source files: `.py`."""

    # ── which repository is one, and how it is worked with ──

    claim: Callable[[Sequence[str]], Claim | None]
    """By every path of a repository; None where nothing in it is of this language."""
    detect: Callable[[ToolchainProbe, Commands, Sequence[str], Stated], Awaitable[Toolchain]]
    """Of a repository that is of this language. The last arguments: `tests` of aurora.yaml, and what is stated of the
    project. Runs nothing of the project; raises `Refusal` for what can't be worked with."""
    tools: Callable[[Workspace], ToolchainTools]
    image: ImageRecipe
    project_settings: frozenset[str] = frozenset({"root", "language", "install", "test_env", "contract"})
    """Keys of `project` in aurora.yaml that mean something."""

    # ── tests ──

    test_names: tuple[str, ...]
    """Globs of what is a test by its name alone, in projects of other languages, too; here unless `detect` records
    others in `Toolchain.usual_tests` or `test_files`. `project_tests` gives the one answer to what is a test."""
    plugins: tuple[Path, ...]
    """Files of the judge's own that run beside the tests: the sandbox holds them in `/opt/aurora/plugins`. No file of a
    project may have the name of one."""
    test_line: str
    """A regular expression of a line that only a test has: tells a project without tests from tests that were not
    found."""
    test_sign: str = ""
    """A regular expression of a line that shows a test whatever its file is called; empty where no line does."""
    takes_files: tuple[str, ...] = ()
    """Runners that take files by their paths, also those that they would not find by themselves."""
    absent: Reader = _none_absent
    """Packages that a red test's message asks for and that are not installed."""
    installing: Callable[[Toolchain, Sequence[str]], Iterable[ProposedSetting]] = _no_proposals
    """Settings by which these packages are installed beside the project's own."""
    adding: PackageAdding | None = None
    """Adds packages to manifest and lock; without it a person has to."""
    mutant: Maker | None = None
    """Makes test mutants of test modules; without one the report says that the frozen tests were not put to the
    proof."""
    code_mutants: CodeMaker | None = None
    """Makes mutants of code; without it nothing shows what the tests would notice."""
    find_test: Finder = _no_range
    """Finds one test in its module; where it finds none, a reported test is not rewritten alone."""
    weak_tests: WeaknessReader = _none_weak
    """Tests of a module that can't fail for the reason they were written."""
    of_failing_tests: Callable[[Toolchain, TestCommand], TestCommand] = _unchanged
    """The command for tests that are made to fail."""
    stopping: Callable[[Toolchain, TestCommand], TestCommand] = _unchanged
    """The command that ends at the first red test, where the runner can: such a run only shows that one is red."""
    measurable: Callable[[Workspace], bool] = _nothing_measured
    """True if the image has what tells which lines ran."""
    observed: bool = False
    """True if its plugins observe a run that is told to by AURORA_WATCH."""
    watching: Callable[[TestCommand], TestCommand] = _watched_by_itself
    """The command that is also observed, where the runner's plugin can't do it alone."""
    measuring: Callable[[Toolchain, TestCommand, Sequence[str]], TestCommand] = _by_itself
    """The command that also measures these files, where the runner's plugin can't do it alone."""

    # ── edits, each in a child of `bounded` ──

    configuration: Callable[[Toolchain], tuple[str, ...]] = _no_paths
    """Paths of files whose text `syntax` and `undeclared` are given in `Edit.configuration`."""
    syntax: Callable[[Workspace, Edit], Sequence[Finding]] = _no_findings
    """Broken syntax that the edit adds."""
    undeclared: Callable[[Workspace, Edit], Sequence[Finding]] = _no_findings
    """The bill of materials: packages that the edit uses and the project does not declare. Asked only of files without
    broken syntax."""
    stubs: Callable[[str, str], Iterable[Finding]] = _no_findings
    """Interfaces that were never implemented, of (path, text)."""
    code_checks: Mapping[str, CodeCheck] = field(default_factory=dict)
    """By the name of a gate, the language's part of it; a gate without one asks nothing of the language's files."""
    draft_checks: Mapping[str, DraftCheck] = field(default_factory=dict)
    """The same of gates that are asked about a whole draft."""

    signatures: Callable[[str, str], tuple[str, ...]] = _no_signatures
    """The definitions in a file's text, a line each, for the map of a repository; nothing for another language's
    file."""
    project_checks: Mapping[str, ProjectCheck] = field(default_factory=dict)
    """The same of gates that ask about a whole project."""
    resolved_by: str = ""
    """A regular expression of the paths of files that say how imports are resolved, for `project_craft`."""

    offered: Callable[[str, str], frozenset[str]] = _no_names
    """Names that others may use of a source file, of (path, text); methods as `Class.method`."""

    in_children: tuple[Callable[..., object], ...] = ()
    """Functions of the language's package that are called in a child: what their results need is made ready once."""
    rehearse: Callable[[], object] = _no_findings
    """Called once before the first child: what is slow at its first call, as tables that a library builds."""

    # ── files ──

    never_written: tuple[ProtectedPaths, ...] = field(default=())
    """Beside those that are protected in any repository."""
    declarations: tuple[str, ...] = ()
    """Suffixes of source files that hold no code: `.d.ts`."""

    def __eq__(self, other: object) -> bool:
        """A copy is the same language: a child of `bounded` gets copies."""
        return isinstance(other, Language) and other.name == self.name

    def __hash__(self) -> int:
        return hash(self.name)

    @property
    def plugin_names(self) -> tuple[str, ...]:
        return names_of(self.plugins)


def names_of(plugins: Iterable[Path]) -> tuple[str, ...]:
    """The names without suffix, as programs load them."""
    return tuple(sorted({path.stem for path in plugins}))


def files_in(folder: Path, *suffixes: str) -> tuple[Path, ...]:
    """The plugins of a folder."""
    return tuple(sorted(path for path in folder.iterdir() if path.suffix in suffixes))
