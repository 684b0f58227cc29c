"""Test mutants of Python's tests: what is altered, and what stays as it was."""

import ast
import asyncio
import inspect
import random
import unittest

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
    made = mutant(text, {"test_it"}, Mutation.FIRST, random.Random(0))
    assert ast.unparse(ast.parse(made.text).body[0]) == ast.unparse(ast.parse(text))
    assert made.altered == set(), "what is wrapped at the end may be another test"


def test_one_name_in_two_classes_is_two_tests():
    text = "class A:\n    def test_it(self): assert f() == 1\nclass B:\n    def test_it(self): assert f()\n"
    assert mutant(text, {"test_it"}, Mutation.EXPECTED, random.Random(0)).altered == {"A::test_it"}
    assert mutant(text, {"test_it"}, Mutation.FIRST, random.Random(0)).altered == {"A::test_it", "B::test_it"}


def test_a_module_that_begins_with_a_byte_order_mark_has_mutants_too():
    made = mutant("\ufeffdef test_it():\n    assert f() == 1\n", {"test_it"}, Mutation.EXPECTED, random.Random(1))
    assert made.altered == {"test_it"}


GENERATED = """
import unittest

class Base:
    def test_sum(self):
        assert 1 + 1 == 2

class Inherits(Base, unittest.TestCase):
    pass

class Elsewhere(Shared):
    pass

class Made(unittest.TestCase):
    pass

def _made(number):
    def test(self):
        self.assertEqual(number, number)
    return test

for number in range(2):
    setattr(Made, f"test_{number}", _made(number))
test_bare = lambda: None
"""


@pytest.mark.parametrize("mutation", [Mutation.FIRST, Mutation.LAST])
def test_inherited_and_generated_tests_fail_where_they_are_made_to(mutation):
    class Shared(unittest.TestCase):
        def test_there(self):
            pass

        async def test_waited_for(self):
            pass

    sure = {"Inherits::test_sum"}
    likely = {"Elsewhere::test_there", "Elsewhere::test_waited_for", "Made::test_0", "Made::test_1", "test_bare"}
    made = mutant(GENERATED, sure | likely, mutation, random.Random(0))
    assert sure <= made.altered
    assert made.likely == likely
    module = {"Shared": Shared}
    exec(made.text, module)
    for name in sure | likely:
        within, _, own = name.rpartition("::")
        called = getattr(module[within](own), own) if within else module[own]
        with pytest.raises(AssertionError):
            asyncio.run(called()) if inspect.iscoroutinefunction(called) else called()
    Shared("test_there").test_there()
