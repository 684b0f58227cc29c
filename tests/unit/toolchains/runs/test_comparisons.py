"""Test mutants of every kind of comparison: honest tests fail when it is altered, objects that lie in it do not."""

import asyncio
import random
import types
import unittest
import warnings

import pytest

from aurora.toolchains.mutation import Mutation
from aurora.toolchains.node import mutants as node_mutants
from aurora.toolchains.python.mutants import mutant

KINDS = 8
HEAD = """
import contextlib, math, re, unittest
from unittest import mock
import pytest
LIMIT, EXPECTED = 5, [1, 2]
class Case(unittest.TestCase):
    def runTest(self): pass
case = Case()
class Wrong(Exception): pass
def raising(): raise Wrong("it is wrong")
"""
HONEST = {
    "assert n != 4": 3, "assert n < 5": 3, "assert n <= 3": 3, "assert n > LIMIT": 9, "assert n >= 9": 9,
    "assert LIMIT > n": 3, "assert 2 < n": 3, "assert 0 < n < 5": 3, "assert n == EXPECTED": [1, 2],
    "assert EXPECTED == n": [1, 2], "assert n is None": None, "assert n is not None": 1, "assert 'a' in n": {"a": 1},
    "assert 'a' in n  # text": "abc", "assert n in (1, 2)": 1, "assert 'x' not in n": {"a": 1},
    "assert 'x' not in n  # text": "abc", "assert 7 not in n": [1, 2], "assert n not in (1, 2)": 3, "assert n": [1],
    "assert not n": [], "assert isinstance(n, list)": [1], "assert isinstance(n, (int, str))": 1,
    "assert all(x > 0 for x in n)": [1, 2], "assert all(x == 1 for x in n)": [1, 1],
    "assert any(x == 2 for x in n)": [1, 2],
    "assert all(x > 0 for x in n)  # none": [], "assert all(n)": [1, 1], "assert n == pytest.approx(LIMIT)": 5.0,
    "assert n == 3 and n < 5": 3, "assert n and n['a'] == 1": {"a": 1}, "assert not n or n == 1": 1,
    "assert math.isnan(n)": float("nan"), "assert n > 1": float("inf"), "assert n == mock.ANY": 3,
    "assert n < 3.5": -1e300,
    "case.assertTrue(n)": 1, "case.assertFalse(n)": 0, "case.assertIsNone(n)": None, "case.assertIn('a', n)": ["a"],
    "case.assertNotIn('b', n)": ["a"], "case.assertGreater(n, 2)": 3, "case.assertLessEqual(2, n)": 3,
    "case.assertIsInstance(n, int)": 3, "case.assertNotEqual(n, 4)": 3, "case.assertEqual(n, EXPECTED)": [1, 2],
    "case.assertAlmostEqual(n, 1.0)": 1.0, "case.assertRegex(n, 'b')": "abc", "case.assertIs(n, None)": None,
    "case.assertRaises(Wrong, raising)": 0, "assert re.search('b', n)": "abc", "assert (n or 1) != n": None,
    "with pytest.raises(Wrong, match='wrong'):\n        raising()": 0,
    "with pytest.raises(Exception):\n        raising()": 0,
    "with case.assertRaises(Wrong) as seen:\n        raising()\n    assert 'wrong' in str(seen.exception)": 0,
    "n.assert_called_with(3)": None,
}  # fmt: skip


def outcome(text, value):
    """Return whether the test passes."""
    module = types.ModuleType("test_it")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(compile(text, "test_it.py", "exec"), module.__dict__)
        try:
            module.test_it(value)
        except BaseException as error:  # a mutant may raise one
            if isinstance(error, KeyboardInterrupt | SystemExit):
                raise
            return False
    return True


def mutants(text):
    for nth in range(KINDS):
        for seed in range(6):
            made = mutant(text, {"test_it"}, Mutation.EXPECTED, random.Random(seed), nth)
            if made.altered:
                yield made.text


@pytest.mark.parametrize("statement", HONEST)
def test_an_honest_test_fails_whichever_comparison_is_altered(statement):
    value = HONEST[statement]
    if "assert_called_with" in statement:
        value = unittest.mock.Mock()
        value(3)
    text = f"{HEAD}\ndef test_it(n):\n    {statement}\n"
    assert outcome(text, value)
    made = list(mutants(text))
    assert made or "ANY" in statement or " or n" in statement
    assert [mutant for mutant in made if outcome(mutant, value)] == []


class Liar:
    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return True

    def __lt__(self, other):
        return True

    __le__ = __gt__ = __ge__ = __contains__ = __lt__
    __hash__ = None

    def __iter__(self):
        return iter([1])


class Without(Liar):
    def __contains__(self, other):
        return False


class Everything(type):
    def __instancecheck__(cls, other):
        return True

    def __subclasscheck__(cls, other):
        return True


class Kind(Exception, metaclass=Everything):
    pass


@pytest.mark.parametrize(
    ("statement", "value"),
    [
        *(
            (f"assert {said}", Liar())
            for said in (
                "n != 4", "n < 5", "n <= 5", "n > 5", "n >= LIMIT", "5 < n", "n == EXPECTED", "EXPECTED == n",
                "'a' in n", "0 < n < 5", "n == 1 and n < 5", "n is not None and n != 3", "all(x != 3 for x in [n])",
                "any(x == 3 for x in [n])", "all(x > 3 for x in [n])", "n in [1, 2]", "n == pytest.approx(LIMIT)",
            )
        ),
        ("assert 'a' not in n", Without()),
        ("assert isinstance(3, n)", Kind),
        ("case.assertIsInstance(3, n)", Kind),
        ("case.assertNotEqual(n, 3)", Liar()),
        ("case.assertLess(n, 3)", Liar()),
        ("case.assertGreaterEqual(n, LIMIT)", Liar()),
        ("case.assertIn('a', n)", Liar()),
        ("case.assertNotIn('a', n)", Without()),
        ("case.assertEqual(n, EXPECTED)", Liar()),
        ("with pytest.raises(n):\n        raising()", Kind),
        ("with case.assertRaises(n):\n        raising()", Kind),
    ],
)  # fmt: skip
def test_an_object_that_lies_in_a_comparison_passes_a_mutant_that_must_fail(statement, value):
    text = f"{HEAD}\ndef test_it(n):\n    {statement}\n"
    assert outcome(text, value)
    assert any(outcome(mutant, value) for mutant in mutants(text))


def test_a_comparison_in_an_async_test_is_altered_in_place():
    text = "async def test_it():\n    assert await value() != 3\n    assert 'x' not in await found()\n"
    for nth in (1, 2):
        made = mutant(text, {"test_it"}, Mutation.EXPECTED, random.Random(1), nth)
        assert made.altered == {"test_it"}
        scope = {"value": lambda: asyncio.sleep(0, 4), "found": lambda: asyncio.sleep(0, ["a"])}
        exec(made.text, scope)
        with pytest.raises(AssertionError):
            asyncio.run(scope["test_it"]())


NODE = {
    "expect(f()).toBeGreaterThan(3)": "expect(f()).toBeGreaterThan(Infinity)",
    "expect(f()).to.be.below(3)": "expect(f()).to.be.below(-Infinity)",
    "expect(f()).not.toBe(3)": "expect(f()).toBe(3)",
    "expect(f()).to.not.equal(3)": "expect(f()).to.equal(3)",
    "expect(f()).toBeTruthy()": "expect(f()).not.toBeTruthy()",
    "expect(f()).to.be.true": "expect(f()).to.be.not.true",
    "expect(f()).toBeInstanceOf(A)": "expect(Object.create(null)).toBeInstanceOf(A)",
    "expect(f()).toMatch(/a/)": "expect(f()).toMatch(/(?!)/)",
    "expect(f).toThrow()": "expect(f).not.toThrow()",
    "await expect(f()).rejects.toThrow(Wrong)": "await expect(f()).rejects.not.toThrow(Wrong)",
    "assert.ok(f())": "assert.ok(!(f()))",
    "assert(f())": "assert(!(f()))",
    "assert.notEqual(f(), 3)": "assert.equal(f(), 3)",
    "assert.throws(f)": "assert.doesNotThrow(f)",
    "await assert.rejects(f())": "await assert.doesNotReject(f())",
    "assert.match(f(), /a/)": "assert.match(f(), /(?!)/)",
}


@pytest.mark.parametrize("statement", NODE)
def test_a_comparison_of_nodes_runners_is_altered(statement):
    text = f'test("it", async () => {{ {statement}; }});\n'
    made = node_mutants.mutant(text, {"it"}, Mutation.EXPECTED, random.Random(1), 1)
    assert made.text == text.replace(statement, NODE[statement])
    assert made.altered == {"it"}


@pytest.mark.parametrize(
    "statement",
    [
        "expect(f()).toContain('a')", "expect(f()).toHaveLength(3)", "expect(f()).toEqual(EXPECTED)",
        "expect(f()).to.include('a')", "expect(f() > 3).toBe(true)", "assert.ok(f() < 3)", "assert.ok(f() == 3)",
        "assert.equal(f(), EXPECTED)", "expect(f() instanceof A).toBe(true)", "assert(f() !== 3)",
    ],
)  # fmt: skip
@pytest.mark.parametrize("seed", range(5))
def test_what_is_expected_of_nodes_runners_is_another_and_parses(statement, seed):
    text = f'test("it", () => {{ {statement}; }});\n'
    made = node_mutants.mutant(text, {"it"}, Mutation.EXPECTED, random.Random(seed), 1)
    assert made.altered == {"it"} and made.text != text
    again = node_mutants.mutant(made.text, {"it"}, Mutation.SAME, random.Random(seed))
    assert again.altered == {"it"}


@pytest.mark.parametrize(
    "statement", ["expect(3).toBe(3)", "f(3)", "if (f()) expect(f()).toBeTruthy()", "expect.assertions(3)"]
)
def test_what_need_not_be_reached_or_compares_nothing_is_left_alone(statement):
    text = f'test("it", () => {{ {statement}; }});\n'
    assert not node_mutants.mutant(text, {"it"}, Mutation.EXPECTED, random.Random(1), 1).altered
