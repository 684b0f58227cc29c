"""The checks of code that a language brings for one source file, or for all of a project: the parts of gates that must
read its syntax."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from aurora.domain.workspace import Workspace
from aurora.ports import Box
from aurora.toolchains.edit import Edit


class Flaw(NamedTuple):
    """Something in a file that a gate finds; the gate adds its name."""

    message: str
    hint: str = ""
    line: int = 0
    identity: str = ""
    """Equal for the same flaw before and after a change, such as the handler's qualified name and the call; empty: the
    message and the text of its line."""
    advice: bool = False
    """Shown, and never in the way: for a rule whose precision or recall is below 0.9."""
    path: str = ""
    """Path of the file, where a whole project or draft is asked about."""
    parts: tuple[str, ...] = ()
    """The parts that it is made of, such as the imports of a cycle: of flaws that share a part the first is told."""


CodeCheck = Callable[[Workspace, Edit], Iterable[Flaw]]
"""A module's own function: it is sent to a child process. It sees the text after the edit only; old flaws are told from
new ones by asking it about the text before. What can't be parsed has no flaws: `syntax` refuses it."""


class Sources(NamedTuple):
    """A whole project, for a check that no single file is enough for."""

    texts: Mapping[str, str]
    """Texts of every source file, of those that `Language.resolved_by` names, and of the contract document's, by
    path."""
    changed: frozenset[str]
    """Paths that differ between the draft and its base."""


ProjectCheck = Callable[[Workspace, Sources], Iterable[Flaw]]
"""As a `CodeCheck`, of a whole project. It is asked of the base as well, with the same `changed`."""


DraftCheck = Callable[[Workspace, Box, Sequence[Edit]], Awaitable[Iterable[Flaw]]]
"""Asked about a whole draft, with a box in which it may run the project's code as tests are run. The edits are all that
differs from the base, with the texts before; it tells old flaws from new ones itself. What the project or a model wrote
it reads in a child."""
