"""Structured output of the model: the plan of a task, and the reflection on a failed round."""

from collections.abc import Iterable
from typing import Any

from pydantic import model_validator

from aurora.domain.value import Short, Value
from aurora.text import fit

TITLE_BYTES = 60
"""Bytes of a part's title, as it is told."""


class PlannedFile(Value):
    path: str
    purpose: str
    symbols: tuple[str, ...] = ()
    """Functions, classes and routes that this file gains, or whose parameters or types change."""


class PlannedTest(Value):
    path: str
    behaviour: str
    """One sentence a reader could check the test against."""


class PartTest(PlannedTest):
    operation: str
    """The contract operation that it is about, as `POST /users`; empty where it is about none."""


class PlannedPart(Value):
    """A piece of a large plan: its interfaces, tests and code are made, and seen red and green, before the next's."""

    title: str
    """The subject, in a few words: `orders`."""
    summary: str
    """One line in the imperative: the subject of its commit, where each part has one."""
    operations: tuple[str, ...]
    files: tuple[PlannedFile, ...]
    tests: tuple[PartTest, ...]


class Plan(Value):
    """The decisions of draft_plan. The model fills it in as structured output."""

    summary: str
    """One line in the imperative: the subject of the commit to come."""
    reasoning: str = ""
    files: tuple[PlannedFile, ...]
    tests: tuple[PlannedTest, ...]
    operations: tuple[str, ...] = ()
    """Contract operations touched, as `POST /users`."""
    dependencies: tuple[str, ...] = ()
    """Packages of the bill of materials that the code will use; a new one is a question, never an edit."""
    risks: tuple[str, ...] = ()
    parts: tuple[PlannedPart, ...] = ()
    """Parts in their order, where the plan is too large for one piece; files, tests and operations are then those of
    the parts, in the same order, and need not be given twice."""

    @model_validator(mode="before")
    @classmethod
    def _with_its_parts(cls, given: Any) -> Any:
        if not isinstance(given, dict) or not isinstance(given.get("parts"), list | tuple):
            return given
        whole = dict(given)
        for name, keys in _KEYS.items():
            own = whole.get(name)
            if isinstance(own, list | tuple | None):
                whole[name] = _joined(own or (), (_of(part, name) for part in given["parts"]), keys)
        return whole

    @property
    def has_interfaces(self) -> bool:
        """True if something is planned that other code and tests can name and that is not there yet."""
        return not self.files or any(file.symbols for file in self.files)

    def of_part(self, number: int) -> "Plan":
        """The work that part `number`, from 1, plans; the whole plan for 0."""
        if not number:
            return self
        part = self.parts[number - 1]
        return self.model_copy(
            update={
                "summary": part.summary,
                "files": part.files,
                "tests": part.tests,
                "operations": part.operations,
                "parts": (),
            }
        )

    @property
    def shape(self) -> "PlanShape":
        return PlanShape(
            operations=len(set(self.operations)),
            parts=tuple(
                PartShape(
                    title=fit(part.title, TITLE_BYTES),
                    operations=len(set(part.operations)),
                    has_tests=bool(part.tests),
                    has_interfaces=self.of_part(number).has_interfaces,
                )
                for number, part in enumerate(self.parts, 1)
            ),
        )


def _of(part: Any, name: str) -> Any:
    return part.get(name) if isinstance(part, dict) else getattr(part, name, None)


_KEYS = {"files": ("path", "symbols"), "tests": ("path", "behaviour"), "operations": ()}


def _joined(own: Iterable[Any], of_parts: Iterable[Any], keys: tuple[str, ...]) -> list[Any]:
    """The values of the whole plan that are in no part, then those of the parts; a plan that was read before is the
    same once more."""

    parts = [one for given in of_parts if isinstance(given, list | tuple) for one in given]
    known = {_key(one, keys) for one in parts}
    return [one for one in own if _key(one, keys) not in known] + parts


def _key(one: Any, names: tuple[str, ...]) -> str:
    """The identity of a row of the plan: equal whether it was read, or is as it was given."""
    found = [_of(one, name) or () for name in names]
    return repr([list(value) if isinstance(value, tuple) else value for value in found] or one)


class PartShape(Value):
    """The facts that the flow must know of a part."""

    title: Short
    operations: int = 0
    has_tests: bool = True
    has_interfaces: bool = True


class PlanShape(Value):
    """The facts that the flow must know of a plan."""

    operations: int = 0
    parts: tuple[PartShape, ...] = ()


class CoveredBehaviour(Value):
    """A test of the plan, and what write_tests says of it: the words are the model's, the tests were collected."""

    planned: int
    """Its number in the plan, from 1."""
    path: str
    behaviour: str
    tests: tuple[str, ...] = ()
    """Ids of the tests that check it, as the model gave them."""
    left_out: str = ""
    """The reason why none does."""


class CoveredBehaviours(Value):
    behaviours: tuple[CoveredBehaviour, ...]
    guards: tuple[str, ...] = ()
    """Ids of tests that are green before the code, because they say what stays as it is."""


class Reflection(Value):
    """The lesson of one pass of the reflexion loop (structured output of `reflect`); it feeds the next fix."""

    evidence: str
    """The observation, quoted: the assertion, the finding, the frame."""
    cause: str
    wrong_assumption: str
    next_change: str
    """The one change to make now, with its file."""
    do_not_repeat: str
    contradiction: str = ""
    """Non-empty when a frozen test contradicts the specification: the clause it contradicts."""
    contradicted_by: str = ""
    """The test id of that test."""
