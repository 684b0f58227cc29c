"""The order in which mutants are tried: what is left out by the bound of seconds is what says least."""

from activities.checks.code_mutants import PreparedMutant, in_order
from aurora.domain.mutants import CodeMutant
from aurora.toolchains.code_mutation import Change, Operator


def mutant(path: str, function: str, operator: Operator, must_die: bool = False) -> PreparedMutant:
    reported = CodeMutant(
        path=path, line=1, function=function, operator=operator.value, before="a", after="b", must_die=must_die
    )
    change = Change(group=function, operator=operator, line=1, start=0, end=1, instead="b", added=False, shown="")
    return PreparedMutant(reported, change, 1, 1)


def order(made: list[PreparedMutant]) -> list[tuple[str, Operator]]:
    return [(one.mutant.path, one.change.operator) for one in in_order(made)]


def test_a_bound_of_the_last_file_is_tried_before_the_rest_of_the_first() -> None:
    made = [
        mutant("a.py", "pay", Operator.STATEMENT),
        mutant("a.py", "pay", Operator.RAISE),
        mutant("z.py", "price", Operator.CONSTANT, must_die=True),
        mutant("z.py", "price", Operator.BOUNDARY),
    ]
    assert order(made)[:2] == [("z.py", Operator.CONSTANT), ("z.py", Operator.BOUNDARY)]


def test_functions_take_turns_where_their_mutants_say_as_much() -> None:
    made = [
        mutant("a.py", "pay", Operator.STATEMENT),
        mutant("a.py", "pay", Operator.STATEMENT),
        mutant("z.py", "price", Operator.ARITHMETIC),
        mutant("z.py", "price", Operator.ARITHMETIC),
    ]
    assert [path for path, _ in order(made)] == ["a.py", "z.py", "a.py", "z.py"]
