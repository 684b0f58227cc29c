"""Suites of unittest: what their runner, its results and its assertions can be made to say."""

from functools import partial

from tests.attacks.forgeries.forgery import Witness, seen

FIND = "import gc\ndef made(name):\n    return next(o for o in gc.get_objects() if type(o).__name__ == name)\n"
WHOLE = (
    FIND
    + """
import os
def value():
    pipe, node = made('Pipe'), 'tests/test_red.py::Red::test_red'
    for when in ('call', 'teardown'):
        pipe.send('result', node=node, when=when, outcome='passed', seconds=0, sub=False)
    pipe.send('sentinel', must='failed', outcome='failed', message='')
    pipe.send('sentinel', must='passed', outcome='passed', message='')
    pipe.send('session', exit=0)
    os._exit(0)
"""
)
RESULT = FIND + "def value():\n    taken = made('Reporter').result_class\n    taken.addFailure = {}\n    return 0\n"
# lies only about classes that a file holds: a sentinel stands in none
TARGETED = """
import sys, unittest
run = unittest.TestCase.run
def lie(self, result=None):
    if type(self).__module__ != 'test_red': return run(self, result)
    result.startTest(self)
    result.addSuccess(self)
    result.stopTest(self)
unittest.TestCase.run = lie
def value(): return 0
"""
EVEN = "class One:\n    def __eq__(self, other): return True\ndef value(): return One()\n"


_seen = partial(seen, toolchain="unittest")


FORGERIES = (
    _seen(Witness.RUN, "end the process well inside a test", victim="import os\ndef value(): os._exit(0)\n"),
    _seen(Witness.MUTANTS, "tell a whole run by the judge's own pipe", victim=WHOLE),
    _seen(Witness.RUN, "take no failures", victim=RESULT.format("lambda *a: None")),
    _seen(Witness.SENTINEL, "take failures for successes", victim=RESULT.format("lambda r, test, err: r.addSuccess(test)")),
    _seen(Witness.SENTINEL, "empty the assertion methods", victim="import unittest\nunittest.TestCase.assertEqual = lambda *a, **k: None\ndef value(): return 0\n"),
    _seen(Witness.MUTANTS, "let tests pass that stand in a certain module", victim=TARGETED),
    _seen(Witness.MUTANTS, "an object that equals everything", victim=EVEN),
    _seen(Witness.RUN, "a module in the place of the judge's own", teller="print('green')\n"),
    _seen(Witness.MISSING_TESTS, "skip the test from within", victim="import unittest\ndef value(): raise unittest.SkipTest('later')\n"),
    _seen(Witness.RESULT, "sys.exit inside a test", victim="import sys\ndef value(): sys.exit(0)\n"),
)  # fmt: skip
