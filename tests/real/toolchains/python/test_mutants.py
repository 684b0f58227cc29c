"""Test mutants are run for real: each altered test must come out as it is due, in every form that a test has."""

import random

import pytest

from aurora.domain import runs
from aurora.toolchains.mutation import Mutation
from aurora.toolchains.python.mutants import mutant
from aurora.toolchains.runs.ids import function_of
from tests.support.projects import outcome_of

FORMS = '''
import asyncio
import contextlib
import unittest
import pytest

@pytest.fixture
def three():
    return 3

def test_plain():
    """What it says."""
    assert 1 + 1 == 2

def test_one_line(): assert len("a") == 1

@pytest.mark.parametrize("n", [1, 2])
def test_many(n, three):
    assert n + three == n + 3

def test_returns():
    if len("a") == 1:
        return
    assert len("a") == 2

def test_raises():
    with pytest.raises(AssertionError):
        assert len("a") == 2

def test_leaves_early():
    with pytest.raises(ZeroDivisionError):
        1 / 0
        assert len("a") == 3

def test_only_text():
    """Nothing but this."""

@pytest.mark.asyncio
async def test_async(three):
    await asyncio.sleep(0)
    assert three == 3

class TestClass:
    word = "a"

    def test_method(self):
        assert self.word == "a"

    class TestInner:
        def test_deep(self):
            with contextlib.nullcontext() as got:
                assert got is None
                assert repr(got) == "None"

class Case(unittest.TestCase):
    def test_case(self):
        self.assertEqual(len("abc"), 3)

    def test_sub(self):
        for n in range(2):
            with self.subTest(n=n):
                self.assertEqual(n, n)

class AsyncCase(unittest.IsolatedAsyncioTestCase):
    async def test_async_case(self):
        self.assertEqual(await asyncio.sleep(0, 3), 3)

if True:
    def test_under_a_condition():
        assert {"a": len("b")} == {"a": 1}

def helper():
    assert True
'''
NAMES = {
    "test_plain", "test_one_line", "test_many", "test_returns", "test_raises", "test_leaves_early", "test_only_text",
    "test_async", "test_method", "test_deep", "test_case", "test_sub", "test_async_case", "test_under_a_condition",
}  # fmt: skip
COMPARING = {
    "test_plain", "test_one_line", "test_async", "test_method", "test_deep", "test_case", "test_async_case",
    "test_under_a_condition",
}  # fmt: skip
"""Those with a literal that must be reached; `n + 3` is none."""


@pytest.mark.parametrize("mutation", Mutation)
async def test_every_form_of_a_test_comes_out_as_is_due(tmp_path, mutation):
    made = mutant(FORMS, NAMES, mutation, random.Random(7))
    altered = {qualified.rpartition("::")[2] for qualified in made.altered}
    assert altered == (COMPARING if mutation is Mutation.EXPECTED else NAMES)
    assert {"test_plain", "TestClass::TestInner::test_deep", "Case::test_case"} <= made.altered
    run = await outcome_of(tmp_path, {"tests/test_it.py": made.text, "requirements.txt": "pytest-asyncio"})
    assert run.valid, run.why_invalid
    due = {runs.TestOutcome.PASSED} if mutation is Mutation.SAME else {runs.TestOutcome.FAILED}
    outcomes: dict[str, set[runs.TestOutcome]] = {}
    for case in run.cases:
        outcomes.setdefault(function_of(case.test_id).rpartition("::")[2], set()).add(case.outcome)
    assert set(outcomes) == NAMES
    for name, seen in outcomes.items():
        assert seen == (due if name in altered else {runs.TestOutcome.PASSED}), name
