"""Kits of served applications: a project with its document, how it is exercised, and breaches to be seeded into it.

KITS/NAME/service.yaml          what `Kit` says
KITS/NAME/repo/                 a git repository or a plain tree of the project, its document in it
KITS/NAME/breaches/BREACH.patch one for each of `breaches`, as `git apply` takes it
"""

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import Field, model_validator

from aurora.domain.exercise import Breach
from aurora.domain.findings import Finding
from aurora.settings.strict import Strict
from tests.support.git_fixtures import git

NOT_TAKEN = shutil.ignore_patterns(".git", "node_modules", ".venv", "__pycache__")
EXAMPLES, SECONDS = 20, 300


class Seeded(Strict):
    """A breach, and what must be found of it."""

    breach: Breach
    operation: str
    """`GET /users`, or `Query.user`."""
    touched: tuple[str, ...] = ()
    """Operations that the plan of the task names; by default the broken one. Others, for a breach that something shared
    makes in an operation which nobody touched."""

    @property
    def planned(self) -> tuple[str, ...]:
        return self.touched or (self.operation,)

    def among(self, findings: Iterable[Finding]) -> bool:
        return any(self.said_by(finding) for finding in findings)

    def said_by(self, finding: Finding) -> bool:
        head = finding.message.partition("\n")[0]
        names = head.startswith((f"{self.operation} ", f"{self.operation}:"))
        return names and f"({self.breach.value}" in head


class Kit(Strict):
    """service.yaml."""

    name: str
    framework: str
    source: str
    """The repository of the project, as `owner/name`."""
    commit: str
    document: str
    """The owner of the document: `committed`, or what made it at the base."""
    settings: dict[str, Any] = Field(default_factory=dict)
    """`agents.backend` of an aurora.yaml, as its owner would write it; empty: as the project is detected."""
    seeds: tuple[int, ...] = (1, 20_261_201)
    breaches: dict[str, Seeded] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _two_seeds(self) -> "Kit":
        if not self.seeds:
            raise ValueError("a kit names at least one seed")
        return self


def read(folder: Path) -> Kit:
    """Raises `ValueError` for a file that is no kit."""
    return Kit.model_validate(yaml.safe_load((folder / "service.yaml").read_text()), strict=False)


def patch(folder: Path, name: str) -> bytes:
    return (folder / "breaches" / f"{name}.patch").read_bytes()


def repository(folder: Path, kit: Kit, place: Path) -> Path:
    """The kit's project as a repository of one commit, with the settings as its aurora.yaml."""
    shutil.copytree(folder / "repo", place, symlinks=True, ignore=NOT_TAKEN)
    block = _with_bounds(kit.settings)
    (place / "aurora.yaml").write_text(yaml.safe_dump({"agents": {"backend": block}}, sort_keys=False))
    git(place, "init", "-q", "-b", "main")
    git(place, "add", "-A", "-f")
    git(place, "commit", "-q", "-m", f"{kit.source}@{kit.commit}")
    return place


def _with_bounds(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Time for every operation on a busy machine: an operation that the time did not suffice for would be no miss."""
    contract = dict(settings.get("contract") or {})
    contract["exercise"] = {"examples": EXAMPLES, "seconds": SECONDS, **(contract.get("exercise") or {})}
    return {**settings, "contract": contract}
