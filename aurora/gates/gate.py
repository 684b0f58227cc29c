"""A gate: one check of what a task changes, in a file of its own."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from aurora.gates.context import DraftContext, FileContext, ProjectContext
from aurora.settings.repository import Strict


class When(StrEnum):
    EDIT = "edit"
    """Before an edit of the model is kept; a problem refuses the edit."""
    NOTE = "note"
    """Beside an edit that is kept: a problem is told in its result, so that no round is lost over it."""
    INTERFACES = "interfaces"
    """A moment of the check: the interfaces import, before any test is written: what the tests can't be judged
    without."""
    ROUND = "round"
    """In each round of the reflexion loop, over all that differs from the base commit."""
    COMMIT = "commit"
    """Commit before the commit, once more over all that differs; a problem refuses the commit."""


@dataclass(frozen=True)
class Problem:
    """The finding of a gate. The runner adds the gate's name, and the path where a file was asked about."""

    message: str
    hint: str = ""
    line: int = 0
    path: str = ""
    advice: bool = False
    """Shown to the model and in the evidence; it blocks nothing."""
    identity: str = ""
    """Equal for the same problem before and after a change; empty: the message and the text of its line. It never
    leaves the process that checks, so it may hold what a message must not, such as a credential."""
    parts: tuple[str, ...] = ()
    """The parts that it is made of, for a `ProjectGate`: of problems that share a part one is told."""


@dataclass(frozen=True, kw_only=True)
class Gate:
    name: str
    """Name as its file is called, as aurora.yaml and findings name it."""
    why: str
    """One sentence for people: what it finds, and why that must not be committed."""
    when: tuple[When, ...]
    languages: tuple[str, ...] = ()
    """Languages of the projects that it is for, by `Toolchain.language`; empty: all."""
    mandatory: bool = False
    """True if aurora.yaml can't turn it off, whatever the worker's policy says."""
    advice: bool = False
    """True if all it finds is advice: its precision or recall on the corpora of docs/measurements is below 0.9."""
    conclusive: bool = False
    """True if nothing further is asked about what it has a problem with."""
    settings: type[Strict] | None = None
    """The settings of aurora.yaml under the gate's name."""


@dataclass(frozen=True, kw_only=True)
class FileGate(Gate):
    """Asked about one changed file at a time, in a child process that can be killed. `check` is a pure function."""

    check: Callable[[FileContext], Iterable[Problem]]
    against_base: bool = True
    """True if problems of the text before the change are told apart: they are listed and do not block. Not for a gate
    that judges the change itself."""
    one_of_a_kind: bool = False
    """True if only the first of several problems with the same message in one file is reported."""
    any_file: bool = False
    """True if it is also asked about what has no text: a link, a removed file, a binary."""


@dataclass(frozen=True, kw_only=True)
class DraftGate(Gate):
    """Asked about the whole draft, in the worker, with a box: for what git or the file system must say. It parses no
    text of the draft; that is a `FileGate`'s."""

    check: Callable[[DraftContext], Awaitable[Iterable[Problem]]]


@dataclass(frozen=True, kw_only=True)
class ProjectGate(Gate):
    """Asked once about all that the draft changes, in a child process that can be killed, with the text of every source
    file: for what no single file shows. `check` is a pure function.

    It is not asked where no source file changed, and a project that is too large for it gets a note."""

    check: Callable[[ProjectContext], Iterable[Problem]]
    against_base: bool = True
    """True if problems that the project has without the change are told apart, as for a `FileGate`."""
    sources: bool = True
    """True if it reads the files that did not change; without it, it is asked about any change."""
