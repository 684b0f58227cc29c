"""The input of a gate: the changed files before and after, and what is known of task, project and draft."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from aurora.domain.contradiction import Contradiction
from aurora.domain.frozen_tests import FrozenTests
from aurora.domain.plan import Plan
from aurora.domain.workspace import Workspace
from aurora.encodings import UNKNOWN, encoding_of
from aurora.ports import Box
from aurora.settings.repository import Strict
from aurora.toolchains import project_tests
from aurora.tools import file_names
from aurora.tools.grants import Grants
from aurora.tools.path_policy import PathPolicy

if TYPE_CHECKING:
    from aurora.toolchains.edit import Edit
    from aurora.toolchains.language import Language

REGULAR, EXECUTABLE, LINK, SUBMODULE, NOTHING = "100644", "100755", "120000", "160000", "000000"
"""Modes, as git has them; the last where there is nothing."""
NOT_UTF8 = "\N{REPLACEMENT CHARACTER}"
S = TypeVar("S", bound=Strict)


@dataclass(frozen=True)
class ChangedFile:
    """One path that differs, from the base commit or by an edit."""

    path: str
    before_mode: str = NOTHING
    mode: str = REGULAR
    content: bytes | None = None
    """None when it is no regular file, or too large to be read."""
    before: str | None = None
    """The text before; None when there was none."""
    edited: str | None = None
    """The text that an edit would write, which may be no text that a file can hold."""

    @classmethod
    def of_edit(cls, path: str, before: str | None, after: str) -> "ChangedFile":
        return cls(path, NOTHING if before is None else REGULAR, REGULAR, before=before, edited=after)

    @cached_property
    def text(self) -> str | None:
        """None for what has none; a file that was not UTF-8 before is read as far as it is, or as it declares."""
        if self.edited is not None:
            return self.edited
        if self.content is None:
            return None
        try:
            return self.content.decode("utf-8")
        except UnicodeDecodeError:
            if self.before is None:
                return None
            if NOT_UTF8 in self.before:
                return self.content.decode("utf-8", "replace")
            found = encoding_of(self.path, self.content)
            return found.decode(self.content) if found is not None and found.name != UNKNOWN else None

    @property
    def is_new(self) -> bool:
        return self.before_mode == NOTHING

    def at_base(self) -> "ChangedFile | None":
        """The file as it was before the change, as if it had been written just so; None where there was no text."""
        if self.before is None:
            return None
        return ChangedFile(self.path, self.before_mode, self.before_mode, edited=self.before)


@dataclass(frozen=True)
class DraftFacts:
    """Facts that all gates may know beside the changed files. It travels to a child process, so it holds values
    only."""

    workspace: Workspace
    """Workspace without its baseline."""
    language: "Language"
    """The project's language: syntax, undeclared packages, stubs, one test in its file."""
    paths: frozenset[str]
    """Every file of the draft."""
    configuration: Mapping[str, str] = field(default_factory=dict)
    """Texts of the files that `Language.configuration` names, and of the contract, by path."""
    plan: Plan | None = None
    frozen: FrozenTests | None = None
    thawed: Contradiction | None = None
    """The test that is being rewritten: nothing else of its file may change."""
    grants: Grants = field(default_factory=Grants)
    """Requests of the task for protected files."""
    code: PathPolicy | None = None
    """Code of the steps that write code; None at an edit, where the step's own policy was asked already."""
    tests: PathPolicy | None = None
    """Tests of the steps that write tests, before any test is frozen."""
    coming: frozenset[str] = frozenset()
    """At an edit: files that the plan names, or another call of the same reply writes. They may be imported."""

    def of_draft(
        self, plan: Plan | None, frozen: FrozenTests | None, grants: Grants, code: PathPolicy, tests: PathPolicy
    ) -> "DraftFacts":
        """The facts of a whole draft, which an edit does not have."""
        return replace(self, plan=plan, frozen=frozen, grants=grants, code=code, tests=tests)

    @cached_property
    def spellings(self) -> file_names.Spellings:
        return file_names.spellings(self.paths)

    @cached_property
    def files(self) -> tuple[str, ...]:
        """The files with those that are coming."""
        return tuple(self.paths | self.coming)

    def is_test(self, path: str) -> bool:
        return project_tests.is_test(self.workspace.toolchain, path)

    def is_source(self, path: str) -> bool:
        return self.language.tools(self.workspace).is_source(path)


@dataclass(frozen=True)
class FileContext:
    """One changed file, for a `FileGate`."""

    file: ChangedFile
    draft: DraftFacts
    values: Mapping[str, Any] = field(default_factory=dict)
    """Settings of this gate in aurora.yaml; read it by `tuned`."""

    @property
    def path(self) -> str:
        return self.file.path

    @property
    def text(self) -> str:
        """Empty for what has no text."""
        return self.file.text or ""

    @property
    def before(self) -> str | None:
        """The text before the change; None for a new file. The runner tells old problems from new by itself."""
        return self.file.before

    @property
    def is_test(self) -> bool:
        return self.draft.is_test(self.path)

    @property
    def is_source(self) -> bool:
        """True if it is code in the project's language."""
        return self.draft.is_source(self.path)

    def tuned(self, settings: type[S]) -> S:
        """The gate's settings: its defaults, and what aurora.yaml says instead."""
        return settings.model_validate(dict(self.values))

    def edit(self) -> "Edit":
        """The file as the services of a language take it."""
        from aurora.toolchains.edit import Edit  # slow to load: a client lists gates without it

        # without the text before: the runner asks about that by itself
        return Edit(self.path, None, self.text, self.draft.files, self.draft.configuration)

    def at_base(self) -> "FileContext | None":
        before = self.file.at_base()
        return None if before is None else replace(self, file=before)


@dataclass(frozen=True)
class DraftContext:
    """The whole draft, for a `DraftGate`."""

    files: Sequence[ChangedFile]
    """Everything that differs, sorted by path; at an edit the one file."""
    facts: DraftFacts
    box: Box

    @property
    def changed(self) -> Collection[str]:
        return [file.path for file in self.files]

    async def diff(self) -> str:
        """Unified, from the base commit to the draft."""
        return await self.box.diff()


@dataclass(frozen=True)
class ProjectContext:
    """All changed files, and the text of every source file of the project, for a `ProjectGate`."""

    files: Sequence[ChangedFile]
    """Everything that differs from the base, sorted by path."""
    texts: Mapping[str, str]
    """Texts of the draft's source files, of those that say how imports are resolved (`Language.resolved_by`), and of
    the contract document's, by path."""
    draft: DraftFacts
    values: Mapping[str, Any] = field(default_factory=dict)
    """Settings of this gate in aurora.yaml; read it by `tuned`."""

    @cached_property
    def changed(self) -> frozenset[str]:
        return frozenset(file.path for file in self.files)

    def tuned(self, settings: type[S]) -> S:
        """The gate's settings: its defaults, and what aurora.yaml says instead."""
        return settings.model_validate(dict(self.values))

    def at_base(self) -> "ProjectContext":
        """The project without the change: texts of changed files put back, new ones left out."""
        texts = {path: text for path, text in self.texts.items() if path not in self.changed}
        texts |= {file.path: file.before for file in self.files if file.before is not None}
        new = {file.path for file in self.files if file.is_new}
        gone = {file.path for file in self.files if file.mode == NOTHING}
        facts = replace(self.draft, paths=(self.draft.paths - new) | gone)
        return replace(self, texts=texts, draft=facts)
