"""Test mutants of Python's tests: what is altered, and what stays as it was."""

import random

import pytest

from aurora.toolchains.mutation import Mutation
from aurora.toolchains.python.mutants import mutant


@pytest.mark.parametrize(
    "literal", ["1", "-1", "1.5", "'a'", "b'a'", "None", "True", "[1]", "(1, 2)", "{1}", "{}", "{'a': [1]}"]
)
def test_another_value_differs_from_any_literal(literal):
    made = mutant(
        f"def test_it():\n    assert value() == {literal}\n", {"test_it"}, Mutation.EXPECTED, random.Random(1)
    )
    assert made.altered == {"test_it"}
    scope = {"value": lambda: eval(literal)}
    exec(made.text, scope)
    with pytest.raises(AssertionError):
        scope["test_it"]()


def test_chance_decides_what_a_failing_assertion_says():
    texts = {
        mutant("def test_it(): pass", {"test_it"}, Mutation.FIRST, random.Random(seed)).text for seed in range(200)
    }
    assert len(texts) > 150
    for text in texts:
        scope = {}
        exec(text, scope)
        with pytest.raises(AssertionError):
            scope["test_it"]()


def test_what_is_no_test_stays_as_it_was():
    text = "def helper():\n    def test_it():\n        assert 1 == 1\n    return test_it\n"
    assert mutant(text, {"test_it"}, Mutation.FIRST, random.Random(0)).text == text


def test_one_name_in_two_classes_is_two_tests():
    text = "class A:\n    def test_it(self): assert f() == 1\nclass B:\n    def test_it(self): assert f()\n"
    assert mutant(text, {"test_it"}, Mutation.EXPECTED, random.Random(0)).altered == {"A::test_it"}
    assert mutant(text, {"test_it"}, Mutation.FIRST, random.Random(0)).altered == {"A::test_it", "B::test_it"}


def test_a_module_that_begins_with_a_byte_order_mark_has_mutants_too():
    made = mutant("\ufeffdef test_it():\n    assert f() == 1\n", {"test_it"}, Mutation.EXPECTED, random.Random(1))
    assert made.altered == {"test_it"}
