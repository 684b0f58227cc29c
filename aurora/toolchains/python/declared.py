"""The declarations of one manifest, in one shape whatever wrote it; several are laid over one another, the first one
wins."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from pydantic import Field

from aurora.domain.value import Value

UNREADABLE = (ValueError, TypeError, AttributeError, LookupError, RecursionError, MemoryError)
"""The errors that a text of any shape may raise in the libraries that read it: numbers of 6,000 digits, endless
nesting, a table where a list is due."""


class Declared(Value):
    name: str = ""
    version: str = ""
    """Empty when it is dynamic and `version_from` could not be read without running code."""
    version_from: str = ""
    """The place where a dynamic version stands: `attr:package.__version__` or `file:VERSION`."""
    requires_python: str | None = None
    runtime: tuple[str, ...] | None = None
    """PEP 508 lines; none when this manifest does not say."""
    optional: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Extras and groups by normalised name."""
    extras: tuple[str, ...] = ()
    """Names of those that are extras."""
    entry_points: dict[str, dict[str, str]] = Field(default_factory=dict)
    import_roots: tuple[str, ...] = ()
    """Relative to the manifest's folder."""
    mapped: dict[str, str] = Field(default_factory=dict)
    """Package -> its folder where that has another name, relative to the manifest's."""
    constraints: tuple[str, ...] = ()
    default_groups: tuple[str, ...] = ()
    """Groups that the project's own tool installs unasked."""
    generated: dict[str, str] = Field(default_factory=dict)
    """Files that the build writes with the version in them, relative to the manifest's folder -> their template, empty
    for the tool's own."""
    test_env: dict[str, str] = Field(default_factory=dict)
    """Variables that its test environment sets."""
    notes: tuple[str, ...] = ()

    def over(self, other: "Declared") -> "Declared":
        """This one's facts, with the other's where this one has none; groups and notes of both."""
        return Declared(
            name=self.name or other.name,
            version=self.version or other.version,
            version_from=self.version_from or other.version_from,
            requires_python=self.requires_python or other.requires_python,
            runtime=other.runtime if self.runtime is None else self.runtime,
            optional={**other.optional, **self.optional},
            extras=tuple(dict.fromkeys(self.extras + other.extras)),
            entry_points={**other.entry_points, **self.entry_points},
            import_roots=tuple(dict.fromkeys(self.import_roots + other.import_roots)),
            mapped={**other.mapped, **self.mapped},
            constraints=self.constraints or other.constraints,
            default_groups=tuple(dict.fromkeys(self.default_groups + other.default_groups)),
            generated={**other.generated, **self.generated},
            test_env={**other.test_env, **self.test_env},
            notes=self.notes + other.notes,
        )


def attempted(read: Callable[[], Declared], where: str) -> Declared:
    """The result of `read`; of a text that it breaks at, a note."""
    try:
        return read()
    except UNREADABLE as error:
        return Declared(notes=(f"{where} can't be read ({type(error).__name__}): ignored",))


def lines(value: Any) -> tuple[str, ...]:
    """Requirement strings of a TOML array; anything that is no string is left out."""
    return (
        tuple(v.strip() for v in value if isinstance(v, str) and v.strip()) if isinstance(value, list | tuple) else ()
    )


def installable(requirements: Iterable[str], where: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(lines that an index can serve, notes on those left out): no URL, path or version control is reachable."""
    kept: list[str] = []
    notes: list[str] = []
    for text in requirements:
        if re.match(r"(-e\b|--editable\b|\.{0,2}/|\.$|file:|git\+|hg\+|svn\+|bzr\+|https?:)", text):
            notes.append(f"{where}: {text!r} is not from the package index and is left out")
            continue
        try:
            requirement = Requirement(text)
        except (InvalidRequirement, RecursionError):
            notes.append(f"{where}: {text!r} is not a requirement (PEP 508) and is left out")
            continue
        if requirement.url:
            notes.append(f"{where}: {text!r} is not from the package index and is left out")
            continue
        kept.append(str(requirement))
    return tuple(dict.fromkeys(kept)), tuple(notes)


def normalised(name: str) -> str:
    """PEP 503, as a plain string."""
    return str(canonicalize_name(name))


def name_of(requirement: str) -> str:
    """The normalised name (PEP 503) of a PEP 508 line; empty when it has none."""
    found = re.match(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)", requirement)
    return normalised(found.group(1)) if found else ""
