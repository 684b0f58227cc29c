"""Adding packages to a project: manifest and lock, changed by the project's own manager in a builder.

A builder holds the manifests and no code of the project. What can't be done there is said before anybody is asked.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from aurora.domain.workspace import Toolchain


@dataclass(frozen=True)
class AddingPlan:
    """The way it is done in one project, by the files that its dependencies are read from."""

    manager: str
    folder: str
    """The place where the manager runs, from the repository's root."""
    changes: tuple[str, ...]
    """Manifest and lock, from the repository's root."""
    members: str | None = None
    """A folder whose manifests, at any depth, the manager reads, too: a workspace's; None where it reads no others."""


@dataclass(frozen=True)
class AddingJob:
    """One run in a builder. Paths of `inputs` and `results` lie below the build folder."""

    inputs: Mapping[str, bytes]
    argv: Sequence[str]
    results: tuple[str, ...]


@dataclass(frozen=True)
class PackageAdding:
    """A language's way. Functions raise `Refusal` for what can't be done, with the reason for a person."""

    name_of: Callable[[str], str]
    """The name of a package as somebody writes it with a version: `redis>=5`, `zod@^4`. Raises `Refusal`."""
    plan: Callable[[Toolchain], AddingPlan]
    job: Callable[[Toolchain, AddingPlan, Sequence[str], Mapping[str, str]], AddingJob]
    """Of the packages, and the texts of what the plan changes and of its members' manifests, by path."""
    finish: Callable[[AddingPlan, Sequence[str], Mapping[str, str], Mapping[str, str]], Mapping[str, str]]
    """(plan, packages, texts before, results of the job) -> new texts, by path from the repository's root."""
