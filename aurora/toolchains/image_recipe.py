"""The contents of the sandbox's images for a language: its tools in the base image, a project's packages on top of
it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from aurora.domain.workspace import Dependencies, ProjectIdentity

DEBIAN = {"3.11": "bookworm", "3.13": "trixie"}
"""Python's versions that the base image may have, with the suite of Debian that each is of; the first is the usual."""
PASSED_ON = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy")
"""This host's variables that installers in a builder get, too."""
LOOPBACK = ("127.", "localhost", "[::1]")
Settings = Callable[[], Mapping[str, bytes]]


def on_this_host(value: str) -> bool:
    """Return whether an address leads to this host's own loopback: a builder has its own."""
    return any(at in value for at in LOOPBACK)


def no_settings() -> Mapping[str, bytes]:
    return {}


def nothing_unmet(_dependencies: Dependencies, _version: str) -> str:
    return ""


def last_error(_said: Sequence[str]) -> str:
    return ""


@dataclass(frozen=True, kw_only=True)
class BaseTools:
    """The tools of a language in every sandbox, whatever the project. Installed as root, with network; programs that
    tests start belong into `/usr/local/bin`."""

    packages: tuple[str, ...] = ()
    """Packages of Debian."""
    script: Path | None = None
    """A shell script of the language's package, run in the build folder."""
    arguments: tuple[str, ...] = ()
    """The arguments of the script: programs to install, each pinned."""
    check: str = "true"
    """A shell command that fails where the tools do not work; run without network, as a user without rights."""


@dataclass(frozen=True, kw_only=True)
class ImageRecipe:
    """The way a project's packages get into its image, without the repository and without running its code."""

    base: BaseTools = field(default_factory=BaseTools)
    made_of: Callable[[Dependencies, ProjectIdentity | None], tuple[object, ...]]
    """The facts that the image depends on: the same values are the same image."""
    inputs: Callable[[Dependencies, ProjectIdentity | None], Mapping[str, bytes]]
    """Files of the build folder, install scripts of the language's package included. Raises `ImageBuildFailed` for what
    can't be installed safely."""
    install: Callable[[Dependencies], Sequence[str]]
    """argv, run as root in the build folder, with network."""
    describe: Callable[[Dependencies], Sequence[str]]
    """argv, run after it in the build folder, that prints one JSON object: `{"versions": {"python": "3.11.2"},
    "distributions": [{"name": "ms", "version": "2.1.3", "modules": ["ms"]}], "notes": []}`. The versions are of
    interpreters, by language."""
    declared: Callable[[Dependencies], tuple[str, ...]]
    """Names of the packages that the project itself declares, sorted."""
    settings: Settings = no_settings
    """Files of the builder's home that say where packages come from, credentials included: removed before the image is
    kept."""
    version: Sequence[str] = ()
    """argv that prints the interpreter's version, asked when an installation failed."""
    unmet: Callable[[Dependencies, str], str] = nothing_unmet
    """Of such a version: one sentence where the project does not take it."""
    error: Callable[[Sequence[str]], str] = last_error
    """The line of a failed installation's output that tells why; empty where the usual marks of an error do."""
