"""Structured output of the model: the plan of a task, and the reflection on a failed round."""

from aurora.domain.value import Value


class PlannedFile(Value):
    path: str
    purpose: str
    symbols: tuple[str, ...] = ()
    """Functions, classes and routes that this file gains, or whose parameters or types change."""


class PlannedTest(Value):
    path: str
    behaviour: str
    """One sentence a reader could check the test against."""


class Plan(Value):
    """What draft_plan decided. The model fills it in as structured output."""

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

    @property
    def has_interfaces(self) -> bool:
        """Whether something is planned that other code and tests can name and that is not there yet."""
        return not self.files or any(file.symbols for file in self.files)


class CoveredBehaviour(Value):
    """A test of the plan, and what write_tests says of it: the words are the model's, the tests were collected."""

    planned: int
    """Its number in the plan, from 1."""
    path: str
    behaviour: str
    tests: tuple[str, ...] = ()
    """Ids of the tests that check it, as the model gave them."""
    left_out: str = ""
    """Why none does."""


class CoveredBehaviours(Value):
    behaviours: tuple[CoveredBehaviour, ...]
    guards: tuple[str, ...] = ()
    """Ids of tests that are green before the code, because they say what stays as it is."""


class Reflection(Value):
    """What one pass of the reflexion loop learnt (structured output of `reflect`); it feeds the next fix."""

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
