"""The paths that a step may read and write. `context_window` binds the tools, not only the prompt."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath

from aurora.domain.workspace import Workspace
from aurora.errors import ToolRefusal
from aurora.globs import BadPattern, Globs
from aurora.toolchains import project_tests
from aurora.tools.grants import Grants
from aurora.tools.paths import clean, folded
from aurora.tools.protected_paths import CONTRACT, Protection, protection

_PROGRAM = re.compile(
    r"[\w.-]+(?:/[\w.-]+)*\.(?:py|sh|bash|[cm]?[jt]s|rb|pl|mk)|(?:scripts|tools|bin|ci|hack|dev)/[\w./-]+"
)
CONVENTIONS = Protection("agents", "the next task would take it for the project's own instructions")
SHOWN_NAMES = 5
_MANIFESTS = ("manifest", "hooks", "environment")
"""Kinds that may be written although they configure the judges; what of them may change is a gate's to say."""


@dataclass(frozen=True)
class Refused:
    """The reason why a write is not allowed: the rule's name, and words for the model that say what to do instead."""

    rule: str
    reason: str

    def __str__(self) -> str:
        return self.reason


def contracts_of(workspace: Workspace) -> tuple[str, ...]:
    """Paths of the contract document: all files of the one that was found, and those that people name; of the GraphQL
    schema, too, where it was printed from the service."""
    found = (workspace.contract.path, *workspace.contract.files) if workspace.contract else ()
    graphql = workspace.graphql
    printed = graphql.files if graphql is not None and not graphql.source else ()
    named = (workspace.task.spec_path, workspace.settings.contract.path)
    return tuple(dict.fromkeys(path for path in (*found, *named, *printed) if path))


class PathPolicy:
    """Decides by path alone; symlinks are the sandbox's to refuse.

    Reads: include, planned files, test roots and conventions, all minus exclude; manifests and contract always.
    Writes: include, planned files and test roots minus exclude, and never what decides how the work is judged.
    """

    def __init__(
        self,
        *,
        include: Sequence[str] = ("**/*",),
        exclude: Sequence[str] = (),
        manifests: Sequence[str] = (),
        contracts: Sequence[str] = (),
        schemas: Sequence[str] = (),
        conventions: Sequence[str] = (),
        test_roots: Sequence[str] = (),
        test_names: Sequence[str] = (),
        planned: Sequence[str] = (),
        frozen: Sequence[str] = (),
        growing: bool = False,
        protected: Sequence[str] = (),
        only_tests: bool = False,
        no_tests: bool = False,
        is_test: Callable[[str], bool] | None = None,
        only: Sequence[str] | None = None,
        grants: Grants | None = None,
    ) -> None:
        """`test_names`: globs of files that are tests wherever they lie, to be told. `is_test`: the answer of
        `project_tests`; without it the test roots alone say it. `only`: a step that may write these files and no
        others. `schemas`: files of a GraphQL schema, which are read whatever is included. `grants`: what was asked for
        of protected files. `growing`: what is frozen are tests of an earlier part, and those of the next are being
        written."""
        self._include, self._exclude = Globs(include), Globs(exclude)
        self._excluded = Globs([folded(pattern) for pattern in exclude])
        self._always = frozenset(map(folded, (*manifests, *contracts, *schemas)))
        self._conventions = frozenset(map(folded, conventions))
        self._test_roots = tuple(map(project_tests.cleaned, test_roots))
        self._test_names = tuple(dict.fromkeys(test_names))
        self._planned = frozenset(map(_entered, planned))
        self._only = None if only is None else frozenset(map(_entered, only))
        self._grants = grants or Grants()
        self._frozen = frozenset(map(folded, frozen))
        self._growing = growing
        self._contracts = frozenset(map(folded, contracts))
        self._protected = frozenset(map(folded, (*protected, *manifests)))
        self._only_tests, self._no_tests = only_tests, no_tests
        self._is_test = is_test or project_tests.Rules(self._test_roots, ()).is_test

    @classmethod
    def of(
        cls,
        workspace: Workspace,
        *,
        planned: Sequence[str] = (),
        frozen: Sequence[str] = (),
        growing: bool = False,
        only_tests: bool = False,
        no_tests: bool = False,
        only: Sequence[str] | None = None,
        grants: Grants | None = None,
    ) -> "PathPolicy":
        """The policy of one step. `planned`: paths of the plan's files and tests; `frozen`: of the frozen tests;
        `only`: the files that it may write, where not any. `growing`: as above."""
        return cls(
            include=workspace.settings.context_window.include,
            exclude=workspace.settings.context_window.exclude,
            manifests=workspace.toolchain.manifests,
            contracts=contracts_of(workspace),
            schemas=workspace.graphql.files if workspace.graphql else (),
            conventions=workspace.conventions,
            test_roots=workspace.toolchain.test_roots,
            test_names=(*workspace.toolchain.usual_tests, *workspace.toolchain.test_files),
            planned=planned,
            frozen=frozen,
            growing=growing,
            protected=(*workspace.toolchain.protected, *_commanded(workspace)),
            only_tests=only_tests,
            no_tests=no_tests,
            is_test=partial(project_tests.is_test, workspace.toolchain),
            only=only,
            grants=grants,
        )

    # ── reading ──

    def may_read(self, path: str) -> bool:
        """Also for listing and searching; a path that could mean another file than it shows is not readable."""
        try:
            path = clean(path)
        except ToolRefusal:
            return False
        name = folded(path)
        if name in self._always:
            return True
        if self.excludes(path):
            return False
        known = name in self._conventions or name in self._planned
        return known or self._within_tests(path) or self._include.match(path)

    def visible(self, paths: Iterable[str]) -> tuple[tuple[str, ...], int]:
        """The readable ones in their order, and how many were hidden."""
        everything = list(paths)
        shown = tuple(path for path in everything if self.may_read(path))
        return shown, len(everything) - len(shown)

    def matching(self, paths: Iterable[str], glob: str) -> list[str]:
        """The paths a model's glob names, `{a,b}` understood. Raises `ToolRefusal` for a pattern that can't be used."""
        wanted = glob.strip().removeprefix("./").strip("/")
        if wanted in ("", ".", "*", "**", "**/*"):
            return list(paths)
        try:
            globs = Globs(_spread(wanted))
        except BadPattern as error:
            raise ToolRefusal(f"The glob can't be used: {error}.") from error
        return [path for path in paths if globs.match(path)]

    # ── writing ──

    def may_write(self, path: str) -> Refused | None:
        try:
            path = clean(path)
        except ToolRefusal as refusal:
            return Refused("path", str(refusal))
        return (
            self._protected_path(path)
            or self._when_frozen(path)
            or self._outside(path)
            or self._not_this_step(path)
            or self._unnamed(path)
        )

    def is_test(self, path: str) -> bool:
        """Return whether a test step writes it, and no code step: see `toolchains.project_tests`."""
        return self._is_test(path)

    def _within_tests(self, path: str) -> bool:
        """Return whether a test root opens it, whatever aurora.yaml includes."""
        return any(project_tests.is_within(root, path, self._is_test) for root in self._test_roots)

    def _protected_path(self, path: str) -> Refused | None:
        found, name = protection(path), folded(path)
        if found is not None and found.never:
            return Refused(found.kind, f"{path} may not be written: {found.why}.")
        if name in self._contracts and self._grants.of_path(path, CONTRACT) is None:
            return Refused(
                "contract",
                f"{path} may not be written: {CONTRACT.why}. Where it is wrong or silent, or must gain the task's "
                "operation, use ask_architect: it may be written once a person says so.",
            )
        if found is None and name in self._conventions:
            found = CONVENTIONS
        asked_for = self._grants.of_path(path, found) is not None
        if name in self._protected and not (asked_for and found and found.kind in _MANIFESTS):
            return Refused(
                found.kind if found else "protected",
                f"{path} may not be written: it configures how the work is built and judged. "
                "A new dependency or setting is a question: use ask_architect.",
            )
        if found is not None and not asked_for:
            return Refused(
                found.kind,
                f"{path} may not be written: {found.why}. Nobody asked for it: find a way without it, or use "
                "ask_architect and name it in `files`.",
            )
        return None

    def _when_frozen(self, path: str) -> Refused | None:
        if folded(path) in self._frozen:
            return Refused(
                "frozen",
                f"{path} is frozen: the tests, and what they use, were seen red and judge the code. Change the code. "
                "If a test contradicts the specification, use report_blocked and name the clause.",
            )
        if self._frozen and not self._growing and PurePosixPath(folded(path)).name == "conftest.py":
            return Refused(
                "frozen",
                f"{path} may not be written any more: the tests are frozen and conftest.py decides how they run. "
                "Change the code, or use report_blocked.",
            )
        return None

    def _outside(self, path: str) -> Refused | None:
        if self.excludes(path):
            patterns = self._exclude.patterns
            pattern = next((p for p in patterns if Globs((folded(p),)).match(folded(path))), patterns[0])
            return Refused(
                "exclude",
                f"{path} may not be written: aurora.yaml excludes {pattern!r} from this task. "
                "Put the work elsewhere, or use ask_architect if it must be there.",
            )
        if self._within_tests(path) or folded(path) in self._planned or self._include.match(path):
            return None
        if self._grants.of_path(path, protection(path)) is not None:
            return None
        include = ", ".join(self._include.patterns[:6])
        return Refused(
            "include",
            f"{path} may not be written: it is outside what aurora.yaml includes ({include}), the test roots "
            "and the plan's files. Use a file of the plan, or ask_architect for this one.",
        )

    def excludes(self, path: str) -> bool:
        """Return whether `context_window.exclude` names a path."""
        return self._exclude.match(path) or self._excluded.match(folded(path))

    def _unnamed(self, path: str) -> Refused | None:
        if self._only is None or folded(path) in self._only:
            return None
        if not self._only:
            return Refused("step", f"{path} may not be written: there is no file that this step may write.")
        return Refused(
            "step",
            f"{path} may not be written in this step: it fixes the findings, in the files that they name.",
        )

    def _not_this_step(self, path: str) -> Refused | None:
        roots = self._where_tests_are()
        if self._only_tests and not self.is_test(path):
            return Refused("step", f"{path} may not be written in this step: it writes tests only ({roots}).")
        if self._no_tests and self.is_test(path):
            return Refused("step", f"{path} may not be written in this step: tests ({roots}) are another step's work.")
        return None

    def _where_tests_are(self) -> str:
        roots = [root for root in self._test_roots if root != project_tests.WHOLE]
        names = ", ".join(self._test_names[:SHOWN_NAMES])
        if names:
            roots.append(f"files named {names}")
        return ", ".join(roots) or "known by their names"


def _commanded(workspace: Workspace) -> tuple[str, ...]:
    """Programs of the repository that the commands of aurora.yaml start: they judge the work."""
    chain, commands = workspace.toolchain, workspace.settings.commands
    found = set()
    for word in (*(commands.lint or ()), *(commands.format or ()), *(commands.test or ())):
        name = word.removeprefix("./")
        module = name.replace(".", "/")
        for path in (name, f"{module}.py", f"{module}/__init__.py", f"{module}/__main__.py"):
            if _PROGRAM.fullmatch(path) and not project_tests.is_test(chain, path):
                found |= {path, f"{chain.root}/{path}".strip("/")}
    return tuple(sorted(found))


def _entered(path: str) -> str:
    """The path as a tool's path is cleaned and compared; one that no tool would take is none."""
    try:
        return folded(clean(path))
    except ToolRefusal:
        return ""


def _spread(glob: str) -> list[str]:
    """`**/*.{py,md}` as two patterns: models write braces, .gitignore knows none."""
    match = re.fullmatch(r"([^{}]*)\{([^{}]+)\}([^{}]*)", glob)
    return [match[1] + part + match[3] for part in match[2].split(",")[:20]] if match else [glob]
