"""The changed lines that ran, by the project's own coverage, in the sandbox: said, and decided upon never."""

import hashlib

import pytest
from temporalio.testing import ActivityEnvironment

from activities import run_tests
from activities.messages import CheckInput, CheckResult
from aurora.domain.frozen_tests import FrozenTests
from aurora.stored_values import keep
from tests.support.django_shop import PROJECT
from tests.support.opened import EVERY_FORM, opened

SLOW = pytest.mark.skipif(not EVERY_FORM, reason="slow: AURORA_IMAGES=1")
pytestmark = [pytest.mark.docker, pytest.mark.one_process, pytest.mark.timeout(600)]
PRICES = "def total(price):\n    return price\n\n\ndef old(price):\n    return -price\n"
CHANGED = '''"""Prices."""


def total(price, off=0):
    # off: percent
    if off > 100:
        raise ValueError(
            "too much",
            off,
        )
    return price * (100 - off) // 100


def old(price):
    return -price
'''
TEST = "from shop.prices import total\n\n\ndef test_total():\n    assert total(1) == 1\n"
FROZEN = TEST + "\n\ndef test_off():\n    assert total(200, 50) == 100\n"
UNTRACED = (
    "import sys\n\nfrom shop.prices import total\n\n\ndef test_it():\n    assert total(1) == 1 and not sys.gettrace()\n"
)
PYTEST = {
    "requirements.txt": "pytest-cov\n",
    "setup.cfg": "[tool:pytest]\naddopts = --cov=shop --cov-fail-under=100\n"
    "[coverage:run]\nsource = other\nconcurrency = thread,multiprocessing\nomit = *\nparallel = true\n",
    "shop/__init__.py": "",
    "shop/prices.py": PRICES,
    "tests/test_prices.py": TEST,
}
UNITTEST = {
    "requirements.txt": "coverage\n",
    "shop/__init__.py": "",
    "shop/prices.py": PRICES,
    "tests/__init__.py": "",
    "tests/test_prices.py": "import unittest\nfrom shop.prices import total\n\n\nclass PriceTest(unittest.TestCase):\n"
    "    def test_total(self):\n        self.assertEqual(total(1), 1)\n",
}
ODD = '    if request.GET.get("odd"):\n        return HttpResponse("odd")\n'
COVERED = "changed lines covered 3 of 4 (coverage "
MISSED = "; not run: shop/prices.py:7"


async def seen(files, changes, sandbox, artifacts, tmp_path) -> CheckResult:
    async with opened(tmp_path, files, sandbox, artifacts) as (opening, workspace):
        assert workspace is not None, opening
        assert workspace.baseline.counts.passed in (1, 2), workspace.baseline
        draft = opening.opened.draft
        async with sandbox.open(draft, workspace) as box:
            for path, text in changes.items():
                await box.write(path, text.encode())
            draft = await box.seal("Off")
        tests = {path: hashlib.sha256(text.encode()).hexdigest() for path, text in changes.items() if "test" in path}
        frozen = FrozenTests(files=tests, test_ids=(), red=())
        draft = draft.frozen_as(await keep(artifacts.of(draft.task), frozen))
        order = CheckInput(draft=draft, mode="whole")
        return await ActivityEnvironment().run(run_tests.RunTestsActivity(artifacts, sandbox).run_tests, order)


@pytest.mark.parametrize(
    ("files", "changes", "said"),
    [
        pytest.param(
            PYTEST,
            {"shop/prices.py": CHANGED, "tests/test_prices.py": FROZEN, "shop/new.py": "A = 1\nB = 2\n"},
            ("changed lines covered 3 of 6 (coverage ", "; not run: shop/new.py:1-2 shop/prices.py:7"),
            id="pytest",
        ),
        pytest.param(UNITTEST, {"shop/prices.py": CHANGED}, (COVERED, MISSED), id="unittest", marks=SLOW),
        pytest.param(
            {**PROJECT, "requirements.txt": PROJECT["requirements.txt"] + "coverage\n"},
            {"shop/views.py": PROJECT["shop/views.py"].replace("    return", ODD + "    return")},
            ("changed lines covered 1 of 2 (coverage ", "; not run: shop/views.py:10"),
            id="django",
            marks=SLOW,
        ),
        pytest.param(
            PYTEST,
            {"shop/prices.py": CHANGED, "tests/test_it.py": UNTRACED},
            ("changed lines: not measured: ", run_tests.ONLY_UNMEASURED),
            id="tests that fail while measured",
        ),
        pytest.param(
            {**PYTEST, "requirements.txt": "pytest\n", "setup.cfg": ""},
            {"shop/prices.py": CHANGED},
            ("", ""),
            id="no coverage in the project",
            marks=SLOW,
        ),
    ],
)
async def test_the_changed_lines_that_ran_are_said_and_nothing_depends_on_it(
    files, changes, said, sandbox, artifacts, tmp_path
):
    found = await seen(files, changes, sandbox, artifacts, tmp_path)
    assert found.report.passed, found.report
    head, tail = said
    assert found.report.coverage.startswith(head) and found.report.coverage.endswith(tail), found.report.coverage
    assert bool(found.report.coverage) == bool(head)
    if found.report.coverage:
        assert found.report.coverage in found.summary
