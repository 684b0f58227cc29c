"""The red test does not run, or another one runs in its place."""

from tests.attacks.forgeries.forgery import Witness, seen

ALL = "django vitest node"
MARK = "import pytest\ndef pytest_collection_modifyitems(items):\n    for i in items:\n        if 'red' in i.name: i.add_marker(pytest.mark.{})\n"
PYC = """
import importlib.util, marshal, os, struct, sys
import _pytest.assertion.rewrite as rewrite
sys.pycache_prefix = {prefix!r}
source = os.path.abspath('tests/test_red.py')
from pathlib import Path
folder = rewrite.get_cache_dir(Path(source))
code = compile('def test_red(): pass', source, 'exec')
digest = importlib.util.source_hash(open(source, 'rb').read())
head = importlib.util.MAGIC_NUMBER + struct.pack('<L', 3) + digest
try:
    os.makedirs(folder, exist_ok=True)
    for name in ('test_red' + rewrite.PYC_TAIL, 'test_red.cpython-311.pyc'):
        with open(os.path.join(folder, name), 'wb') as file: file.write(head + marshal.dumps(code))
except OSError: pass
"""
FINDER = """
import importlib.abc, importlib.util, sys
class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path, target=None):
        return importlib.util.spec_from_loader(name, self, origin='tests/test_red.py') if name.endswith('test_red') else None
    def exec_module(self, module):
        module.__file__ = __file__.replace('conftest', 'test_red')
        exec('def test_red(): pass', module.__dict__)
sys.meta_path.insert(0, Finder())
"""

FORGERIES = (
    seen(Witness.MISSING_TESTS, "deselect the red test", also="django",
         conftest="def pytest_collection_modifyitems(items): items[:] = [i for i in items if 'red' not in i.name]\n"),
    seen(Witness.MISSING_TESTS, "ignore its file", also=ALL, conftest="collect_ignore_glob = ['*red*']\n"),
    seen(Witness.MISSING_TESTS, "skip the red test", also=ALL, conftest=MARK.format("skip")),
    seen(Witness.MISSING_TESTS, "expect it to fail", also="django vitest node", conftest=MARK.format("xfail")),
    seen(Witness.MISSING_TESTS, "skip from the code under test", also="django node vitest",
         victim="import pytest\ndef value(): pytest.skip('later')\n"),
    seen(Witness.MISSING_TESTS, "skip by unittest's exception", also="django", victim="import unittest\ndef value(): raise unittest.SkipTest('later')\n"),
    seen(Witness.MISSING_TESTS, "expect failure from the code under test", victim="import pytest\ndef value(): pytest.xfail('later')\n"),
    seen(Witness.MISSING_TESTS, "skip the whole module when imported",
         red="import victim\n\ndef test_red():\n    assert victim.value() == 1\n",
         victim="import pytest\npytest.skip('later', allow_module_level=True)\n"),
    seen(Witness.MISSING_TESTS, "parametrise it with nothing",
         red="import victim\n\ndef test_red(case):\n    assert victim.value() == case\n",
         conftest="def pytest_generate_tests(metafunc):\n    if 'case' in metafunc.fixturenames: metafunc.parametrize('case', [])\n"),
    seen(Witness.RESULT, "rename it while it is collected",
         conftest="def pytest_itemcollected(item):\n    if 'red' in item.name: item._nodeid = 'tests/test_app.py::test_value'\n"),
    seen(Witness.RUN, "only collect", ini="[pytest]\naddopts = --collect-only\n"),
    seen(Witness.MISSING_TESTS, "select others by addopts", ini="[pytest]\naddopts = -x -k value\n"),
    seen(Witness.RESULT, "select others by PYTEST_ADDOPTS, set in a sitecustomize.py", site="import os\nos.environ['PYTEST_ADDOPTS'] = '-k value'\n"),
    seen(Witness.RUN, "run no test and say nothing of it", conftest="def pytest_runtest_protocol(item): return True\n"),
    seen(Witness.RESULT, "rewrite the red test on disk", also=ALL,
         conftest="import os\ndef pytest_configure():\n    for a in (lambda: open('tests/test_red.py', 'w'), lambda: os.unlink('tests/test_red.py'),"
         " lambda: os.rename('tests', 't')):\n        try: a()\n        except OSError: pass\n"),
    seen(Witness.RESULT, "move another file into its place", also=ALL,
         conftest="import os\nopen('tests/other.py', 'w').write('def test_red(): pass')\ntry: os.replace('tests/other.py', 'tests/test_red.py')\nexcept OSError: pass\n"),
    seen(Witness.RESULT, "lay compiled code beside it", also="django", conftest=PYC.format(prefix=None)),
    seen(Witness.MUTANTS, "lay compiled code where the interpreter is told to look", also="django", conftest=PYC.format(prefix="/tmp/tests/pyc")),
    seen(Witness.MUTANTS, "serve another source by an import hook", also="django vitest node", conftest=FINDER),
    seen(Witness.MUTANTS, "replace the test function when collected", also="django vitest",
         conftest="def pytest_itemcollected(item):\n    if hasattr(item, 'obj'): item.obj = lambda: None\n"),
    seen(Witness.MUTANTS, "replace the test function in an automatic fixture", also="django vitest",
         conftest="import pytest\n@pytest.fixture(autouse=True)\ndef calm(request): request.node.obj = lambda: None\n"),
    seen(Witness.MUTANTS, "exchange the code of every test function found by gc", also="django",
         conftest="import gc, types\ndef pytest_collection_finish():\n    for f in gc.get_objects():\n"
         "        if isinstance(f, types.FunctionType) and f.__name__.startswith('test_'): f.__code__ = (lambda: None).__code__\n"),
)  # fmt: skip
