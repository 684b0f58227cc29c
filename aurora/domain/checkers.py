"""The request to a checker, a program of another agent, about a draft, and its possible answer. Version 1."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from aurora.domain.plan import CoveredBehaviour, Plan
from aurora.domain.value import Sha, Value

VERSION = 1
MOST_FINDINGS = 200


class TestFile(Value):
    """A test file that the draft adds or changes."""

    __test__ = False  # by its name pytest would take it for a class of tests

    path: str
    text: str


class CheckRequest(Value):
    """The body of the request, under `data`."""

    version: int = VERSION
    task_id: str
    task: str
    """The request, as it was handed in."""
    base: Sha
    commit: Sha
    """Commit of the draft; no repository has it yet."""
    language: str
    plan: Plan
    covered: tuple[CoveredBehaviour, ...] = ()
    """The plan's tests: which ones check each, by the writer's word."""
    diff: str
    """Unified, base to draft."""
    cut: bool = False
    """True if diff or texts are cut."""
    changed: tuple[str, ...]
    tests: tuple[TestFile, ...]
    test_ids: tuple[str, ...]
    """Of the task's own tests."""
    red: tuple[str, ...]
    """Those of them that failed before the code was there; all are green now."""
    gates: tuple[str, ...]
    """Gates that had nothing against the draft."""
    gates_off: tuple[str, ...] = ()


class CheckerFinding(Value):
    path: Annotated[str, StringConstraints(max_length=400)] = ""
    line: int = Field(default=0, ge=0, le=10_000_000)
    message: Annotated[str, StringConstraints(min_length=1, max_length=4_000)]
    hint: Annotated[str, StringConstraints(max_length=1_000)] = ""
    weight: Literal["blocks", "advice"] = "blocks"


class CheckAnswer(Value):
    """The body of the answer."""

    findings: tuple[CheckerFinding, ...] = Field(max_length=MOST_FINDINGS)
