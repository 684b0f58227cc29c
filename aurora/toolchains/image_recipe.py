"""What the sandbox's images need for a language: its tools in the base image, a project's packages on top of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from aurora.domain.workspace import Dependencies, ProjectIdentity


@dataclass(frozen=True, kw_only=True)
class BaseTools:
    """What every sandbox holds of a language, whatever the project. Installed as root, with network."""

    packages: tuple[str, ...] = ()
    """Packages of Debian, where the image is made of them."""
    script: Path | None = None
    """A shell script, and what it is given: programs to install, each pinned."""
    arguments: tuple[str, ...] = ()
    check: str = "true"
    """A shell command that fails where the tools do not work; run without network, as a user without rights."""


@dataclass(frozen=True, kw_only=True)
class ImageRecipe:
    """How a project's packages get into its image, without the repository and without running its code."""

    base: BaseTools = field(default_factory=BaseTools)
    made_of: Callable[[Dependencies, ProjectIdentity | None], tuple[object, ...]]
    """What decides over the image: the same values are the same image."""
    inputs: Callable[[Dependencies, ProjectIdentity | None], Mapping[str, bytes]]
    """Files of the build folder, install scripts of the language's package included. Raises `ImageBuildFailed` for what
    can't be installed safely."""
    install: Callable[[Dependencies], Sequence[str]]
    """argv, run as root in the build folder."""
    describe: Callable[[Dependencies], Sequence[str]]
    """argv that prints one JSON object: `{"versions": {"python": "3.11.2"}, "distributions": [{"name", "version",
    "modules"}], "notes": []}`."""
    declared: Callable[[Dependencies], tuple[str, ...]]
    """Names of the packages that the project itself declares, sorted."""
