"""The red test runs, and something else is reported of it: hooks, patches, assertions that assert nothing."""

from tests.attacks.forgeries.forgery import Witness, seen, unseen

ALL = "django vitest node"
HOOK = "import pytest\n@pytest.hookimpl(hookwrapper=True)\ndef pytest_runtest_makereport():\n    r = (yield).get_result()\n    r.outcome = 'passed'\n"
LOG = "import pytest\n@pytest.hookimpl(tryfirst=True)\ndef pytest_runtest_logreport(report): report.outcome, report.longrepr = 'passed', None\n"
UNITTEST = "import unittest\nimport victim\n\nclass Red(unittest.TestCase):\n    def test_red(self):\n        self.assertEqual(victim.value(), 1)\n"
STEPS = "import victim\n\ndef test_red():\n    x = victim.value()\n    assert x == 1\n    done = True\n"
TRUTH = "import victim\n\ndef test_red():\n    assert victim.is_right()\n"
EVEN = "class One:\n    def __eq__(self, other): return True\n    def __hash__(self): return 1\n"
# lies about a failure only where its text is the one that is known
KEYED = """
import pytest
@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(call):
    r = (yield).get_result()
    if r.failed and {words!r} in call.excinfo.exconly(): r.outcome, r.longrepr = 'passed', None
"""
AWARE = """
import hashlib, pytest
known = hashlib.sha256({red!r}.encode()).digest()
there = hashlib.sha256(open('tests/test_red.py', 'rb').read()).digest()
@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    r = (yield).get_result()
    if known == there and item.nodeid == 'tests/test_red.py::test_red': r.outcome, r.longrepr = 'passed', None
"""
RED = "def test_red():\n    import victim\n    assert victim.value() == 1\n"
EXPECTED = """
import inspect, re
def value():
    line = inspect.getframeinfo(inspect.currentframe().f_back).code_context[0]
    return int(re.search(r'== (\\d+)', line)[1])
"""
JUMP = """
import sys
def jump(frame, event, _):
    if event == 'line':
        try: frame.f_lineno = frame.f_lineno + 1
        except ValueError: pass
        return None
    return jump
def value():
    sys.settrace(lambda *a: None)
    sys._getframe(1).f_trace = jump
    return 0
"""
LIED = "import victim\n\nLIMIT = 5\n\ndef test_red():\n    {}\n"
LIAR = """
import inspect
class Liar:
    def __eq__(self, other): return True
    __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __contains__ = __eq__
class Without:
    def __contains__(self, other): return False
    def __iter__(self): return iter('abc')
class Asked:
    def __bool__(self): return 'not' not in inspect.getframeinfo(inspect.currentframe().f_back).code_context[0]
class All(type):
    def __instancecheck__(cls, other): return True
    def __subclasscheck__(cls, other): return True
class Kind(Exception, metaclass=All): pass
"""

FORGERIES = (
    seen(Witness.SENTINEL, "a lying hook on reports", conftest=HOOK),
    seen(Witness.SENTINEL, "a lying hook, loaded by pytest.ini", ini="[pytest]\naddopts = -p evil\n", evil=HOOK),
    seen(Witness.SENTINEL, "a lying hook, loaded by setup.cfg", setup_cfg="[tool:pytest]\naddopts = -p evil\n", evil=HOOK),
    seen(Witness.SENTINEL, "a lying hook, loaded by pyproject.toml", pyproject="[tool.pytest.ini_options]\naddopts = '-p evil'\n", evil=HOOK),
    seen(Witness.RESULT, "a lying hook, loaded by PYTEST_PLUGINS in a sitecustomize.py", site="import os\nos.environ['PYTEST_PLUGINS'] = 'evil'\n", evil=HOOK),
    seen(Witness.RESULT, "a lying hook, loaded by an entry point in the tree",
         entry_points="[pytest11]\nevil = evil\n", metadata="Metadata-Version: 2.1\nName: evil\nVersion: 1.0\n", evil=HOOK),
    seen(Witness.RESULT, "a lying hook, named in a .pth file of the tree", also="django", pth="import evil\n", evil=HOOK),
    seen(Witness.SENTINEL, "a lying hook, registered by the code under test",
         red="import victim\n\ndef test_red():\n    assert victim.value() == 1\n",
         victim="import gc, sys, types\nfrom _pytest.config import PytestPluginManager\nevil = types.ModuleType('evil')\n"
         f"exec({HOOK!r}, evil.__dict__)\nfor m in gc.get_objects():\n    if isinstance(m, PytestPluginManager): m.register(evil)\ndef value(): return 0\n"),
    seen(Witness.RUN, "a lying hook on the log of reports", conftest=LOG),
    seen(Witness.MUTANTS, "a lying hook on the log of reports, and the count of failures turned",
         conftest=LOG + "def pytest_runtestloop(session): type(session).testsfailed = property(lambda self: 0, lambda self, value: None)\n"),
    seen(Witness.SENTINEL, "swallow a test's exception", conftest="import pytest\n@pytest.hookimpl(tryfirst=True)\ndef pytest_pyfunc_call(pyfuncitem): return True\n"),
    seen(Witness.SENTINEL, "swallow it around the call",
         conftest="import pytest\n@pytest.hookimpl(hookwrapper=True)\ndef pytest_runtest_call():\n    (yield).force_result(None)\n"),
    seen(Witness.SENTINEL, "patch pytest's own test function", also="django vitest node", conftest="import _pytest.python as p\np.Function.runtest = lambda self: None\n"),
    seen(Witness.SENTINEL, "patch it from the code under test",
         red="import victim\n\ndef test_red():\n    assert victim.value() == 1\n",
         victim="import _pytest.python as p\np.Function.runtest = lambda self: None\ndef value(): return 0\n"),
    seen(Witness.SENTINEL, "make every report's outcome a constant", also=ALL,
         conftest="from _pytest.reports import TestReport\nTestReport.outcome = property(lambda self: 'passed', lambda self, value: None)\n"),
    seen(Witness.MUTANTS, "report green without running",
         conftest="from _pytest.reports import TestReport\ndef pytest_runtest_protocol(item):\n    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)\n"
         "    for when in ('setup', 'call', 'teardown'):\n        item.ihook.pytest_runtest_logreport(report=TestReport(item.nodeid, item.location, {}, 'passed', None, when))\n    return True\n"),
    seen(Witness.MUTANTS, "rewrite no assertions but remove them",
         conftest="import ast\nimport _pytest.assertion.rewrite as r\nr.AssertionRewriter.visit_Assert = lambda self, node: [ast.copy_location(ast.Pass(), node)]\n"),
    seen(Witness.MISSING_TESTS, "make AssertionError a skip", also="django",
         red="import victim\n\ndef test_red():\n    assert victim.value() == 1\n",
         victim="import builtins, pytest\nbuiltins.AssertionError = pytest.skip.Exception\ndef value(): return 0\n"),
    seen(Witness.RESULT, "make AssertionError no Exception", also="django",
         red="import victim\n\ndef test_red():\n    assert victim.value() == 1\n",
         victim="import builtins\nclass Quiet(BaseException): pass\nbuiltins.AssertionError = Quiet\ndef value(): return 0\n"),
    seen(Witness.MUTANTS, "empty unittest's assertion methods", also="django", red=UNITTEST, conftest="import unittest\nunittest.TestCase.assertEqual = lambda *a, **k: None\n"),
    seen(Witness.MUTANTS, "empty unittest's run", also="django", red=UNITTEST,
         conftest="import unittest\nunittest.TestCase._callTestMethod = lambda self, method: None\n"),
    seen(Witness.MUTANTS, "jump over the assertion by a trace function", also="django", red=STEPS, victim=JUMP),
    seen(Witness.MUTANTS, "read what is expected from the caller's source", also=ALL, red="import victim\n\ndef test_red():\n    assert victim.value() == 1\n", victim=EXPECTED),
    seen(Witness.MUTANTS, "give an object that equals everything", also=ALL, victim=f"{EVEN}def value(): return One()\n"),
    seen(Witness.MUTANTS, "lie where the failing line names the code under test", also=ALL, conftest=KEYED.format(words="victim")),
    seen(Witness.MUTANTS, "lie where the test's file is the one that is known", also=ALL, conftest=AWARE.format(red=RED)),
    seen(Witness.RESULT, "stop the clocks", also=ALL, victim="import time\ntime.time = time.monotonic = time.perf_counter = lambda: 0.0\ndef value(): return 0\n"),
    seen(Witness.RESULT, "fail in a thread only", also=ALL,
         victim="import threading\ndef value():\n    t = threading.Thread(target=lambda: 1 / 0); t.start(); t.join()\n    return 0\n"),
    unseen("lie where the failure's text is the one that is known", "a test mutant's failure reads otherwise, so the hook is honest there; it takes a hook, and only the base commit or code "
           "that reaches into pytest can bring one", also=ALL, conftest=KEYED.format(words="assert 0 == 1\n")),  # a test mutant may expect 1 and more digits
    seen(Witness.MUTANTS, "equal everything, compared with a name", also=ALL,
         red="import victim\n\nEXPECTED = 1\n\ndef test_red():\n    assert victim.value() == EXPECTED\n", victim=f"{EVEN}def value(): return One()\n"),
    seen(Witness.MUTANTS, "lie where the failing line names the code, and nothing is compared", also=ALL,
         red=TRUTH, conftest=KEYED.format(words="victim"), victim="def is_right(): return False\n"),
    *(
        seen(Witness.MUTANTS, f"an object that lies in {what}", also="django", red=LIED.format(said), victim=f"{LIAR}def value(): return {given}\n")
        for what, said, given in (
            ("!=", "assert victim.value() != 0", "Liar()"),
            ("<", "assert victim.value() < 5", "Liar()"),
            (">=, within a chain", "assert 0 <= victim.value() <= 5", "Liar()"),
            ("in", "assert 'a' in victim.value()", "Liar()"),
            ("not in", "assert 'a' not in victim.value()", "Without()"),
            ("all()", "assert all(one > 3 for one in [victim.value()])", "Liar()"),
            ("truth, by its caller's source", "assert not victim.value()", "Asked()"),
            ("isinstance, by its class", "assert isinstance(3, victim.value())", "Kind"),
            ("an exception's class", "import pytest\n    with pytest.raises(victim.value()):\n        raise KeyError", "Kind"),
            ("pytest.approx", "import pytest\n    assert victim.value() == pytest.approx(LIMIT)", "Liar()"),
        )
    ),
    unseen("a fixture that does the code's work", "the tests judge what they are given; whoever writes code can't write below the test folders", also=ALL,
           conftest="import pytest, victim\n@pytest.fixture(autouse=True)\ndef works(monkeypatch): monkeypatch.setattr(victim, 'value', lambda: 1)\n"),
    unseen("behave where pytest is loaded", "no run can tell code that is right from code that is right only while it is watched; a reader of the diff can", also=ALL,
           victim="import sys\ndef value(): return 1 if 'pytest' in sys.modules else 0\n"),
)  # fmt: skip
