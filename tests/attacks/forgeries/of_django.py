"""Django's own runner: settings, the runner they name and the applications they load are code in the tests' process."""

from functools import partial

from tests.attacks.forgeries import forgery
from tests.attacks.forgeries.forgery import Witness
from tests.support.django_shop import PROJECT

seen, unseen = partial(forgery.seen, toolchain="django"), partial(forgery.unseen, toolchain="django")

SETTINGS = PROJECT["site_settings.py"]
RUNNER = "from django.test.runner import DiscoverRunner\n\n\nclass OwnRunner(DiscoverRunner):\n    "
FIND = "import gc\ndef made(name):\n    return next(o for o in gc.get_objects() if type(o).__name__ == name)\n"


def ready(body: str, above: str = "") -> str:
    """shop/apps.py whose configuration does something when Django is set up."""
    return f"from django.apps import AppConfig\n{above}\n\nclass ShopConfig(AppConfig):\n    name = 'shop'\n    def ready(self):\n        {body}\n"


FORGERIES = (
    seen(Witness.RUN, "sys.exit when the application is ready", app=ready("import sys; sys.exit(0)")),
    seen(Witness.RUN, "end the process well when it is ready", app=ready("import os; os._exit(0)")),
    seen(Witness.RUN, "end the process well at its end", app=ready("import atexit, os; atexit.register(os._exit, 0)")),
    seen(Witness.RUN, "end the process well inside a test", victim="import os\ndef value(): os._exit(0)\n"),
    seen(Witness.RUN, "a manage.py that runs nothing", manage="import django, sys\nprint('Ran 1 test in 0.001s\\n\\nOK')\nsys.exit(0)\n"),
    seen(Witness.RUN, "a runner that runs nothing", runner=RUNNER + "def run_tests(self, *args, **kwargs): return 0\n"),
    seen(Witness.RUN, "a runner that counts no failures", runner=RUNNER + "def suite_result(self, suite, result, **kwargs): return 0\n"),
    seen(Witness.RUN, "a runner whose results tell no failures", runner="import unittest\n" + RUNNER + "def get_resultclass(self):\n"
         "        class Calm(unittest.TextTestResult):\n            def addFailure(self, test, err): self.addSuccess(test)\n        return Calm\n"),
    seen(Witness.RUN, "a runner that is no runner of Django's", runner="class OwnRunner:\n    def __init__(self, *args, **kwargs): pass\n    def run_tests(self, *args, **kwargs): return 0\n"),
    seen(Witness.MISSING_TESTS, "leave tests out by tag", runner=RUNNER + "def __init__(self, *args, **kwargs):\n        super().__init__(*args, **{**kwargs, 'exclude_tags': ['slow']})\n",
         red="from django import test\nfrom shop import victim\n\n@test.tag('slow')\nclass Red(test.SimpleTestCase):\n    def test_red(self):\n        self.assertEqual(victim.value(), 1)\n"),
    seen(Witness.RUN, "build a suite without it", runner=RUNNER + "def build_suite(self, *args, **kwargs):\n        suite = super().build_suite(*args, **kwargs)\n"
         "        return type(suite)(t for t in suite if 'red' not in t.id())\n"),
    seen(Witness.MISSING_TESTS, "skip it from a settings module", settings=SETTINGS + "import unittest\nload = unittest.TestLoader.loadTestsFromModule\n"
         "def calm(self, module, *args, **kwargs):\n    if hasattr(module, 'Red'): module.Red = unittest.skip('later')(module.Red)\n    return load(self, module, *args, **kwargs)\n"
         "unittest.TestLoader.loadTestsFromModule = calm\n"),
    seen(Witness.MUTANTS, "tell the case that runs that it must fail", victim="def value():\n    import sys\n    case = sys._getframe(1).f_locals['self']\n    case._outcome.expecting_failure = True\n    return 0\n"),
    seen(Witness.MISSING_TESTS, "skip by unittest's exception", victim="import unittest\ndef value(): raise unittest.SkipTest('later')\n"),
    seen(Witness.SENTINEL, "empty the assertion methods", app=ready("import unittest; unittest.TestCase.assertEqual = lambda *a, **k: None")),
    seen(Witness.SENTINEL, "replace the run of every test case", app=ready("import unittest; unittest.TestCase.run = self.lie\n    @staticmethod\n    def lie(case, result=None):\n"
         "        result.startTest(case); result.addSuccess(case); result.stopTest(case)")),
    seen(Witness.MUTANTS, "replace the run of Django's test cases", app=ready("from django import test; test.SimpleTestCase.run = lambda case, result: (result.startTest(case), result.addSuccess(case), result.stopTest(case))")),
    seen(Witness.RUN, "patch unittest's own results", app=ready("import unittest; unittest.TextTestResult.addFailure = lambda self, test, err: self.addSuccess(test)")),
    seen(Witness.SENTINEL, "take failures for successes", victim=FIND + "def value():\n    taken = made('Reporter').result_class\n    taken.addFailure = lambda r, test, err: r.addSuccess(test)\n    return 0\n"),
    seen(Witness.MUTANTS, "an object that equals everything", victim="class One:\n    def __eq__(self, other): return True\ndef value(): return One()\n"),
    seen(Witness.RUN, "the runner's own class taken for another", app=ready("import django.test.utils as u, django.test.runner as r; u.get_runner = lambda *a, **k: r.DiscoverRunner.__mro__[1]")),
    unseen("settings that swap the code when tests run", "the tests judge what they are given; settings are code of the project, which a reader of the diff sees",
           settings=SETTINGS + "import sys, types\nif 'test' in sys.argv:\n    sys.modules['shop.victim'] = types.ModuleType('shop.victim')\n    sys.modules['shop.victim'].value = lambda: 1\n"
           "    import shop\n    shop.victim = sys.modules['shop.victim']\n"),
)  # fmt: skip
