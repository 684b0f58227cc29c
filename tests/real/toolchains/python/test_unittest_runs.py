"""Real runs of unittest, told by our runner and read by `python_unittest`."""

import random

import pytest

from aurora.domain.runs import FailureKind
from aurora.settings.repository import BackendSettings, BudgetSettings, Commands
from aurora.toolchains import registry
from aurora.toolchains.mutation import Mutation
from aurora.toolchains.python import unittest_runs
from aurora.toolchains.python.wording import UNITTEST
from aurora.toolchains.runs.red import red_reasons
from tests.support.projects import PLUGINS, detected, execute, outcome_of, written

SHOP = {
    "shop/__init__.py": "",
    "shop/prices.py": "def total(*prices):\n    return sum(prices)\n\n\ndef crash():\n    return {}['price']\n",
    "tests/__init__.py": "",
}
TOTAL = """import unittest
from shop import prices

class Total(unittest.TestCase):
    def test_sum(self):
        self.assertEqual(prices.total(1, 2), 3)
"""
EVERY = """import unittest
from shop import prices

class Every(unittest.TestCase):
    def test_passes(self):
        pass
    def test_fails(self):
        self.assertEqual(prices.total(1, 2), 4)
    def test_crashes(self):
        prices.crash()
    def test_stub(self):
        raise NotImplementedError
    def test_status(self):
        status_code = 404
        self.assertEqual(200, status_code)
    @unittest.skip("later")
    def test_skipped(self):
        pass
    @unittest.expectedFailure
    def test_expected(self):
        self.fail()
    @unittest.expectedFailure
    def test_unexpected(self):
        pass
    def test_parts(self):
        for number in range(3):
            with self.subTest(number=number):
                self.assertNotEqual(number, 1)

class Around(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        raise ValueError("no database")
    def test_one(self):
        pass
    def test_two(self):
        pass

class Before(unittest.TestCase):
    def setUp(self):
        self.nothing.at_all
    def test_it(self):
        pass

class Async(unittest.IsolatedAsyncioTestCase):
    async def test_awaits(self):
        self.assertTrue(True)
"""


async def test_a_project_that_knows_no_pytest_is_run_by_unittest(tmp_path):
    toolchain = await detected({**SHOP, "tests/test_total.py": TOTAL})
    assert toolchain.runner == "unittest"
    assert toolchain.test == ("python", "-m", "unittest", "discover", "-s", "tests", "-t", ".")
    assert any(line.startswith("tests: unittest; nothing declares") for line in toolchain.why)
    run = await outcome_of(tmp_path, {**SHOP, "tests/test_total.py": TOTAL})
    assert (run.valid, run.why_invalid) == (True, "")
    assert [(case.test_id, case.outcome.value) for case in run.cases] == [
        ("tests/test_total.py::Total::test_sum", "passed")
    ]


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"pytest.ini": "[pytest]\n"}, "tests: pytest, configured by pytest.ini"),
        ({"requirements-dev.txt": "pytest-cov\n"}, "tests: pytest; pytest-cov is declared"),
        ({"tests/conftest.py": ""}, "tests: pytest; there is tests/conftest.py"),
        ({"tests/test_x.py": "import pytest\n"}, "tests: pytest; tests import it"),
        ({"tests/test_x.py": "def test_it(): ...\n"}, "tests: pytest; nothing configures it"),
    ],
)
async def test_whatever_asks_for_pytest_gets_it(more, why):
    toolchain = await detected({**SHOP, "tests/test_total.py": TOTAL, **more})
    assert toolchain.runner == "pytest"
    assert why in toolchain.why


@pytest.mark.parametrize(
    ("command", "files", "runner"),
    [
        (("python", "-m", "unittest", "tests"), {}, "unittest"),
        (("python", "manage.py", "test"), {"manage.py": "import django\nexecute_from_command_line()\n"}, "django"),
        (("python", "manage.py", "test"), {"manage.py": "print()\n"}, "pytest"),
        (("make", "test"), {}, "pytest"),
    ],
)
async def test_a_command_of_the_projects_own_is_run_by_the_runner_it_starts(command, files, runner):
    toolchain = await detected({**SHOP, "tests/test_x.py": "import pytest\n", **files}, Commands(test=command))
    assert (toolchain.runner, toolchain.test) == (runner, command)


async def test_every_outcome_has_its_name_its_reason_and_its_frame(tmp_path):
    run = await outcome_of(tmp_path, {**SHOP, "tests/test_every.py": EVERY})
    assert run.valid, run.why_invalid
    prefix = "tests/test_every.py::"
    cases = {case.test_id.removeprefix(prefix): case for case in run.cases}
    assert {name: case.outcome.value for name, case in cases.items()} == {
        "Every::test_passes": "passed",
        "Every::test_fails": "failed",
        "Every::test_crashes": "failed",
        "Every::test_stub": "failed",
        "Every::test_status": "failed",
        "Every::test_skipped": "skipped",
        "Every::test_expected": "xfailed",
        "Every::test_unexpected": "failed",
        "Every::test_parts": "failed",
        "Around::test_one": "error",
        "Around::test_two": "error",
        "Before::test_it": "error",
        "Async::test_awaits": "passed",
    }
    kinds = {name: case.kind for name, case in cases.items() if case.kind}
    assert kinds == {
        "Every::test_fails": FailureKind.ASSERTION,
        "Every::test_crashes": FailureKind.APPLICATION,
        "Every::test_stub": FailureKind.NOT_IMPLEMENTED,
        "Every::test_status": FailureKind.HTTP_STATUS,
        "Every::test_unexpected": FailureKind.ASSERTION,
        "Every::test_parts": FailureKind.ASSERTION,
        "Around::test_one": FailureKind.FIXTURE,
        "Around::test_two": FailureKind.FIXTURE,
        "Before::test_it": FailureKind.FIXTURE,
    }
    assert "3 != 4" in cases["Every::test_fails"].message
    assert cases["Every::test_crashes"].frame.startswith("shop/prices.py:6 in crash\n")
    assert "no database" in cases["Around::test_two"].message
    counts = run.counts
    assert (counts.collected, counts.passed, counts.failed, counts.errors) == (13, 2, 6, 3)
    assert (counts.skipped, counts.xfailed) == (1, 1)


async def test_chosen_tests_are_run_and_no_others(tmp_path):
    files = {
        **SHOP,
        "tests/test_every.py": EVERY,
        "tests/test_total.py": TOTAL,
        "tests/test_broken.py": "import nowhere\n",
    }
    one = await outcome_of(tmp_path, files, ["tests/test_total.py"])
    assert [case.test_id for case in one.cases] == ["tests/test_total.py::Total::test_sum"]
    assert (one.valid, one.collection_errors) == (True, ())
    test_id = "tests/test_every.py::Every::test_passes"
    two = await outcome_of(tmp_path, files, [test_id, "tests/test_broken.py"])
    assert [case.test_id for case in two.cases] == [test_id]
    assert [(e.test_id, e.kind) for e in two.collection_errors] == [("tests/test_broken.py", FailureKind.IMPORT)]
    assert two.valid


@pytest.mark.parametrize(
    "options",
    ["", "-v -f", "discover", "discover tests", "discover -s tests -t . -v", "tests.test_total", "tests/test_total.py"],
)
async def test_a_command_of_the_projects_own_says_which_tests(tmp_path, options):
    files = {**SHOP, "tests/test_total.py": TOTAL}
    command = ("python", "-m", "unittest", *options.split())
    toolchain = await detected(files, Commands(test=command))
    execution = execute(written(tmp_path, files), unittest_runs.command(toolchain, BackendSettings()))
    run = unittest_runs.parse(execution, toolchain)
    assert run.valid, run.why_invalid
    assert [case.test_id for case in run.cases] == ["tests/test_total.py::Total::test_sum"]


async def test_a_module_that_does_not_load_is_an_error_of_its_own_and_hides_no_other(tmp_path):
    files = {**SHOP, "tests/test_total.py": TOTAL, "tests/test_syntax.py": "import unittest\ndef (:\n"}
    run = await outcome_of(tmp_path, files)
    assert run.valid, run.why_invalid
    assert [(e.test_id, e.kind) for e in run.collection_errors] == [("tests/test_syntax.py", FailureKind.SYNTAX)]
    assert (run.counts.passed, run.counts.errors) == (1, 1)


async def test_new_tests_are_red_for_the_right_reason(tmp_path):
    new = TOTAL.replace("total(1, 2), 3", "total(1, 2), 5")
    run = await outcome_of(tmp_path, {**SHOP, "tests/test_total.py": new})
    assert red_reasons(run, ["tests/test_total.py"], UNITTEST).passed
    wrong = await outcome_of(tmp_path, {**SHOP, "tests/test_total.py": new.replace("prices.total", "nothing")})
    assert not red_reasons(wrong, ["tests/test_total.py"], UNITTEST).passed


@pytest.mark.parametrize(
    ("code", "why"),
    [
        pytest.param("import os\nos._exit(0)", "in the middle of the run", id="an exit"),
        pytest.param(
            "import __main__ as e\ne.Reporter.result = lambda *a, **k: None",
            "gave no result",
            id="a teller that is silent",
        ),
        pytest.param(
            "import __main__ as e\ntell = e.Reporter.result\n"
            "e.Reporter.result = lambda t, name, when, outcome, **k: tell(t, name, when, 'passed')",
            "a sentinel test that must fail",
            id="a teller that lies",
        ),
        pytest.param(
            "type(self._outcome.result).addFailure = lambda *a: None",
            "gave no result",
            id="a result that takes no failure",
        ),
        pytest.param(
            "taken = type(self._outcome.result)\ntaken.addFailure = lambda r, test, err: r.addSuccess(test)",
            "a sentinel test that must fail",
            id="a result that takes failures for successes",
        ),
        pytest.param(
            "unittest.TestCase.run = lambda self, result: (result.startTest(self), result.addSuccess(self), "
            "result.stopTest(self))\nreturn",
            "a sentinel test that must fail",
            id="a patched case",
        ),
        pytest.param(
            "unittest.TestCase.assertEqual = lambda *a: None",
            "a sentinel test that must fail",
            id="a patched assertion",
        ),
    ],
)
async def test_a_run_that_cannot_be_trusted_is_invalid(tmp_path, code, why):
    body = "".join(f"        {line}\n" for line in code.splitlines())
    files = {
        **SHOP,
        "tests/test_total.py": TOTAL.replace("        self.assertEqual", f"{body}        self.assertEqual").replace(
            ", 3)", ", 4)"
        ),
    }
    run = await outcome_of(tmp_path, files)
    assert not run.valid
    assert why in run.why_invalid


async def test_the_judges_names_are_reserved_its_events_sealed_and_its_sentinels_last(tmp_path):
    files = {**SHOP, "tests/test_total.py": TOTAL}
    toolchain = await detected(files)
    command = unittest_runs.command(toolchain, BackendSettings())
    assert command.sealed
    assert {f"{name}.py" for name in command.reserved} == {path.name for path in PLUGINS.glob("aurora_*.py")}
    execution = execute(written(tmp_path, files), command)
    assert [event["t"] for event in execution.events[-3:]] == ["sentinel", "sentinel", "session"]
    assert unittest_runs.parse(execution, toolchain).valid
    stranger = execution.model_copy(update={"impostors": ("aurora_events.py",)})
    assert "aurora_events.py" in unittest_runs.parse(stranger, toolchain).why_invalid
    forged = execution.model_copy(update={"events": (*execution.events[:-1], {"t": "forged"}, execution.events[-1])})
    assert "no seal" in unittest_runs.parse(forged, toolchain).why_invalid


async def test_twins_of_cases_are_made(tmp_path):
    toolchain = await detected({**SHOP, "tests/test_total.py": TOTAL})
    maker = registry.language(toolchain).mutant
    assert maker is not None
    for mutation in Mutation:
        made = maker(TOTAL, {"test_sum"}, mutation, random.Random(1))
        assert made.altered == {"Total::test_sum"}
        run = await outcome_of(tmp_path, {**SHOP, "tests/test_total.py": made.text})
        assert run.valid, run.why_invalid
        assert [case.outcome.value for case in run.cases] == ["passed" if mutation is Mutation.SAME else "failed"]


async def test_a_hanging_test_is_named(tmp_path):
    files = {
        **SHOP,
        "tests/test_total.py": TOTAL.replace("self.assertEqual", "while True: pass\n        self.assertEqual"),
    }
    run = await outcome_of(tmp_path, files, settings=BackendSettings(budget=BudgetSettings(test_seconds=5)))
    assert not run.valid
    assert [(case.test_id, case.kind) for case in run.red] == [
        ("tests/test_total.py::Total::test_sum", FailureKind.TIMEOUT)
    ]


async def test_what_never_started_says_why(tmp_path):
    run = await outcome_of(tmp_path, {**SHOP, "manage.py": "import django\nexecute_from_command_line()\n"})
    assert run.why_invalid == "Django is not installed in the dependency image"
