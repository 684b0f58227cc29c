"""A missing part of the code is a right reason to be red, a missing part of the test is none: real errors of each
framework."""

import importlib
import os
import shutil
import sys

import pytest

from aurora.domain import runs
from aurora.domain.plan import Plan, PlannedFile
from aurora.domain.runs import FailureKind
from aurora.toolchains.python.wording import PYTEST
from aurora.toolchains.runs.red import RIGHT, planned_names, red_reasons
from tests.support.projects import outcome_of
from tests.support.red_corpus import record

FILE = "tests/test_new.py"
OTHERS = os.environ.get("AURORA_CORPUS_PYTHON", "")
"""An interpreter with Django, Flask, FastAPI and SQLAlchemy: `make red-corpus` makes one."""
MODULES = os.environ.get("AURORA_CORPUS_MODULES", "")
"""A folder node_modules with Express, Fastify, Nest and the databases' packages: made by the same target."""


def due(case: runs.TestCase) -> str:
    return case.test_id.rpartition("::test_")[2].partition("__")[0]


@pytest.mark.parametrize(
    ("corpus", "python"),
    [
        pytest.param("plain", sys.executable, id="plain Python and Starlette"),
        *(
            pytest.param(name, OTHERS, id=name, marks=pytest.mark.skipif(not OTHERS, reason="make red-corpus plays it"))
            for name in record.PYTHON
        ),
    ],
)
async def test_each_red_test_has_the_kind_that_it_is_due(tmp_path, corpus, python):
    project = importlib.import_module(f"tests.support.red_corpus.{corpus}")
    run = await outcome_of(tmp_path, {**project.FILES, FILE: project.TESTS}, python=python)
    assert run.valid, run.why_invalid
    kinds = {case.test_id: (case.kind.value if case.kind else case.outcome.value, case.message) for case in run.cases}
    assert len(kinds) > 10
    assert {test_id: said for test_id, said in kinds.items() if said[0] != due(case_of(run, test_id))} == {}
    # what the plan is to add is right, what it does not know is a typo
    plan = Plan(
        summary="Add prices",
        files=(
            PlannedFile(
                path="shop.py", purpose="nickname and price", symbols=("Item.price", "User.email", "SHOP_PRICE")
            ),
        ),
        tests=(),
    )
    without, planned = (red_reasons(run, [FILE], PYTEST, planned=names) for names in ((), planned_names(plan)))
    gone = {finding.test_id for finding in without.findings} - {finding.test_id for finding in planned.findings}
    assert gone and all("__planned" in test_id for test_id in gone)
    assert not any("__planned" in finding.test_id for finding in planned.findings)
    assert all(due(case_of(run, finding.test_id)) not in RIGHT for finding in planned.findings)


def case_of(run: runs.TestRun, test_id: str) -> runs.TestCase:
    return next(case for case in run.cases if case.test_id == test_id)


@pytest.mark.parametrize(
    "corpus",
    [
        pytest.param("node", marks=pytest.mark.skipif(shutil.which("node") is None, reason="needs node")),
        pytest.param("node_frameworks", marks=pytest.mark.skipif(not MODULES, reason="make red-corpus plays it")),
    ],
)
def test_each_error_of_node_has_the_kind_that_it_is_due(tmp_path, corpus):
    reported = record.run_in_node(corpus, tmp_path, MODULES)
    wrong = {name: facts["kind"] for name, facts in reported.items() if facts["kind"] != name.partition("__")[0]}
    assert wrong == {}
    planned = {name for name in reported if "__planned" in name}
    assert planned and {name for name, facts in reported.items() if facts["lacks"]} >= planned


def test_a_name_that_the_plan_does_not_use_stays_the_tests_own_error():
    case = runs.TestCase(
        test_id=f"{FILE}::test_a",
        outcome=runs.TestOutcome.FAILED,
        kind=FailureKind.TEST_CODE,
        message="AttributeError: module 'service' has no attribute 'craete'",
        lacks="craete",
    )
    run = runs.TestRun(
        cases=(case,),
        counts=runs.TestCounts(),
        end=runs.ExecEnd.EXITED,
        exit_code=1,
        output="",
    )
    assert not red_reasons(run, [FILE], PYTEST, planned={"create", "service"}).passed
    assert red_reasons(run, [FILE], PYTEST, planned={"craete"}).passed
