"""The result of exercising the served application, as the evidence of a commit keeps it."""

from aurora.domain.exercise import ApiKind, Exercised
from aurora.domain.value import Value

LATER = "a later part of the plan makes it"
"""The reason why an operation of a plan in parts is left out: nothing is asked of it yet."""


class ContractExercise(Value):
    """One document, and the run of the application that was held against it."""

    document: str
    """Its path in the repository."""
    kind: ApiKind = ApiKind.OPENAPI
    driver: str = ""
    """Program and version; empty where nothing was exercised."""
    seed: int = 0
    seconds: float = 0.0
    touched: tuple[str, ...] = ()
    """Operations that the task touches: they got more requests than the others."""
    operations: tuple[Exercised, ...] = ()
    """Every operation of the document; one with `left_out` was not exercised, and nothing says that it holds."""
    why_not: str = ""
    """The reason why nothing of it was exercised, or not all."""
    compared: str = ""
    """The way the document that the application serves of itself differs from the committed one, or why nobody
    looked."""

    @property
    def exercised(self) -> tuple[Exercised, ...]:
        return tuple(one for one in self.operations if not one.left_out)

    @property
    def left_out(self) -> tuple[Exercised, ...]:
        """Those of later parts of the plan apart."""
        return tuple(one for one in self.operations if one.left_out and one.left_out != LATER)

    @property
    def later(self) -> tuple[Exercised, ...]:
        """Those that a later part of the plan makes."""
        return tuple(one for one in self.operations if one.left_out == LATER)

    @property
    def refused(self) -> tuple[Exercised, ...]:
        """Touched operations of which every request was refused: what they answer when they work was never seen."""
        return tuple(
            one for one in self.exercised if one.operation in self.touched and one.requests and not one.succeeded
        )

    @property
    def requests(self) -> int:
        return sum(one.requests for one in self.operations)


class ContractExercises(Value):
    """The exercises of every document of the workspace, by one check."""

    commit: str
    exercises: tuple[ContractExercise, ...] = ()
