"""The result of an exercise: an operation that was only ever refused is told from one that worked."""

from aurora.domain.exercise import Exercised
from aurora.domain.exercise_evidence import ContractExercise


def test_a_touched_operation_of_which_every_request_was_refused_is_told():
    names = ("addUser", "getUser", "untouched", "unsent", "left")
    reported = ContractExercise(
        document="schema.graphql",
        touched=("addUser", "getUser", "unsent", "left"),
        operations=tuple(
            Exercised(operation=name, requests=requests, succeeded=succeeded, left_out=why)
            for name, requests, succeeded, why in zip(
                names, (20, 20, 1, 0, 1), (0, 3, 0, 0, 0), ("", "", "", "", "it needs a log-in"), strict=True
            )
        ),
    )
    assert [one.operation for one in reported.refused] == ["addUser"]
